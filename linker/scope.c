/* SPDX-License-Identifier: BSD-2-Clause */
#include "scope.h"

// Bytes; kernels take half of that.
#define ORIGIN_MAX 1024

// Grow a table to hold @name.
#define reserve(scope, table, name)                                                                \
	do {                                                                                       \
		while ((table)->count <= (name))                                                   \
			*array_add((scope)->linker->arena, (table)) = NULL;                        \
	} while (0)

static void add_section(struct scope *scope, struct section *section)
{
	const struct section *other = scope_section(scope, section->name);

	if (!role_is_content(section->role) && section->role != ROLE_DISCARDED)
		return;
	// Compilers write an empty .text beside those that they name alike.
	if (section->size && other && other->size) {
		scope->ambiguous = true;
		reserve(scope, &scope->doubles, section->name);
		scope->doubles.items[section->name] = section;
	} else if (section->size || !other) {
		reserve(scope, &scope->sections, section->name);
		scope->sections.items[section->name] = section;
	}
}

struct str scope_clone_origin(const struct linker *linker, uint32_t name)
{
	struct str text = strings_get(&linker->strings, name);
	const char *dot = memchr(text.data, '.', text.size);

	return (struct str){ text.data, dot ? (size_t)(dot - text.data) : 0 };
}

bool scope_is_clone(const struct linker *linker, uint32_t clone, uint32_t name)
{
	struct str text = strings_get(&linker->strings, clone);
	struct str origin = strings_get(&linker->strings, name);

	// Any number of declarations and records may have one long name.
	return origin.size <= ORIGIN_MAX && text.size > origin.size &&
	       text.data[origin.size] == '.' && str_starts_with(text, origin) &&
	       !memchr(origin.data, '.', origin.size);
}

static void add_local(struct scope *scope, struct symbol *symbol, uint32_t name)
{
	const struct symbol *other = scope_local(scope, name);

	// The first one, but never a clone where there is the function itself.
	if (name == 0 || (other && (other->name == name || symbol->name != name)))
		return;
	reserve(scope, &scope->locals, name);
	scope->locals.items[name] = symbol;
}

static void add_symbol(struct scope *scope, struct symbol *symbol)
{
	if (symbol->type == STT_SECTION || symbol->type == STT_FILE)
		return;
	if (symbol->binding != STB_LOCAL) {
		reserve(scope, &scope->globals, symbol->name);
		scope->globals.items[symbol->name] = symbol;
		return;
	}
	add_local(scope, symbol, symbol->name);
	if (symbol->type == STT_FUNC)
		add_local(scope, symbol,
			  strings_intern(&scope->linker->strings,
					 scope_clone_origin(scope->linker, symbol->name)));
}

void scope_enter(struct scope *scope, struct object *object)
{
	scope->object = object;
	scope->ambiguous = false;
	scope->looks = 0;
	for (uint32_t i = 1; i < object->section_count; i++)
		add_section(scope, &object->sections[i]);
	for (uint32_t i = 1; i < object->symbol_count; i++)
		add_symbol(scope, &object->symbols[i]);
}

void scope_deinit(struct scope *scope)
{
	array_release(scope->linker->arena, &scope->sections);
	array_release(scope->linker->arena, &scope->doubles);
	array_release(scope->linker->arena, &scope->globals);
	array_release(scope->linker->arena, &scope->locals);
}

bool scope_is_ambiguous(const struct scope *scope, uint32_t name)
{
	return name < scope->doubles.count && scope->doubles.items[name] &&
	       scope->doubles.items[name]->object == scope->object;
}

struct section *scope_section(const struct scope *scope, uint32_t name)
{
	struct section *found = name < scope->sections.count ? scope->sections.items[name] : NULL;

	if (!found || found->object != scope->object || scope_is_ambiguous(scope, name))
		return NULL;
	return found;
}

void scope_rename_section(struct scope *scope, uint32_t name, struct section *section)
{
	reserve(scope, &scope->sections, name);
	scope->sections.items[name] = section;
}

struct symbol *scope_global(const struct scope *scope, uint32_t name)
{
	struct symbol *found = name < scope->globals.count ? scope->globals.items[name] : NULL;

	return found && found->object == scope->object ? found : NULL;
}

struct symbol *scope_local(const struct scope *scope, uint32_t name)
{
	struct symbol *found = name < scope->locals.count ? scope->locals.items[name] : NULL;

	return found && found->object == scope->object ? found : NULL;
}
