/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Symbols of the kernel that the output refers to: functions and variables that are declared
 * __ksym.
 *
 * libbpf looks for all of them when it loads any program. What is weak may be missing: its address
 * is 0 then, and a program that calls it is refused where it does. A variable without a type is
 * looked for in /proc/kallsyms, and what BTF knows says nothing of it.
 *
 * Source: bpf_object__resolve_ksyms_btf_id() and what it calls in libbpf.
 */
#ifndef BPFLD_KERNEL_SYMBOLS_H
#define BPFLD_KERNEL_SYMBOLS_H

#include "preflight.h"
#include "reach.h"

struct kernel_symbol {
	const struct global *global;
	uint32_t id; // of its FUNC or VAR in the output
	bool is_weak;
	bool has_type;         // else only kallsyms knows it
	uint32_t use;          // the first instruction that refers to it, a number
	uint32_t problem;      // index of its problem plus 1; 0: none yet
	uint32_t call_problem; // likewise, of calls although the kernel lacks it
};

struct kernel_symbols {
	ARRAY_FIELDS(struct kernel_symbol); // in the order of names in the link
};

/** Find all that live code refers to. Counts those that cannot be checked. */
struct kernel_symbols kernel_symbols_find(struct preflight *preflight, const struct reach *reach);

/**
 * Look for them in @kernel, add problems for those that it lacks, and say which weak ones it lacks,
 * by number of a name, in @lacks.
 *
 * @return whether it lacks any of those
 */
bool kernel_symbols_check(struct preflight *preflight, struct kernel_symbols *symbols,
			  const struct reach *reach, size_t kernel, uint8_t *lacks);

/** Add problems for calls of weak symbols that @kernel lacks, where programs get there. */
void kernel_symbols_answer(struct preflight *preflight, struct kernel_symbols *symbols,
			   const struct reach *reach, size_t kernel, const uint8_t *lacks,
			   const struct reached_insn *ends);

#endif
