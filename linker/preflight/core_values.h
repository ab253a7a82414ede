/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What libbpf makes of a CO-RE relocation on a kernel: the value that it writes into the
 * instruction, or an instruction that kernels refuse where code reaches it (*poison*).
 *
 * Source: bpf_core_calc_relo_insn() and bpf_core_patch_insn() in libbpf.
 */
#ifndef BPFLD_CORE_VALUES_H
#define BPFLD_CORE_VALUES_H

#include "core_match.h"
#include "insn.h"
#include "kernel_btf.h"

enum core_verdict {
	CORE_VALUE,     // `value` is written
	CORE_POISON,    // the kernel does not have it: only code that is not reached may ask
	CORE_SIZE,      // likewise: it has another size or kind than a load or store can adapt to
	CORE_AMBIGUOUS, // several types of the kernel have it, with different values: no load
	CORE_TOO_FAR,   // an offset is larger than an instruction holds: no load
	CORE_REFUSED,   // no load for another reason, which `why` says
};

struct core_result {
	enum core_verdict verdict;
	uint64_t value;      // of CORE_VALUE; 0 says that something does not exist
	uint64_t other;      // of CORE_AMBIGUOUS: that of another type
	uint32_t candidates; // types of that name and kind in the kernel
	uint32_t matches;    // those that have what is asked for
	uint32_t type;       // the first candidate that has it, else the first candidate; 0: none
	const struct kernel_file *file; // which has that type; NULL: none
	const char *why;
};

// The instruction of a relocation.
struct core_use {
	struct insn insn;
	bool big_endian;
};

// Is given each type of a kernel that has what is asked for.
struct core_taker {
	void (*take)(const struct core_spec *found, const struct kernel_file *file, void *context);
	void *context;
};

/** What becomes of @local, read without a fault, in @use. @taker may be NULL. */
struct core_result core_resolve(const struct core_spec *local, struct kernel *kernel,
				const struct core_use *use, const struct core_taker *taker);

/** Whether the load fails, or its verifier when the instruction is reached. */
static inline bool core_is_poison(enum core_verdict verdict)
{
	return verdict == CORE_POISON || verdict == CORE_SIZE;
}

#endif
