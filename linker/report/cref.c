/* SPDX-License-Identifier: BSD-2-Clause */
/* --cref: where each global symbol is defined and referred to, as ld's cross reference table. */

#include "reports.h"

#define NAME_WIDTH 32

struct entry {
	const char *name;
	const struct global *global;
};

static int compare_entries(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static void add_object(struct text *text, const char *name, const struct symbol *symbol)
{
	text_format(text, "%-*s  %s\n", NAME_WIDTH, text_name(text, name),
		    text_name(text, symbol->object->name));
}

// The chosen definition comes first, on the line of the name.
static void add_entry(struct text *text, const struct entry *entry)
{
	const struct symbol *definition = entry->global->definition;
	const char *name = entry->name;

	if (definition) {
		add_object(text, name, definition);
		name = "";
	}
	for (const struct symbol *mention = entry->global->mentions; mention;
	     mention = mention->next) {
		if (definition && mention->object == definition->object)
			continue;
		add_object(text, name, mention);
		name = "";
	}
}

void report_cross_references(struct linker *linker, struct text *text)
{
	size_t count = linker->globals.count;
	struct entry *entries = arena_new_array(linker->arena, struct entry, count);

	for (size_t i = 0; i < count; i++) {
		const struct global *global = linker->globals.items[i];

		entries[i] = (struct entry){ linker_name(linker, global->name), global };
	}
	sort_items(entries, count, sizeof(*entries), compare_entries);
	text_format(text, "Cross Reference Table\n\n%-*s  %s\n", NAME_WIDTH, "Symbol", "File");
	for (size_t i = 0; i < count; i++)
		add_entry(text, &entries[i]);
}
