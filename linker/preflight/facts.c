/* SPDX-License-Identifier: BSD-2-Clause */
#include "facts.h"

bool fact_join(struct fact *fact, struct fact other)
{
	struct fact old = *fact;

	if (fact->kind != other.kind || fact->section != other.section ||
	    fact->number != other.number) {
		fact->kind = FACT_UNKNOWN;
		fact->section = NULL;
		fact->number = 0;
	}
	if (fact->source != other.source)
		fact->source = 0;
	return fact->kind != old.kind || fact->source != old.source;
}

static bool shift(uint8_t op, uint64_t a, uint64_t by, bool wide, uint64_t *ret)
{
	by &= wide ? 63 : 31;
	switch (op) {
	case BPF_LSH:
		*ret = a << by;
		return true;
	case BPF_RSH:
		*ret = (wide ? a : (uint32_t)a) >> by;
		return true;
	case BPF_ARSH:
		*ret = wide ? (uint64_t)((int64_t)a >> by) : (uint32_t)((int32_t)a >> by);
		return true;
	default:
		return false;
	}
}

static bool divide(uint8_t op, uint64_t a, uint64_t b, uint64_t *ret)
{
	if (op != BPF_DIV && op != BPF_MOD)
		return false;
	// As BPF defines it.
	if (b == 0)
		*ret = op == BPF_DIV ? 0 : a;
	else
		*ret = op == BPF_DIV ? a / b : a % b;
	return true;
}

static bool compute(uint8_t op, uint64_t a, uint64_t b, bool wide, uint64_t *ret)
{
	switch (op) {
	case BPF_ADD:
		*ret = a + b;
		return true;
	case BPF_SUB:
		*ret = a - b;
		return true;
	case BPF_MUL:
		*ret = a * b;
		return true;
	case BPF_OR:
		*ret = a | b;
		return true;
	case BPF_AND:
		*ret = a & b;
		return true;
	case BPF_XOR:
		*ret = a ^ b;
		return true;
	case BPF_NEG:
		*ret = -a;
		return true;
	default:
		return shift(op, a, b, wide, ret) ||
		       divide(op, wide ? a : (uint32_t)a, wide ? b : (uint32_t)b, ret);
	}
}

static struct fact move(struct insn insn, struct fact from)
{
	bool wide = BPF_CLASS(insn.opcode) == BPF_ALU64;

	// An offset says how many bits are extended with their sign.
	if (insn.off || (!wide && from.kind != FACT_NUMBER))
		return (struct fact){ .source = from.source };
	if (!wide)
		from.number = (uint32_t)from.number;
	return from;
}

struct fact fact_compute(struct insn insn, struct fact to, struct fact from)
{
	bool wide = BPF_CLASS(insn.opcode) == BPF_ALU64;
	uint8_t op = BPF_OP(insn.opcode);
	struct fact result = { .source = to.source ? to.source : from.source };

	if (op == BPF_MOV)
		return move(insn, from);
	// Swapped bytes, signed divisions, sums of addresses of another sort.
	if (op == BPF_END || insn.off || from.kind != FACT_NUMBER)
		return result;
	if (to.kind == FACT_ADDRESS && wide && (op == BPF_ADD || op == BPF_SUB)) {
		result = to;
		result.number += op == BPF_ADD ? from.number : -from.number;
		return result;
	}
	if (to.kind != FACT_NUMBER || !compute(op, to.number, from.number, wide, &result.number))
		return result;
	result.kind = FACT_NUMBER;
	if (!wide)
		result.number = (uint32_t)result.number;
	return result;
}

enum branch fact_branch(struct insn insn, struct fact a, struct fact b)
{
	bool wide = BPF_CLASS(insn.opcode) == BPF_JMP, taken;
	uint64_t x = wide ? a.number : (uint32_t)a.number;
	uint64_t y = wide ? b.number : (uint32_t)b.number;
	int64_t signed_x = wide ? (int64_t)x : (int32_t)x,
		signed_y = wide ? (int64_t)y : (int32_t)y;

	if (a.kind != FACT_NUMBER || b.kind != FACT_NUMBER)
		return BRANCH_BOTH;
	switch (BPF_OP(insn.opcode)) {
	case BPF_JEQ:
		taken = x == y;
		break;
	case BPF_JNE:
		taken = x != y;
		break;
	case BPF_JGT:
		taken = x > y;
		break;
	case BPF_JGE:
		taken = x >= y;
		break;
	case BPF_JLT:
		taken = x < y;
		break;
	case BPF_JLE:
		taken = x <= y;
		break;
	case BPF_JSET:
		taken = x & y;
		break;
	case BPF_JSGT:
		taken = signed_x > signed_y;
		break;
	case BPF_JSGE:
		taken = signed_x >= signed_y;
		break;
	case BPF_JSLT:
		taken = signed_x < signed_y;
		break;
	case BPF_JSLE:
		taken = signed_x <= signed_y;
		break;
	default:
		return BRANCH_BOTH;
	}
	return taken ? BRANCH_TAKEN : BRANCH_NOT_TAKEN;
}
