/* SPDX-License-Identifier: BSD-2-Clause */
#include "metadata_options.h"

#include <string.h>

#include "base/metadata_text.h"
#include "complain.h"
#include "symbol_files.h"

// Read KEY=VALUE; return what is wrong with it, or NULL.
static const char *read_entry(struct parser *parser, const char *text, struct bpfld_metadata *entry)
{
	const char *equals = strchr(text, '=');

	if (!equals)
		return arena_format(parser->arena, "KEY=VALUE is needed, not '%s'", text);
	entry->key = arena_strndup(parser->arena, text, (size_t)(equals - text));
	entry->value = equals + 1;
	return metadata_fault(entry->key, entry->value, parser->arena);
}

void add_metadata(struct parser *parser, const char *value)
{
	struct bpfld_metadata *entry = array_add(parser->arena, &parser->metadata);
	const char *fault = read_entry(parser, value, entry);

	if (fault)
		complain(parser, ERROR_OPTION_VALUE, "--metadata: %s", fault);
}

static const char *add_line(struct parser *parser, const char *line)
{
	return read_entry(parser, line, array_add(parser->arena, &parser->file_metadata));
}

void read_metadata(struct parser *parser, const char *path)
{
	read_lines(parser, path, add_line);
}

void finish_metadata(struct parser *parser)
{
	struct bpfld_options *options = &parser->line->options;

	array_each(entry, &parser->metadata)
		*array_add(parser->arena, &parser->file_metadata) = *entry;
	options->metadata = parser->file_metadata.items;
	options->metadata_count = parser->file_metadata.count;
}
