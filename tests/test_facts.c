/* SPDX-License-Identifier: BSD-2-Clause */
#include "facts.h"

#include <criterion/criterion.h>
#include <inttypes.h>

#define K(class, op)                                                                               \
	{                                                                                          \
		.opcode = (class) | (op) | BPF_K                                                   \
	}
#define X(class, op)                                                                               \
	{                                                                                          \
		.opcode = (class) | (op) | BPF_X                                                   \
	}

static const struct section section;

static struct fact number(uint64_t value)
{
	return (struct fact){ .kind = FACT_NUMBER, .number = value };
}

// clang-format off
static const struct {
	const char *name;
	struct insn insn;
	uint64_t to, from;
	uint64_t result;
} computed[] = {
	{ "mov", K(BPF_ALU64, BPF_MOV), 1, 7, 7 },
	{ "mov of 32 bits", X(BPF_ALU, BPF_MOV), 1, UINT64_MAX, UINT32_MAX },
	{ "add", X(BPF_ALU64, BPF_ADD), UINT64_MAX, 2, 1 },
	{ "add of 32 bits", X(BPF_ALU, BPF_ADD), UINT32_MAX, 2, 1 },
	{ "sub", X(BPF_ALU64, BPF_SUB), 1, 2, UINT64_MAX },
	{ "mul", X(BPF_ALU64, BPF_MUL), 6, 7, 42 },
	{ "div", X(BPF_ALU64, BPF_DIV), 43, 6, 7 },
	{ "div of 32 bits", X(BPF_ALU, BPF_DIV), UINT64_C(1) << 32 | 8, 2, 4 },
	{ "div by nothing", X(BPF_ALU64, BPF_DIV), 43, 0, 0 },
	{ "mod", X(BPF_ALU64, BPF_MOD), 43, 6, 1 },
	{ "mod by nothing", X(BPF_ALU64, BPF_MOD), 43, 0, 43 },
	{ "or", X(BPF_ALU64, BPF_OR), 5, 10, 15 },
	{ "and", X(BPF_ALU64, BPF_AND), 6, 3, 2 },
	{ "xor", X(BPF_ALU64, BPF_XOR), 6, 3, 5 },
	{ "lsh", X(BPF_ALU64, BPF_LSH), 1, 63, UINT64_C(1) << 63 },
	{ "lsh of 32 bits", X(BPF_ALU, BPF_LSH), 3, 31, UINT64_C(1) << 31 },
	{ "rsh", X(BPF_ALU64, BPF_RSH), UINT64_MAX, 63, 1 },
	{ "rsh of 32 bits", X(BPF_ALU, BPF_RSH), UINT64_MAX, 31, 1 },
	{ "arsh", X(BPF_ALU64, BPF_ARSH), UINT64_MAX - 1, 1, UINT64_MAX },
	{ "arsh of 32 bits", X(BPF_ALU, BPF_ARSH), UINT32_MAX - 1, 1, UINT32_MAX },
	{ "neg", K(BPF_ALU64, BPF_NEG), 1, 0, UINT64_MAX },
};

static const struct {
	const char *name;
	struct insn insn;
	uint64_t a, b;
	enum branch branch;
} branches[] = {
	{ "==", X(BPF_JMP, BPF_JEQ), 1, 1, BRANCH_TAKEN },
	{ "not ==", X(BPF_JMP, BPF_JEQ), 1, 2, BRANCH_NOT_TAKEN },
	{ "== of 32 bits", X(BPF_JMP32, BPF_JEQ), UINT64_C(1) << 32 | 1, 1, BRANCH_TAKEN },
	{ "!=", X(BPF_JMP, BPF_JNE), 1, 2, BRANCH_TAKEN },
	{ "not !=", X(BPF_JMP, BPF_JNE), 1, 1, BRANCH_NOT_TAKEN },
	{ ">", X(BPF_JMP, BPF_JGT), UINT64_MAX, 1, BRANCH_TAKEN },
	{ "not >", X(BPF_JMP, BPF_JGT), 1, 1, BRANCH_NOT_TAKEN },
	{ ">=", X(BPF_JMP, BPF_JGE), 1, 1, BRANCH_TAKEN },
	{ "not >=", X(BPF_JMP, BPF_JGE), 0, 1, BRANCH_NOT_TAKEN },
	{ "<", X(BPF_JMP, BPF_JLT), 0, 1, BRANCH_TAKEN },
	{ "not <", X(BPF_JMP, BPF_JLT), 1, 1, BRANCH_NOT_TAKEN },
	{ "<=", X(BPF_JMP, BPF_JLE), 1, 1, BRANCH_TAKEN },
	{ "not <=", X(BPF_JMP, BPF_JLE), 2, 1, BRANCH_NOT_TAKEN },
	{ "&", X(BPF_JMP, BPF_JSET), 6, 2, BRANCH_TAKEN },
	{ "not &", X(BPF_JMP, BPF_JSET), 6, 1, BRANCH_NOT_TAKEN },
	{ "s>", X(BPF_JMP, BPF_JSGT), 1, UINT64_MAX, BRANCH_TAKEN },
	{ "not s>", X(BPF_JMP, BPF_JSGT), UINT64_MAX, 1, BRANCH_NOT_TAKEN },
	{ "s>=", X(BPF_JMP, BPF_JSGE), UINT64_MAX, UINT64_MAX, BRANCH_TAKEN },
	{ "s<", X(BPF_JMP, BPF_JSLT), UINT64_MAX, 1, BRANCH_TAKEN },
	{ "not s<", X(BPF_JMP, BPF_JSLT), 1, 1, BRANCH_NOT_TAKEN },
	{ "s<=", X(BPF_JMP, BPF_JSLE), UINT64_MAX, 1, BRANCH_TAKEN },
	{ "s<= of 32 bits", X(BPF_JMP32, BPF_JSLE), UINT32_MAX, 1, BRANCH_TAKEN },
	{ "another", X(BPF_JMP, 0xe0), 1, 1, BRANCH_BOTH },
};
// clang-format on

