/* SPDX-License-Identifier: BSD-2-Clause */
#include "complain.h"

#include "base/printable.h"

void complain(FILE *errors, struct arena *arena, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fprintf(errors, "%s\n", printable(arena_vformat(arena, format, arguments), arena));
	va_end(arguments);
}
