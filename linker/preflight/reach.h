/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which code of the output a kernel's verifier will look at.
 *
 * Programs guard what a kernel may lack with bpf_core_field_exists() and the like. On a given
 * kernel these are numbers, which decide branches, and verifiers skip the branch that is not taken.
 * So code is followed from the entry of each program, with numbers in registers as far as they are
 * known, through branches, into functions that are called or whose address is taken. It ends where
 * the program would: at an instruction that libbpf replaced because the kernel lacks something.
 *
 * What is found is an upper bound, because stack and maps are not followed.
 *
 * Numbers in .rodata are the author's defaults, and user space may set others before it loads the
 * program; the kernel's configuration is not in BTF. So code is followed three times at most: with
 * all these unknown, and, if that reaches something, with defaults and with each way out of a
 * branch on the configuration. Only what all reach is reached for certain.
 */
#ifndef BPFLD_REACH_H
#define BPFLD_REACH_H

#include "core_relocations.h"
#include "core_values.h"
#include "facts.h"

// A function of the output.
struct reach_function {
	const struct atom *atom;
	uint32_t first;   // number of its first instruction
	bool is_program;  // an entry
	bool is_optional; // an entry that is loaded only when user space says so
	bool is_static;   // kernels follow numbers into it and out of it
};

struct reach {
	struct linker *linker;
	struct arena *arena;
	ARRAY(struct reach_function) functions; // in the order of the output
	uint32_t *first_function;               // by shndx - 1: the first of an output section
	uint32_t insn_count;
	const struct core_relocations *relocations;
	uint32_t *relocation;               // by instruction: index of its relocation plus 1; or 0
	const struct reference **reference; // by instruction: where it leads; or NULL
	uint8_t *joins;                     // by instruction: several ways may lead here
};

// What is known of a kernel.
struct reach_kernel {
	const struct core_result *results; // by relocation
	// By number of a name: the kernel has no such symbol, and the program can do without.
	const uint8_t *lacks;
	size_t lacks_count;
};

// How an instruction is reached.
enum reached {
	REACHED_NOT,
	REACHED_MAYBE, // `source` or the program's being optional decides
	REACHED,
};

// By number of an instruction.
struct reached_insn {
	enum reached how;
	uint32_t source;  // REACHED_MAYBE: name of the variable that decides; 0: not known
	uint32_t program; // the function, an entry, from which it was reached first
};

void reach_init(struct reach *reach, struct linker *linker,
		const struct core_relocations *relocations, struct arena *arena);

/**
 * Follow the code on @kernel.
 *
 * @return by number, how each instruction is reached at which a program ends because the kernel
 *         lacks something, in @arena; NULL when there is none
 */
const struct reached_insn *reach_run(struct reach *reach, const struct reach_kernel *kernel,
				     struct arena *arena);

/** The function of the output that @atom is in; NULL when it is in none. */
const struct reach_function *reach_find(const struct reach *reach, const struct atom *atom);

/** The function that instruction @insn is of. */
const struct reach_function *reach_function_of(const struct reach *reach, uint32_t insn);

/** The place of instruction @insn in its input. */
struct place reach_place(const struct reach *reach, uint32_t insn);

/** The number of the instruction at byte @at of @atom. */
static inline uint32_t reach_insn(const struct reach_function *function, uint32_t at)
{
	return function->first + at / INSN_SIZE;
}

#endif
