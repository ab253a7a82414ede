/* SPDX-License-Identifier: BSD-2-Clause */
#include "runtime.h"

// The trailing zeros of @x; 64 for 0.
int __ctzdi2(unsigned long x)
{
	return count_ones(~x & (x - 1));
}
