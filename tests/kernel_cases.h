/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Programs of several files, and what they do once linked: the table behind test_kernel.c.
 */
#ifndef BPFLD_TESTS_KERNEL_CASES_H
#define BPFLD_TESTS_KERNEL_CASES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MAX_INPUTS = 5, MAX_ARGUMENTS = 4 };

struct expectation {
	const char *name; // program, variable, map or section
	int64_t value;
	uint32_t key;     // of a map's element
	const char *type; // a variable's value is the id of this struct
};

// Each list ends with an empty entry.
struct kernel_case {
	const char *name;
	const char *folder;                   // below fixtures/
	const char *inputs[MAX_INPUTS];       // sources in C, unless their names end otherwise
	const char *arguments[MAX_ARGUMENTS]; // of the compiler, beside the usual ones
	struct expectation returns[6];        // programs, run in this order
	struct expectation variables[4];      // after all programs ran
	struct expectation elements[5];
	struct expectation sizes[3]; // sections
	bool newest_compiler;        // nothing older compiles it
	bool fixed_order;            // expected of this order of inputs alone
	bool counts_packets;         // in the map `packets`
	unsigned int libbpf;         // 1.x that it takes to load it; 0: any
	bool partial_btf;            // compilers describe some of it not at all
	bool warns;                  // of what cannot be checked for lack of BTF
	bool no_single_source;       // files clash as sources: equal statics, weak definitions
	bool tags_vary;              // code contains type ids or depends on what it is linked with
	const char *gcc_fails;       // why GCC 12 cannot compile it
	const char *gcc_needs_clang; // why one of the objects must be clang's
	const char *peer_fails;      // why libbpf's linker cannot serve as reference
};

extern const struct kernel_case kernel_cases[];
extern const size_t kernel_case_count;

size_t kernel_case_inputs(const struct kernel_case *c);

/** The path of a source, to be freed. */
char *kernel_case_source(const struct kernel_case *c, size_t input);

/**
 * Write a C file that includes all of the case's sources. The licences of all stay apart by name;
 * they end up in one section.
 */
void kernel_case_single_source(const struct kernel_case *c, const char *path);

#endif
