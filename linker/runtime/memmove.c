/* SPDX-License-Identifier: BSD-2-Clause */
#include "runtime.h"

// The verifier does not know which pointer is larger, and walks through both loops.
void *memmove(void *to, const void *from, unsigned long size)
{
	char *bytes = to;
	const char *source = from;

	if ((unsigned long)to > (unsigned long)from) {
		// Compilers make != of an unsigned comparison, of which Linux 6.1 learns nothing.
		while ((long)size > 0) {
			size--;
			opaque(size);
			bytes[size] = source[size];
		}
		return to;
	}
	for (unsigned long i = 0; i < size; i++) {
		*bytes++ = *source++;
		opaque(i);
	}
	return to;
}
