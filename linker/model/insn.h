/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * BPF instructions as bytes of either byte order.
 *
 * Source: RFC 9669 (BPF instruction set), section 3; the register nibbles swap with the byte order.
 */
#ifndef BPFLD_INSN_H
#define BPFLD_INSN_H

#include <linux/bpf.h>

#include "base/integers.h"

#define INSN_SIZE 8u
#define INSN_IMM  4u // offset of the immediate

#define INSN_LD_IMM64 (BPF_LD | BPF_IMM | BPF_DW)
#define INSN_CALL     (BPF_JMP | BPF_CALL)

struct insn {
	uint8_t opcode;
	uint8_t dst;
	uint8_t src;
	int16_t off;
	int32_t imm;
};

/** The instruction at @bytes, of which there are at least INSN_SIZE. */
static inline struct insn insn_read(const uint8_t *bytes, bool big_endian)
{
	uint8_t low = bytes[1] & 0xf, high = bytes[1] >> 4;

	return (struct insn){
		.opcode = bytes[0],
		.dst = big_endian ? high : low,
		.src = big_endian ? low : high,
		.off = (int16_t)get16(bytes + 2, big_endian),
		.imm = (int32_t)get32(bytes + INSN_IMM, big_endian),
	};
}

/** Bytes of an instruction with @opcode: one with a 64-bit immediate has two halves. */
static inline uint32_t insn_size(uint8_t opcode)
{
	return opcode == INSN_LD_IMM64 ? 2 * INSN_SIZE : INSN_SIZE;
}

/** Whether @insn jumps within its function; *@distance is in bytes from the next instruction. */
static inline bool insn_is_jump(struct insn insn, int64_t *distance)
{
	uint8_t insn_class = BPF_CLASS(insn.opcode), op = BPF_OP(insn.opcode);

	if ((insn_class != BPF_JMP && insn_class != BPF_JMP32) || op == BPF_CALL || op == BPF_EXIT)
		return false;
	// gotox leads where its jump table says.
	if (insn.opcode == (BPF_JMP | BPF_JA | BPF_X))
		return false;
	// gotol, the jump of 32 bits, is JA of the other class.
	if (insn_class == BPF_JMP32 && op == BPF_JA)
		*distance = (int64_t)INSN_SIZE * insn.imm;
	else
		*distance = (int64_t)INSN_SIZE * insn.off;
	return true;
}

/**
 * Whether @insn is padding of assemblers: no instruction (opcode 0: zeros, or LLVM's idea of a
 * no-op), or one that changes nothing.
 */
static inline bool insn_is_padding(struct insn insn)
{
	int64_t distance = 0; // GCC on i686 does not see that it is set

	if (insn.opcode == 0)
		return true;
	if (insn.opcode == (BPF_ALU64 | BPF_MOV | BPF_X))
		return insn.dst == insn.src && insn.off == 0;
	return insn_is_jump(insn, &distance) && distance == 0;
}

#endif
