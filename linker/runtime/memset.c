/* SPDX-License-Identifier: BSD-2-Clause */
#include "runtime.h"

void *memset(void *to, int byte, unsigned long size)
{
	char *bytes = to;

	for (unsigned long i = 0; i < size; i++) {
		*bytes++ = (char)byte;
		opaque(i);
	}
	return to;
}
