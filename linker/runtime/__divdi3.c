/* SPDX-License-Identifier: BSD-2-Clause */
#include "runtime.h"

// By the division of numbers without a sign, for which x / 0 is 0.
long __divdi3(long a, long b)
{
	unsigned long x = a < 0 ? -(unsigned long)a : (unsigned long)a;
	unsigned long y = b < 0 ? -(unsigned long)b : (unsigned long)b;
	unsigned long quotient = x / y;

	return (long)((a < 0) == (b < 0) ? quotient : -quotient);
}
