/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Compilers, linkers and checkers as end-to-end tests use them: as commands, on files.
 */
#ifndef BPFLD_TESTS_TOOLBOX_H
#define BPFLD_TESTS_TOOLBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Two compilers a long way apart, the newest first. One that is not installed is "".
enum { COMPILER_COUNT = 2 };
extern const char *const compilers[COMPILER_COUNT];

/** The first compiler or tool that these tests cannot do without and that is missing, or NULL. */
const char *missing_tool(void);

/**
 * Compile for the BPF target @target ("bpfel", "bpfeb") by a clang or by BPF_GCC. @arguments end by
 * NULL; NULL for none.
 */
bool compile_bpf(const char *compiler, const char *target, const char *source, const char *object,
		 const char *const *arguments);

// The linker under test; the same for a part of a link, with names of local functions as they are;
// and the one that libbpf has, behind bpftool.
enum linker { LINKER_BPFLD, LINKER_BPFLD_SAME_NAMES, LINKER_BPFTOOL };

/**
 * Link @inputs in that order.
 *
 * @param messages  what the linker printed, to be freed
 * @return its exit status
 */
int link_bpf(enum linker linker, const char *output, const char *const *inputs, size_t input_count,
	     char **messages);

/**
 * All that can be said of a linked object without loading it: check_object(), and eu-elflint
 * except for the relocation types that it does not know.
 *
 * @param flags  enum check_flags of check.h
 * @return one line for each problem, "" when there is none; to be freed
 */
char *inspect_object(const char *path, unsigned int flags);

/** The size of a section, 0 when there is no such section. */
uint64_t section_size(const char *path, const char *name);

/** asprintf() that returns the text, to be freed. */
__attribute__((format(printf, 1, 2))) char *text_of(const char *format, ...);

/** @text and @more behind it; both are freed. */
char *text_joined(char *text, char *more);

/** Step to the next order of @count indices; false when it is the ascending one again. */
bool next_order(size_t *indices, size_t count);

#endif
