/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * BPF objects for tests from a text: statements separated by '|', words by spaces.
 *
 *	section .text AX | global func f 16 | call g | exit | section .data WA | quad f
 *
 *	section NAME FLAGS [ALIGN [ENTSIZE]]   begin a section, ALIGN is 8 unless given; FLAGS of
 *	                            A, W, X, M, S, E (exclude), R (retain), N (SHT_NOBITS) or -
 *	group NAME                  the section is of the COMDAT group that symbol NAME stands for
 *	BINDING [VISIBILITY] TYPE NAME ...     a symbol; BINDING is local, global or weak,
 *	                            VISIBILITY internal, hidden or protected, and TYPE NAME ... is
 *	  func NAME SIZE            at the end of the section so far; also object, notype
 *	  undefined NAME            names that are only referred to need no statement
 *	  absolute NAME VALUE
 *	  common NAME SIZE ALIGN
 *	  file NAME
 *	mov, exit, jump N, gotol N, gotox, helper N   instructions
 *	near N                      a call by N instructions without a relocation
 *	call TARGET, load TARGET    instructions with a relocation; a call's offset is in bytes, too
 *	byte V, word V, quad V      data; word and quad also take a TARGET
 *	zero N, string WORD         N zero bytes, a C string
 *
 * A TARGET is NAME, NAME+N, @SECTION or @SECTION+N: a symbol or a section's own symbol, N in bytes.
 * BTF, with the types of btf_text.h:
 *
 *	btf                         declare what has no `type`: func int ( ), or int
 *	unplaced                    no func_info; no .BTF.ext if nothing else is in it
 *	relocated [TYPE]            .rel.BTF and .rel.BTF.ext say which section is meant; TYPE is 4
 *	                            unless given
 *	type NAME T                 the type of a symbol; an extern one when it is undefined
 *	type NAME@DATASEC T         the same of an undefined symbol that is annotated with a section
 *	tag NAME VALUE [COMPONENT]  a declaration tag
 *	typetag VALUE COMPONENT T   a declaration tag on a type
 *	called NAME WORD            the name that BTF has for a symbol, where it is another one
 *	line [[FILE:]LINE:COLUMN] TEXT  line_info of the next instruction; test.c:1:0 unless given
 *	relo KIND ACCESS T          core_relo of the next instruction
 *	typeid KIND T               load of T's type id, with its core_relo
 *
 * FUNCs get func_info, unless there is `unplaced`; VARs are in the DATASEC of their section as
 *clang writes it: sizes, and offsets of static ones only. Mistakes in the text abort.
 */
#ifndef BPFLD_TESTS_ELF_TEXT_H
#define BPFLD_TESTS_ELF_TEXT_H

#include "elf_object.h"

/** The object that @text describes, in @arena. */
struct str elf_text(struct arena *arena, bool big_endian, const char *text);

#endif
