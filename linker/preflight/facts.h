/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is known of a register while code is followed: nothing, its number, or the address of a
 * constant. What is known decides branches, as it does for kernels' verifiers.
 *
 * A number may have a *source*: a variable that user space may set before it loads the program, or
 * the kernel's configuration. Branches that such numbers decide can go the other way.
 *
 * Source: RFC 9669, sections 4 and 5.
 */
#ifndef BPFLD_FACTS_H
#define BPFLD_FACTS_H

#include "insn.h"
#include "model.h"

enum fact_kind {
	FACT_UNKNOWN,
	FACT_NUMBER,  // `number`
	FACT_ADDRESS, // of byte `number` of `section`, which is read-only
	FACT_CONFIG,  // the address of what the kernel's configuration sets, named `source`
};

struct fact {
	enum fact_kind kind;
	uint32_t source;               // name of the variable that it depends on; 0: none
	const struct section *section; // of FACT_ADDRESS
	uint64_t number;
};

/** What is true where two ways meet. @return whether *@fact changed */
bool fact_join(struct fact *fact, struct fact other);

/** The result of an instruction of class ALU or ALU64, with @from as source operand. */
struct fact fact_compute(struct insn insn, struct fact to, struct fact from);

enum branch {
	BRANCH_BOTH,
	BRANCH_TAKEN,
	BRANCH_NOT_TAKEN,
};

/** Which way the conditional jump @insn goes. */
enum branch fact_branch(struct insn insn, struct fact a, struct fact b);

/** The number that instruction @insn has in it. */
static inline struct fact fact_immediate(struct insn insn)
{
	return (struct fact){ .kind = FACT_NUMBER, .number = (uint64_t)insn.imm };
}

#endif
