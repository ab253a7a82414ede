/* SPDX-License-Identifier: BSD-2-Clause */
#include "scope.h"

// The longest origin that is compared, bytes; kernels take half of that.
#define ORIGIN_MAX 1024

static void add_section(struct scope *scope, struct section *section)
{
	const struct section *other = scope_section(scope, section->name);
	struct arena *arena = scope->linker->arena;

	if (!role_is_content(section->role) && section->role != ROLE_DISCARDED)
		return;
	// Empty sections do not count: compilers write an empty .text beside others of that name.
	if (section->size && other && other->size) {
		scope->ambiguous = true;
		*array_at(arena, &scope->doubles, section->name) = section;
	} else if (section->size || !other) {
		*array_at(arena, &scope->sections, section->name) = section;
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

	// The bound matters because any number of declarations may have one long name.
	return origin.size <= ORIGIN_MAX && text.size > origin.size &&
	       text.data[origin.size] == '.' && str_starts_with(text, origin) &&
	       !memchr(origin.data, '.', origin.size);
}

static void add_local(struct scope *scope, struct symbol *symbol, uint32_t name)
{
	const struct symbol *other = scope_local(scope, name);

	// The first one counts, but the function itself goes before its clones.
	if (name == 0 || (other && (other->name == name || symbol->name != name)))
		return;
	*array_at(scope->linker->arena, &scope->locals, name) = symbol;
}

static void add_symbol(struct scope *scope, struct symbol *symbol)
{
	if (symbol->type == STT_SECTION || symbol->type == STT_FILE)
		return;
	if (symbol->binding != STB_LOCAL) {
		*array_at(scope->linker->arena, &scope->globals, symbol->name) = symbol;
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
	array_release(scope->linker->arena, &scope->functions);
}

bool scope_is_ambiguous(const struct scope *scope, uint32_t name)
{
	const struct section *second = array_get(&scope->doubles, name);

	return second && second->object == scope->object;
}

struct section *scope_section(const struct scope *scope, uint32_t name)
{
	struct section *found = array_get(&scope->sections, name);

	if (!found || found->object != scope->object || scope_is_ambiguous(scope, name))
		return NULL;
	return found;
}

void scope_rename_section(struct scope *scope, uint32_t name, struct section *section)
{
	*array_at(scope->linker->arena, &scope->sections, name) = section;
}

struct symbol *scope_global(const struct scope *scope, uint32_t name)
{
	struct symbol *found = array_get(&scope->globals, name);

	return found && found->object == scope->object ? found : NULL;
}

struct symbol *scope_local(const struct scope *scope, uint32_t name)
{
	struct symbol *found = array_get(&scope->locals, name);

	return found && found->object == scope->object ? found : NULL;
}
