/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Types for tests from a text that reads from left to right, words separated by spaces:
 *
 *	int, char, short, long, uint, ulong (unsigned ones), float, double, void
 *	ptr T, const T, volatile T, restrict T, array COUNT T, typedef NAME T, tag NAME T,
 *	attribute NAME T (a type tag with kflag)
 *	func RETURN ( T , NAME : T , ... )
 *	struct TAG SIZE { NAME BIT T ; NAME BIT : WIDTH T ; }    also union; no name is written -
 *	enum TAG SIZE { NAME VALUE ; }                           also signed, enum64, signed64
 *	struct TAG, union TAG, enum TAG                          what the same text defines, or a
 *	                                                         forward declaration
 *
 * Base types and tags are made once a unit, the others as often as they are written. Mistakes in
 * the text abort.
 */
#ifndef BPFLD_TESTS_BTF_TEXT_H
#define BPFLD_TESTS_BTF_TEXT_H

#include "btf_raw.h"

/** Append the types of @text to @raw. @return the id of the outermost; only call once a unit. */
uint32_t btf_text(struct btf_raw *raw, const char *text);

#endif
