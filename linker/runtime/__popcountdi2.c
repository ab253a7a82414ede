/* SPDX-License-Identifier: BSD-2-Clause */
#include "runtime.h"

int __popcountdi2(unsigned long x)
{
	return count_ones(x);
}
