/* SPDX-License-Identifier: BSD-2-Clause */
#include "bind_options.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/paths.h"
#include "complain.h"
#include "symbol_files.h"

static bool is_number(const char *text)
{
	return isdigit((unsigned char)text[*text == '-']);
}

// Read EXTERN=[FILE:]SYMBOL to *@ret; return what is wrong with it, or NULL. No symbol has a colon,
// a path may have some.
static const char *read_binding(struct parser *parser, const char *text, struct bpfld_binding *ret)
{
	const char *equals = strchr(text, '=');
	const char *colon = equals ? strrchr(equals, ':') : NULL;
	struct bpfld_binding binding = { 0 };

	if (equals && !colon && is_number(equals + 1))
		return arena_format(parser->arena, "'%s' is no symbol; give --bind-return=%s",
				    equals + 1, text);
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

// Read a number of 64 bits, decimal or hexadecimal, to @slot; return whether @text is one.
static bool read_number(const char *text, struct bpfld_slot *slot)
{
	bool negative = *text == '-';
	const char *digits = text + negative;
	bool hex = digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X');
	uint64_t value;
	char *end;

	if (!is_number(text) || (hex && !isxdigit((unsigned char)digits[2])))
		return false;
	errno = 0;
	value = strtoull(digits, &end, hex ? 16 : 10);
	slot->negative = negative && value;
	slot->value = negative ? -value : value;
	return !errno && !*end && (!negative || value <= (uint64_t)1 << 63);
}

// Likewise of EXTERN=INT.
static const char *read_slot(struct parser *parser, const char *text, struct bpfld_slot *ret)
{
	const char *equals = strchr(text, '=');

	if (!equals || equals == text || !read_number(equals + 1, ret))
		return arena_format(parser->arena,
				    "EXTERN=INT is needed, a number of 64 bits as 2, 0x10 or -1, "
				    "not '%s'",
				    text);
	ret->name = arena_strndup(parser->arena, text, (size_t)(equals - text));
	return NULL;
}

static const char *add_binding_text(struct parser *parser, const char *text)
{
	struct bpfld_binding binding;
	const char *fault = read_binding(parser, text, &binding);

	if (!fault)
		*array_add(parser->arena, &parser->bindings) = binding;
	return fault;
}

static const char *add_slot_text(struct parser *parser, const char *text)
{
	struct bpfld_slot slot;
	const char *fault = read_slot(parser, text, &slot);

	if (!fault)
		*array_add(parser->arena, &parser->slots) = slot;
	return fault;
}

// No symbol begins with a digit, but the name of a file may.
static const char *add_line(struct parser *parser, const char *text)
{
	const char *equals = strchr(text, '=');

	if (equals && is_number(equals + 1) && !strchr(equals, ':'))
		return add_slot_text(parser, text);
	return add_binding_text(parser, text);
}

void add_binding(struct parser *parser, const char *value)
{
	const char *fault = add_binding_text(parser, value);

	if (fault)
		complain(parser, ERROR_OPTION_VALUE, "--bind: %s", fault);
}

void add_slot(struct parser *parser, const char *value)
{
	const char *fault = add_slot_text(parser, value);

	if (fault)
		complain(parser, ERROR_OPTION_VALUE, "--bind-return: %s", fault);
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

const char *slot_option(const struct bpfld_slot *slot, struct arena *arena)
{
	if (slot->negative)
		return arena_format(arena, "--bind-return=%s=%" PRId64, slot->name,
				    (int64_t)slot->value);
	return arena_format(arena, "--bind-return=%s=%" PRIu64, slot->name, slot->value);
}
