/* SPDX-License-Identifier: BSD-2-Clause */
#include "runtime.h"

// The leading zeros of @x; 64 for 0.
int __clzdi2(unsigned long x)
{
	for (int distance = 1; distance < 64; distance *= 2)
		x |= x >> distance;
	return count_ones(~x);
}
