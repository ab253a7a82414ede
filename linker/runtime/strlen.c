/* SPDX-License-Identifier: BSD-2-Clause */
#include "runtime.h"

unsigned long strlen(const char *string)
{
	unsigned long size = 0;

	while (*string++) {
		size++;
		opaque(size);
	}
	return size;
}
