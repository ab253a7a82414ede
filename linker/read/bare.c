/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Functions that no BTF describes, because they are in assembly or compiled without -g.
 *
 * libbpf refuses a program that has func_info or line_info and calls a function without it, so C
 * could not call a helper written in assembly. Such objects get a minimal BTF: each function is a
 * static 'int f()' at line 0. The kernel verifies a static function together with its callers,
 * whatever its prototype says.
 */
#include "bare.h"

#include "btf_bytes.h"
#include "read_types.h"

struct functions {
	ARRAY_FIELDS(const struct symbol *);
};

static int compare_places(const void *a, const void *b)
{
	const struct symbol *x = *(const struct symbol *const *)a;
	const struct symbol *y = *(const struct symbol *const *)b;

	if (x->section != y->section)
		return x->section->shndx < y->section->shndx ? -1 : 1;
	if (x->value != y->value)
		return x->value < y->value ? -1 : 1;
	if ((x->binding == STB_LOCAL) != (y->binding == STB_LOCAL))
		return x->binding == STB_LOCAL ? 1 : -1;
	return x < y ? -1 : x > y;
}

// The functions by place. Each has the first of its names, a global one if there is one, because
// other objects declare it by that.
static struct functions find_functions(struct linker *linker, const struct object *object)
{
	struct functions functions = { 0 };
	size_t kept = 0;

	for (uint32_t i = 1; i < object->symbol_count; i++) {
		const struct symbol *symbol = &object->symbols[i];

		if (symbol->type == STT_FUNC && symbol->size && symbol->section &&
		    symbol->section->role == ROLE_CODE)
			*array_add(linker->arena, &functions) = symbol;
	}
	if (functions.count == 0)
		return functions;
	array_sort(&functions, compare_places);
	for (size_t i = 1; i < functions.count; i++) {
		const struct symbol *last = functions.items[kept];

		if (functions.items[i]->section != last->section ||
		    functions.items[i]->value != last->value)
			functions.items[++kept] = functions.items[i];
	}
	functions.count = kept + 1;
	return functions;
}

// Add a block of one record.
static void add_record(struct linker *linker, struct object *object, enum btf_ext_kind kind,
		       const struct symbol *function, uint32_t type_id)
{
	uint32_t *words = arena_new_array(linker->arena, uint32_t, btf_ext_record_words(kind));

	words[0] = (uint32_t)function->value;
	// The text of the line stays 0: there is none.
	words[1] = type_id;
	*array_add(linker->arena, &object->ext->blocks) = (struct btf_ext_block){
		.kind = kind,
		.section = function->section->name,
		.count = 1,
		.words = words,
	};
}

static void describe_object(struct linker *linker, struct object *object)
{
	struct functions functions = find_functions(linker, object);
	struct btf_bytes bytes;
	uint32_t proto, first;

	if (functions.count == 0)
		return;
	bytes = btf_bytes_begin(linker);
	first = btf_bytes_type(&bytes, "int", BTF_KIND_INT, 0, sizeof(int32_t));
	btf_bytes_word(&bytes, BTF_INT_SIGNED << 24 | 32);
	proto = btf_bytes_type(&bytes, "", BTF_KIND_FUNC_PROTO, 0, first);
	first = proto + 1;
	array_each(function, &functions)
		btf_bytes_type(&bytes, linker_name(linker, (*function)->name), BTF_KIND_FUNC, 0,
			       proto);
	object->btf = btf_bytes_read(&bytes, object);
	if (!object->btf)
		return;
	object->bare = true;
	object->ext = arena_new(linker->arena, struct btf_ext);
	object->ext_sections =
		arena_new_array(linker->arena, struct section *, 2 * functions.count);
	for (size_t i = 0; i < functions.count; i++) {
		const struct symbol *function = functions.items[i];

		add_record(linker, object, BTF_EXT_FUNC, function, first + (uint32_t)i);
		add_record(linker, object, BTF_EXT_LINE, function, 0);
		object->ext_sections[2 * i] = function->section;
		object->ext_sections[2 * i + 1] = function->section;
	}
	object_note_declarations(linker, object);
}

void describe_bare_objects(struct linker *linker)
{
	bool wanted = false;

	// This includes objects with data only: the output then has BTF, so a later link would not
	// add any.
	array_each(object, &linker->objects)
		wanted |= (*object)->btf != NULL;
	array_each(object, &linker->objects) {
		if (wanted && !(*object)->btf)
			describe_object(linker, *object);
	}
}
