/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads the BTF of an object when the object becomes part of the link: types go into the graph,
 * which knows most of them already; records of .BTF.ext are copied; declarations and tags are
 * noted. After that the bytes are not needed any more.
 */
#include "read_types.h"

#include "btf_relocations.h"
#include "callbacks.h"
#include "metadata.h"
#include "reading.h"
#include "scope.h"
#include "type_tags.h"

// Names that are prefetched ahead.
#define NAMES_AHEAD 8
// More typedefs and qualifiers around one type than any program has. Bounds the walk for each
// variable.
#define MODIFIERS_MAX 64
// Bytes of names of declarations per byte of types and strings, at most.
#define NAMES_EACH 64

static const struct section *find_role(const struct object *object, enum role role)
{
	for (uint32_t i = 1; i < object->section_count; i++) {
		if (object->sections[i].role == role && object->sections[i].size)
			return &object->sections[i];
	}
	return NULL;
}

// The number of a name of @object's BTF; 0 when names overlap too much.
static uint32_t intern_name(struct linker *linker, struct object *object, uint32_t name_off)
{
	struct str name = long_name_begin(object->btf->strings.data + name_off);
	bool is_long = name.size == LONG_NAME_MIN;
	struct reading *reading = reading_get(linker);
	uint32_t number;

	if (is_long) {
		number = long_names_find(&reading->long_names, &linker->strings, name.data);
		if (number)
			return number;
		name = str_of(name.data);
	}
	if (name.size > reading->name_room) {
		reading->name_room = 0;
		reading->names_overlap = true;
		return 0;
	}
	reading->name_room -= name.size;
	number = strings_intern(&linker->strings, name);
	if (is_long)
		long_names_add(&reading->long_names, &linker->strings, name.data, number);
	return number;
}

// Whether any string of the link equals the name. A long one passes: no kernel has such functions.
static bool is_known(const struct linker *linker, const struct object *object, uint32_t name_off)
{
	struct str name = long_name_begin(object->btf->strings.data + name_off);

	return name.size == LONG_NAME_MIN || strings_has(&linker->strings, name);
}

// Whether the object itself has only a forward declaration. The graph replaces it by its
// definition.
static bool is_incomplete(const struct btf_unit *unit, uint32_t type_id)
{
	for (int i = 0; type_id && i < MODIFIERS_MAX; i++) {
		const struct btf_type *type = btf_unit_type(unit, type_id);

		switch (btf_info_kind(type->info)) {
		case BTF_KIND_CONST:
		case BTF_KIND_VOLATILE:
		case BTF_KIND_RESTRICT:
		case BTF_KIND_TYPEDEF:
		case BTF_KIND_TYPE_TAG:
			type_id = type->type;
			continue;
		default:
			return btf_info_kind(type->info) == BTF_KIND_FWD;
		}
	}
	return false;
}

static struct declaration *note_declaration(struct linker *linker, struct object *object,
					    uint32_t type_id)
{
	struct declaration *declaration = arena_new(linker->arena, struct declaration);
	const struct btf_type *type = btf_unit_type(object->btf, type_id);
	bool is_variable = btf_info_kind(type->info) == BTF_KIND_VAR;
	const struct btf_var *var = btf_record_tail(type);
	uint32_t linkage = is_variable ? var->linkage : btf_info_vlen(type->info);
	uint32_t name = intern_name(linker, object, type->name_off);

	*declaration = (struct declaration){
		.object = object,
		.type_id = type_id,
		.kind = (uint8_t)btf_info_kind(type->info),
		.linkage = (uint8_t)linkage,
		.written_linkage = (uint8_t)linkage,
		.incomplete = is_variable && is_incomplete(object->btf, type->type),
		.name = name,
		.written_name = name,
		.type = type->type,
	};
	linker->has_metadata |= is_variable && name_is_metadata(linker, name);
	return declaration;
}

// Mark the FUNCs that records or DATASECs refer to.
static void mark_mentioned(const struct object *object, uint8_t *mentioned)
{
	const struct btf_unit *unit = object->btf;

	for (size_t i = 0; object->ext && i < object->ext->blocks.count; i++) {
		const struct btf_ext_block *block = &object->ext->blocks.items[i];

		for (uint32_t j = 0; block->kind == BTF_EXT_FUNC && j < block->count; j++)
			mentioned[btf_ext_record(block, j).field[0]] = true;
	}
	for (uint32_t i = 0; i < unit->declaration_count; i++) {
		const struct btf_type *type = btf_unit_type(unit, unit->declarations[i]);
		const struct btf_var_secinfo *entries = btf_record_tail(type);

		if (btf_info_kind(type->info) != BTF_KIND_DATASEC)
			continue;
		for (uint32_t j = 0; j < btf_info_vlen(type->info); j++)
			mentioned[entries[j].type] = true;
	}
}

// Whether a FUNC is about the object. BTF with a copy of the kernel's has 100,000 FUNCs that
// describe nothing in the object. A FUNC that describes a symbol has the symbol's name, which is
// interned already.
static bool is_about_object(const struct linker *linker, const struct object *object,
			    uint32_t type_id, const uint8_t *mentioned)
{
	const struct btf_type *type = btf_unit_type(object->btf, type_id);

	switch (btf_info_kind(type->info)) {
	case BTF_KIND_VAR:
		return true;
	case BTF_KIND_FUNC:
		return mentioned[type_id] || is_known(linker, object, type->name_off);
	default:
		return false;
	}
}

// Intern the names of functions of which only clones are left, each with a name of its own.
static void know_origins(struct linker *linker, const struct object *object)
{
	for (uint32_t i = 1; i < object->symbol_count; i++) {
		const struct symbol *symbol = &object->symbols[i];

		if (symbol->binding == STB_LOCAL && symbol->type == STT_FUNC)
			strings_intern(&linker->strings, scope_clone_origin(linker, symbol->name));
	}
}

