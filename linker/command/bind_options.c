/* SPDX-License-Identifier: BSD-2-Clause */
#include "bind_options.h"

#include <string.h>

#include "base/paths.h"
#include "complain.h"
#include "symbol_files.h"

// Read EXTERN=[FILE:]SYMBOL to *@ret; return what is wrong with it, or NULL. No symbol has a colon,
// a path may have some.
static const char *read_binding(struct parser *parser, const char *text, struct bpfld_binding *ret)
{
	const char *equals = strchr(text, '=');
	const char *colon = equals ? strrchr(equals, ':') : NULL;
	struct bpfld_binding binding = { 0 };

	binding.symbol = equals ? (colon ? colon : equals) + 1 : "";
	if (!equals || equals == text || colon == equals + 1 || !*binding.symbol)
		return arena_format(parser->arena, "EXTERN=[FILE:]SYMBOL is needed, not '%s'",
				    text);
	binding.name = arena_strndup(parser->arena, text, (size_t)(equals - text));
	if (colon)
		binding.file =
			arena_strndup(parser->arena, equals + 1, (size_t)(colon - equals - 1));
	*ret = binding;
	return NULL;
}

static const char *add_line(struct parser *parser, const char *text)
{
	struct bpfld_binding binding;
	const char *fault = read_binding(parser, text, &binding);

	if (!fault)
		*array_add(parser->arena, &parser->bindings) = binding;
	return fault;
}

void add_binding(struct parser *parser, const char *value)
{
	const char *fault = add_line(parser, value);

	if (fault)
		complain(parser, ERROR_OPTION_VALUE, "--bind: %s", fault);
}

void add_default_binding(struct parser *parser, const char *value)
{
	struct bpfld_binding binding;
	const char *fault = read_binding(parser, value, &binding);

	if (fault)
		complain(parser, ERROR_OPTION_VALUE, "--bind-default: %s", fault);
	else
		*array_add(parser->arena, &parser->default_bindings) = binding;
}

static bool is_bound(const struct parser *parser, const char *name)
{
	array_each(binding, &parser->bindings) {
		if (strcmp(binding->name, name) == 0)
			return true;
	}
	return false;
}

void finish_bindings(struct parser *parser)
{
	array_each(binding, &parser->default_bindings) {
		if (!is_bound(parser, binding->name))
			*array_add(parser->arena, &parser->bindings) = *binding;
	}
}

void read_bindings(struct parser *parser, const char *path)
{
	read_lines(parser, path, add_line);
}

const char *binding_option(const struct bpfld_binding *binding, struct arena *arena)
{
	if (!binding->file)
		return arena_format(arena, "--bind=%s=%s", binding->name, binding->symbol);
	return arena_format(arena, "--bind=%s=%s:%s", binding->name,
			    path_below_root(binding->file, arena), binding->symbol);
}
