/* SPDX-License-Identifier: BSD-2-Clause */
#include "rename_options.h"

#include <string.h>

#include "base/paths.h"
#include "complain.h"

// Whether kernels take @text as a name of BTF, or the start of one.
static bool is_identifier(const char *text)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_.";
	static const char digits[] = "0123456789";

	if (!*text || strchr(digits, *text))
		return false;
	while (*text && (strchr(letters, *text) || strchr(digits, *text)))
		text++;
	return !*text;
}

// No prefix has a '=', a path may have some.
void add_input_prefix(struct parser *parser, const char *value)
{
	const char *equals = strrchr(value, '=');

	if (equals && equals > value && is_identifier(equals + 1)) {
		*array_add(parser->arena, &parser->prefixes) = (struct bpfld_input_prefix){
			arena_strndup(parser->arena, value, (size_t)(equals - value)), equals + 1
		};
		return;
	}
	complain(parser, ERROR_OPTION_VALUE,
		 "--prefix needs FILE=PREFIX, not '%s'; a prefix is letters, digits and '_', no "
		 "digit first",
		 value);
}

void add_rename(struct parser *parser, const char *value)
{
	const char *equals = strchr(value, '=');

	if (equals && equals > value && is_identifier(equals + 1)) {
		*array_add(parser->arena, &parser->renames) = (struct bpfld_alias){
			arena_strndup(parser->arena, value, (size_t)(equals - value)), equals + 1
		};
		return;
	}
	complain(parser, ERROR_OPTION_VALUE,
		 "--rename needs OLD=NEW, not '%s'; a name is letters, digits and '_', no digit "
		 "first",
		 value);
}

const char *input_prefix_option(const struct bpfld_input_prefix *prefix, struct arena *arena)
{
	return arena_format(arena, "--prefix=%s=%s", path_below_root(prefix->file, arena),
			    prefix->prefix);
}
