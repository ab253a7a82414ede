/* SPDX-License-Identifier: BSD-2-Clause */
#include "complain.h"

void complain(struct parser *parser, enum code code, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	diag_verror(parser->diag, code, place_in(NULL, NULL), format, arguments);
	va_end(arguments);
	parser->command = COMMAND_WRONG;
}
