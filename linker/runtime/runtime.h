/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The functions of libbpfrt.a: what compilers emit calls to, or code expects of C, and BPF has
 * nowhere. Each has a file, because archives give whole members. docs/runtime.md has a table.
 *
 * The verifier walks through each function within each caller, with all that it knows of the
 * arguments there, and through loops step by step. Bytes are read and written one by one, because
 * it wants aligned accesses to the stack, and nobody may ask a pointer whether it is aligned.
 */
#ifndef BPFLD_RUNTIME_H
#define BPFLD_RUNTIME_H

// To the compiler @x is any value from here on. Else it would count pointers in place of an index,
// and compare these, of which the verifier does not know the outcome.
#define opaque(x) __asm__ volatile("" : "+r"(x))

void *memcpy(void *restrict to, const void *restrict from, unsigned long size);
void *memmove(void *to, const void *from, unsigned long size);
void *memset(void *to, int byte, unsigned long size);
int memcmp(const void *a, const void *b, unsigned long size);
int bcmp(const void *a, const void *b, unsigned long size);
unsigned long strlen(const char *string);
int strcmp(const char *a, const char *b);

// Arithmetic that BPF has no instructions for, by the names of libgcc.
long __divdi3(long a, long b);
long __moddi3(long a, long b);
int __clzdi2(unsigned long x);
int __ctzdi2(unsigned long x);
int __popcountdi2(unsigned long x);

// The ones of @x, without a branch: the verifier would walk through both sides of each.
static inline int count_ones(unsigned long x)
{
	x -= x >> 1 & 0x5555555555555555;
	x = (x & 0x3333333333333333) + (x >> 2 & 0x3333333333333333);
	x = (x + (x >> 4)) & 0x0f0f0f0f0f0f0f0f;
	return (int)(x * 0x0101010101010101 >> 56);
}

#endif
