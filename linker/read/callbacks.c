/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Source: bpf_prog_assign_exc_cb() of libbpf; bpf_find_exception_callback_insn_off() in
 * kernel/bpf/verifier.c of Linux.
 */
#include "callbacks.h"

#include <inttypes.h>

#include "base/bisect.h"
#include "new_names.h"
#include "renames.h"

#define PREFIX "exception_callback:"

void callback_note(struct linker *linker, struct object *object, const struct input_tag *tag,
		   struct declaration *user)
{
	struct str text = strings_get(&linker->strings, tag->value);
	const size_t prefix = sizeof(PREFIX) - 1;

	if (user->kind != BTF_KIND_FUNC || tag->component != -1 || text.size == prefix ||
	    !str_starts_with(text, STR(PREFIX)))
		return;
	*array_add(linker->arena, &object->callbacks) = (struct callback){
		.user = user,
		.tag = (uint32_t)(tag - object->tags.items),
		.name = strings_intern(&linker->strings,
				       (struct str){ text.data + prefix, text.size - prefix }),
	};
}

static int compare_names(const void *a, const void *b)
{
	const struct callback *x = a, *y = b;

	if (x->name != y->name)
		return x->name < y->name ? -1 : 1;
	return x->tag < y->tag ? -1 : x->tag > y->tag;
}

// The first callback of that name, or NULL.
static struct callback *find_name(const struct object *object, uint32_t name)
{
	struct callback *items = object->callbacks.items;
	size_t first = bisect(object->callbacks.count, i, items[i].name < name);

	return first < object->callbacks.count && items[first].name == name ? &items[first] : NULL;
}

// Functions of an object, sorted by name of their section, then by place.
struct functions {
	ARRAY_FIELDS(struct symbol *);
	bool listed;
};

static int compare_places(const void *a, const void *b)
{
	const struct symbol *x = *(struct symbol *const *)a, *y = *(struct symbol *const *)b;

	if (x->section->name != y->section->name)
		return x->section->name < y->section->name ? -1 : 1;
	if (x->value != y->value)
		return x->value < y->value ? -1 : 1;
	return x < y ? -1 : x > y;
}

static struct functions list_functions(struct linker *linker, const struct object *object)
{
	struct functions functions = { .listed = true };

	for (uint32_t i = 1; i < object->symbol_count; i++) {
		struct symbol *symbol = &object->symbols[i];

		if (symbol->type == STT_FUNC && symbol->section)
			*array_add(linker->arena, &functions) = symbol;
	}
	array_sort(&functions, compare_places);
	return functions;
}

static bool is_before(const struct symbol *symbol, uint32_t section, uint64_t offset)
{
	if (symbol->section->name != section)
		return symbol->section->name < section;
	return symbol->value < offset;
}

// The first function at a place, or NULL.
static struct symbol *function_at(const struct functions *functions, uint32_t section,
				  uint64_t offset)
{
	size_t at = bisect(functions->count, i, is_before(functions->items[i], section, offset));
	struct symbol *symbol = at < functions->count ? functions->items[at] : NULL;

	return symbol && symbol->section->name == section && symbol->value == offset ? symbol
										     : NULL;
}

// After objcopy --redefine-sym a symbol still has its old name in BTF and in the tag; func_info
// tells which symbol is meant.
static void find_renamed(struct linker *linker, const struct object *object,
			 const struct btf_ext_block *block, struct functions *functions)
{
	for (uint32_t i = 0; i < block->count; i++) {
		struct btf_ext_record record = btf_ext_record(block, i);
		const struct declaration *function = object_declaration(object, record.field[0]);
		struct callback *callback = function ? find_name(object, function->name) : NULL;

		if (!callback || callback->symbol)
			continue;
		if (!functions->listed)
			*functions = list_functions(linker, object);
		callback->symbol = function_at(functions, block->section, record.insn_off);
	}
}

static void find_all_renamed(struct linker *linker, const struct object *object)
{
	struct functions functions = { 0 };

	for (size_t i = 0; object->ext && i < object->ext->blocks.count; i++) {
		const struct btf_ext_block *block = &object->ext->blocks.items[i];

		if (block->kind == BTF_EXT_FUNC)
			find_renamed(linker, object, block, &functions);
	}
	array_release(linker->arena, &functions);
}

void callbacks_resolve(struct linker *linker, struct object *object)
{
	struct callback *before = NULL;

	if (object->callbacks.count == 0)
		return;
	array_sort(&object->callbacks, compare_names);
	for (uint32_t i = 1; i < object->symbol_count; i++) {
		struct symbol *symbol = &object->symbols[i];
		struct callback *callback = find_name(object, symbol->name);

		if (callback && symbol->type != STT_SECTION && symbol->type != STT_FILE &&
		    (!callback->symbol || symbol->binding != STB_LOCAL))
			callback->symbol = symbol;
	}
	find_all_renamed(linker, object);
	array_each(callback, &object->callbacks) {
		if (before && before->name == callback->name)
			callback->symbol = before->symbol;
		before = callback;
		callback->next = callback->user->callbacks;
		callback->user->callbacks = callback;
	}
}

uint32_t callback_wants(const struct linker *linker, const struct callback *callback)
{
	if (!callback->symbol)
		return name_meaning(linker, callback->name);
	return callback->symbol->home == HOME_UNDEFINED ? symbol_meaning(linker, callback->symbol)
							: 0;
}

struct global *callback_global(const struct linker *linker, const struct callback *callback)
{
	if (callback->symbol)
		return callback->symbol->global;
	return linker_global(linker, name_meaning(linker, callback->name));
}

static uint32_t output_name(const struct linker *linker, const struct callback *callback)
{
	const struct global *global = callback_global(linker, callback);

	if (global)
		return global->output_name;
	return callback->symbol ? callback->symbol->output_name
				: name_meaning(linker, callback->name);
}

// Rename the callback in its tag. One FUNC that describes several functions needs a copy when their
// texts differ.
static void rename_callback(struct linker *linker, struct object *object,
			    const struct callback *callback, uint32_t name)
{
	uint32_t text = strings_intern(
		&linker->strings,
		str_of(arena_format(linker->arena, PREFIX "%s", linker_name(linker, name))));

	object->tags.items[callback->tag].value = text;
	for (struct declaration *each = callback->user; each; each = each->next)
		each->tags = strings_intern(
			&linker->strings, str_of(arena_format(linker->arena, "%" PRIu32 ";%" PRIu32,
							      text, each->tags)));
}

void callbacks_follow(struct linker *linker, struct object *object)
{
	array_each(callback, &object->callbacks) {
		uint32_t name = new_meaning(linker, object, callback->name);

		if (name != callback->name && !callback->symbol) {
			rename_callback(linker, object, callback, name);
			callback->name = name;
		}
	}
}

void callbacks_rename(struct linker *linker)
{
	array_each(object, &linker->objects) {
		array_each(callback, &(*object)->callbacks) {
			uint32_t name = output_name(linker, callback);

			if (name != callback->name)
				rename_callback(linker, *object, callback, name);
		}
	}
}