static const char *declaration_name(const struct btf_unit *unit, uint32_t index)
{
	return unit->strings.data + btf_unit_type(unit, unit->declarations[index])->name_off;
}

static void note_declarations(struct linker *linker, struct object *object)
{
	const struct btf_unit *unit = object->btf;
	uint8_t *mentioned =
		arena_new_array(reading_arena(linker), uint8_t, (size_t)unit->type_count + 1);

	mark_mentioned(object, mentioned);
	know_origins(linker, object);
	for (uint32_t i = 0; i < unit->declaration_count; i++) {
		uint32_t id = unit->declarations[i], info = btf_unit_type(unit, id)->info;

		// Names are spread over the string section.
		if (i + NAMES_AHEAD < unit->declaration_count)
			__builtin_prefetch(declaration_name(unit, i + NAMES_AHEAD));
		if (is_about_object(linker, object, id, mentioned))
			*array_add(linker->arena, &object->declarations) =
				note_declaration(linker, object, id);
		object->has_functions |= btf_info_kind(info) == BTF_KIND_FUNC &&
					 btf_info_vlen(info) != BTF_FUNC_STATIC;
	}
	array_end(linker->arena, &object->declarations);
	arena_release(reading_arena(linker), mentioned, (size_t)unit->type_count + 1);
}

static void note_datasec(struct linker *linker, struct object *object, const struct btf_type *type)
{
	const struct btf_unit *unit = object->btf;
	const struct btf_var_secinfo *entries = btf_record_tail(type);
	uint32_t count = btf_info_vlen(type->info);
	struct datasec *datasec = array_add(linker->arena, &object->datasecs);
	ptrdiff_t word = &entries->offset - unit->words;

	*datasec = (struct datasec){
		.name = intern_name(linker, object, type->name_off),
		.size = type->size,
		.first_field = unit->words_at + (uint32_t)word * (uint32_t)sizeof(*unit->words),
		.count = count,
		.entries = arena_new_array(linker->arena, struct datasec_entry, count),
	};
	for (uint32_t i = 0; i < count; i++)
		datasec->entries[i] = (struct datasec_entry){
			.declaration = object_declaration(object, entries[i].type),
			.offset = entries[i].offset,
			.size = entries[i].size,
		};
}

// Note a tag. The tags on a declaration are compared as one text, which has the number, not the
// text, of the tags before: any number of tags may be on one declaration.
static void note_tag(struct linker *linker, struct object *object, uint32_t type_id)
{
	const struct btf_type *type = btf_unit_type(object->btf, type_id);
	const struct btf_decl_tag *tail = btf_record_tail(type);
	uint32_t target_kind = btf_info_kind(btf_unit_type(object->btf, type->type)->info);
	struct declaration *target = object_declaration(object, type->type);
	struct input_tag tag = {
		.type_id = type_id,
		.target = type->type,
		.component = tail->component_idx,
		.kflag = btf_info_kflag(type->info),
	};

	// The declaration was left out.
	if (!target && btf_kind_info(target_kind)->is_declaration)
		return;
	tag.value = intern_name(linker, object, type->name_off);
	tag.structure = type_tag_structure(linker, tag.value);
	*array_add(linker->arena, &object->tags) = tag;
	if (!target)
		return;
	callback_note(linker, object, &object->tags.items[object->tags.count - 1], target);
	target->tags = strings_intern(&linker->strings,
				      str_of(arena_format(linker->arena, "%u,%d,%d;%u", tag.value,
							  tag.component, tag.kflag, target->tags)));
}

void object_note_declarations(struct linker *linker, struct object *object)
{
	struct reading *reading = reading_get(linker);
	const struct btf_unit *unit = object->btf;

	reading->names_overlap = false;
	reading->name_room =
		NAMES_EACH * (unit->strings.size + (uint64_t)unit->word_count * sizeof(uint32_t));
	note_declarations(linker, object);
	for (uint32_t i = 0; i < unit->declaration_count; i++) {
		const struct btf_type *type = btf_unit_type(unit, unit->declarations[i]);

		if (btf_info_kind(type->info) == BTF_KIND_DECL_TAG)
			note_tag(linker, object, unit->declarations[i]);
		else if (btf_info_kind(type->info) == BTF_KIND_DATASEC)
			note_datasec(linker, object, type);
	}
	long_names_clear(&reading->long_names, &linker->strings);
	if (reading->names_overlap)
		diag_error(linker->diag, ERROR_EXCESSIVE_WORK, unit->where,
			   "names of declarations overlap more than any compiler would do");
	object_follow_variables(object);
	callbacks_resolve(linker, object);
}

bool object_read_types(struct linker *linker, struct object *object)
{
	const struct section *btf = find_role(object, ROLE_BTF);
	const struct section *ext = find_role(object, ROLE_BTF_EXT);

	if (ext && !btf) {
		diag_error(linker->diag, ERROR_NO_BTF, section_place(ext),
			   "is there, but .BTF is not, to which it belongs; remove both, or "
			   "compile with -g");
		return false;
	}
	if (!btf)
		return true;
	object->btf = (object->fleeting ? btf_unit_read_once : btf_unit_read)(
		linker->graph, btf->data, btf->size, object->big_endian, section_place(btf),
		linker->diag);
	if (!object->btf)
		return false;
	if (ext) {
		object->ext = btf_ext_read(object->btf, ext->data, ext->size, object->big_endian,
					   section_place(ext), linker->arena, linker->diag);
		if (!object->ext)
			return false;
	}
	object_note_declarations(linker, object);
	return true;
}
