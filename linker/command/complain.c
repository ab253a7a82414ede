/* SPDX-License-Identifier: BSD-2-Clause */
#include "complain.h"

void complain_later(struct parser *parser, enum code code, const char *hint, const char *format,
		    ...)
{
	struct remark *remark = array_add(parser->arena, &parser->remarks);
	va_list arguments;

	va_start(arguments, format);
	*remark = (struct remark){ code, arena_vformat(parser->arena, format, arguments), hint };
	va_end(arguments);
}

void complain_now(struct parser *parser)
{
	const struct bpfld_options *options = &parser->line->options;

	parser->diag->fatal_warnings = options->fatal_warnings;
	parser->diag->no_warnings = options->no_warnings;
	array_each(rule, &parser->levels)
		diag_set_level(parser->diag, rule->code, (enum diag_level)rule->level);
	array_each(remark, &parser->remarks)
		diag_warning(parser->diag, remark->code, place_in(NULL, NULL), "%s; %s",
			     remark->text, remark->hint);
	if (parser->diag->error_count)
		parser->command = COMMAND_WRONG;
}

void complain(struct parser *parser, enum code code, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	diag_verror(parser->diag, code, place_in(NULL, NULL), format, arguments);
	va_end(arguments);
	parser->command = COMMAND_WRONG;
}
