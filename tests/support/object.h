/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An object's symbols as text that a test or a golden file can compare, read by libelf and libbpf
 * rather than by the linker's own code.
 */
#ifndef BPFLD_TESTS_OBJECT_H
#define BPFLD_TESTS_OBJECT_H

#include <stddef.h>

/**
 * The named symbols of @path, a line each in the file's order, to be freed:
 *
 *	foo: GLOBAL HIDDEN FUNC in .text, 24 bytes; BTF: global FUNC
 *	init_task: GLOBAL NOTYPE undefined; BTF: extern VAR in .ksyms
 *
 * NULL when it is not an object with a symbol table.
 */
char *object_symbols(const char *path);

/** The same of a file in memory. */
char *object_symbols_in(const void *image, size_t size);

#endif
