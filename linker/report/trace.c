/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * --trace and --trace-symbol: which objects are linked, and where given symbols are in them, in
 * ld's words.
 */
#include "reports.h"

void report_trace(struct linker *linker, struct text *text)
{
	array_each(object, &linker->objects) {
		if (!(*object)->made)
			text_format(text, "%s\n", text_name(text, (*object)->name));
	}
}

static const char *describe_mention(const struct symbol *symbol, bool linked)
{
	if (!linked)
		return "lazy definition of";
	if (symbol->home == HOME_UNDEFINED)
		return symbol->binding == STB_WEAK ? "weak reference to" : "reference to";
	return symbol->binding == STB_WEAK ? "weak definition of" : "definition of";
}

static void trace_symbol(struct linker *linker, struct text *text, const struct object *object,
			 const struct symbol *symbol, bool linked)
{
	const struct bpfld_strings *names = &linker->options->trace_symbols;
	const char *name = linker_name(linker, symbol->name);

	// References of members that were not taken do not matter.
	if (symbol->binding == STB_LOCAL || (!linked && symbol->home == HOME_UNDEFINED))
		return;
	for (size_t i = 0; i < names->count; i++) {
		if (strcmp(names->items[i], name) == 0) {
			text_format(text, "%s: %s %s\n", text_name(text, object->name),
				    describe_mention(symbol, linked), text_name(text, name));
			return;
		}
	}
}

static bool is_linked(const struct linker *linker, const struct object *object)
{
	return object->index < linker->objects.count &&
	       linker->objects.items[object->index] == object;
}

static void trace_object(struct linker *linker, struct text *text, const struct object *object,
			 bool linked)
{
	for (uint32_t i = 1; i < object->symbol_count; i++)
		trace_symbol(linker, text, object, &object->symbols[i], linked);
}

void report_trace_symbols(struct linker *linker, struct text *text)
{
	array_each(object, &linker->objects)
		trace_object(linker, text, *object, true);
	array_each(object, &linker->read) {
		if (!is_linked(linker, *object))
			trace_object(linker, text, *object, false);
	}
}