Test(facts, are_computed_as_kernels_do)
{
	for (size_t i = 0; i < sizeof(computed) / sizeof(*computed); i++) {
		struct fact result = fact_compute(computed[i].insn, number(computed[i].to),
						  number(computed[i].from));

		cr_expect_eq(result.kind, FACT_NUMBER, "%s", computed[i].name);
		cr_expect_eq(result.number, computed[i].result, "%s: %" PRIu64, computed[i].name,
			     result.number);
	}
}

Test(facts, decide_branches)
{
	struct fact unknown = { .kind = FACT_UNKNOWN };

	for (size_t i = 0; i < sizeof(branches) / sizeof(*branches); i++) {
		struct fact a = number(branches[i].a), b = number(branches[i].b);

		cr_expect_eq(fact_branch(branches[i].insn, a, b), branches[i].branch, "%s",
			     branches[i].name);
		cr_expect_eq(fact_branch(branches[i].insn, unknown, b), BRANCH_BOTH, "%s",
			     branches[i].name);
		cr_expect_eq(fact_branch(branches[i].insn, a, unknown), BRANCH_BOTH, "%s",
			     branches[i].name);
	}
}

// What is computed of something unknown is unknown, but its source is not forgotten.
Test(facts, are_forgotten)
{
	static const struct insn add = X(BPF_ALU64, BPF_ADD), end = X(BPF_ALU, BPF_END);
	static const struct insn sign = { .opcode = BPF_ALU64 | BPF_MOV | BPF_X, .off = 8 };
	struct fact unknown = { .kind = FACT_UNKNOWN, .source = 5 };

	cr_expect_eq(fact_compute(add, number(1), unknown).kind, FACT_UNKNOWN);
	cr_expect_eq(fact_compute(add, unknown, number(1)).kind, FACT_UNKNOWN);
	cr_expect_eq(fact_compute(add, unknown, number(1)).source, 5);
	cr_expect_eq(fact_compute(add, number(1), unknown).source, 5);
	cr_expect_eq(fact_compute(end, number(1), number(2)).kind, FACT_UNKNOWN);
	cr_expect_eq(fact_compute(sign, number(1), number(2)).kind, FACT_UNKNOWN);
}

Test(facts, know_addresses_of_constants)
{
	static const struct insn add = K(BPF_ALU64, BPF_ADD), narrow = K(BPF_ALU, BPF_ADD);
	struct fact address = { .kind = FACT_ADDRESS, .section = &section, .number = 16 };
	struct fact moved = fact_compute(add, address, number(8));

	cr_expect_eq(moved.kind, FACT_ADDRESS);
	cr_expect_eq(moved.number, 24);
	cr_expect_eq(fact_compute(narrow, address, number(8)).kind, FACT_UNKNOWN);
}

Test(facts, are_joined)
{
	struct fact fact = number(3), other = number(3);

	cr_expect_not(fact_join(&fact, other));
	cr_expect_eq(fact.kind, FACT_NUMBER);
	other.source = 1;
	cr_expect_not(fact_join(&fact, other), "it had none");
	fact = number(3);
	cr_expect(fact_join(&fact, number(4)));
	cr_expect_eq(fact.kind, FACT_UNKNOWN);
	cr_expect_not(fact_join(&fact, number(5)), "it cannot become less");
	fact = number(3);
	fact.source = 2;
	cr_expect(fact_join(&fact, other));
	cr_expect_eq(fact.source, 0);
}
