/* SPDX-License-Identifier: BSD-2-Clause */
#include "runtime.h"

// The end of each is looked for: the verifier may know the bytes of only one.
int strcmp(const char *a, const char *b)
{
	const unsigned char *x = (const unsigned char *)a, *y = (const unsigned char *)b;
	int p, q;

	do {
		p = *x++;
		q = *y++;
		if (p == 0)
			break;
		opaque(p);
		if (q == 0)
			break;
		opaque(q);
	} while (p == q);
	return p - q;
}
