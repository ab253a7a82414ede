/* SPDX-License-Identifier: BSD-2-Clause */
#include "runtime.h"

void *memcpy(void *restrict to, const void *restrict from, unsigned long size)
{
	char *bytes = to;
	const char *source = from;

	for (unsigned long i = 0; i < size; i++) {
		*bytes++ = *source++;
		opaque(i);
	}
	return to;
}
