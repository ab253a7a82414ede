/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Does a linked object say what its inputs said?
 *
 * check.h asks whether an object is consistent in itself; a linker could lose a function and still
 * pass. Here everything in the inputs is looked up in the output by name, place and contents:
 * sections; symbols with binding, visibility and size; instructions and data, and where their
 * relocations lead; variables, maps and functions in .BTF with types of the same graph; line
 * information, CO-RE records and jump tables of each function. What is in no input is reported too.
 *
 * It is for any linker: on libelf and libbpf alone, it shares no code with ours. A linker may
 * resolve externs, drop weak definitions that another input overrides and static data that only
 * these use, number static functions of one name (f, f__1), merge strings, constants and equal
 * types, and fold licenses.
 */
#ifndef BPFLD_TESTS_COMPARE_H
#define BPFLD_TESTS_COMPARE_H

#include <stddef.h>

struct compared_file {
	const char *name; // for messages
	const void *image;
	size_t size;
};

/** @return one line for each difference, "" when there is none; the caller frees it */
char *compare_objects(const struct compared_file *linked, const struct compared_file *inputs,
		      size_t input_count);

/**
 * The functions whose instructions hold ids of types of their own object, by
 * bpf_core_type_id_local(): the ids, and so the kernel's digest of a program, are the linker's.
 *
 * @return a name a line; the caller frees it
 */
char *list_type_id_users(const struct compared_file *file);

#endif
