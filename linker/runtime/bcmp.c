/* SPDX-License-Identifier: BSD-2-Clause */
#include "runtime.h"

int bcmp(const void *a, const void *b, unsigned long size)
{
	const unsigned char *x = a, *y = b;

	for (unsigned long i = 0; i < size; i++) {
		if (*x++ != *y++)
			return 1;
		opaque(i);
	}
	return 0;
}
