/* SPDX-License-Identifier: BSD-2-Clause */
#include "runtime.h"

// By the remainder of numbers without a sign, for which x % 0 is x. It has the sign of @a.
long __moddi3(long a, long b)
{
	unsigned long x = a < 0 ? -(unsigned long)a : (unsigned long)a;
	unsigned long y = b < 0 ? -(unsigned long)b : (unsigned long)b;
	unsigned long remainder = x % y;

	return (long)(a < 0 ? -remainder : remainder);
}
