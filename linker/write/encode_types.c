/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes the output's .BTF: decides which types and declarations go out, and in what order.
 *
 * Types keep the order of first appearance, so that linking an output again changes nothing.
 * Static functions and variables come after the others: libbpf takes the first entry of a name for
 * the extern of that name. DATASECs come last: kernels before 5.16 could not resolve earlier ones.
 */
#include <inttypes.h>

#include "base/table.h"

#include "destination.h"
#include "output_types.h"
#include "passes.h"

// A DATASEC of the output.
struct output_datasec {
	uint32_t name;
	struct output_section *section; // NULL where only BTF has it
	bool wanted;                    // some input has this DATASEC
	ARRAY(struct btf_var_secinfo) entries;
};

struct type_writer {
	struct linker *linker;
	struct btf_encoder *encoder;
	uint8_t *reached;     // by node: whether it goes out
	struct table statics; // of static FUNCs that went out: hash -> index in list
	ARRAY(struct declaration *) functions; // the list that `statics` refers to
	ARRAY(struct output_datasec) datasecs; // those of output sections first, in their order
	uint32_t *datasec_by_name;             // index in datasecs, plus 1
};

uint32_t output_type_id(const struct linker *linker, const struct object *object, uint32_t type_id)
{
	uint32_t node = btf_unit_node(object->btf, type_id);
	const struct declaration *declaration;

	if (node)
		return btf_encoder_id(linker->encoder, node);
	declaration = object_declaration(object, type_id);
	return declaration ? declaration->output : 0;
}

uint32_t output_function_id(const struct declaration *function)
{
	const struct declaration *chosen = function->global ? function->global->declaration : NULL;

	if (!function->output && chosen && chosen->atom == function->atom &&
	    chosen->offset == function->offset)
		return chosen->output;
	return function->output;
}

static bool is_live(const struct atom *atom)
{
	return atom->live && !atom->folded;
}

// Whether a non-static declaration is the one of its global that goes out.
static bool is_chosen(const struct declaration *declaration)
{
	const struct global *global = declaration->global;

	return global && global->declaration == declaration && global->output;
}

// Whether it goes out as static: it was static in its input, was made static since, or its symbol
// was overridden while the body stayed live.
static bool is_static_here(const struct declaration *declaration)
{
	if (declaration->linkage == BTF_FUNC_STATIC)
		return declaration->atom && is_live(declaration->atom);
	if (declaration->global && declaration->global->local &&
	    declaration->global->declaration == declaration)
		return declaration->atom && is_live(declaration->atom);
	return declaration->global && declaration->atom && is_live(declaration->atom) &&
	       declaration->linkage != BTF_FUNC_EXTERN &&
	       (!declaration->global->definition ||
		declaration->global->definition->object != declaration->object);
}

// Set the fate of each declaration, once: its global and atom are likely cache misses.
static void judge_declarations(struct object *object)
{
	array_each(first, &object->declarations) {
		for (struct declaration *each = *first; each; each = each->next) {
			if (is_chosen(each))
				each->fate = FATE_GLOBAL;
			else if (is_static_here(each))
				each->fate = FATE_STATIC;
		}
	}
}

static uint32_t add_declaration(struct type_writer *writer, const struct declaration *declaration,
				uint32_t name, uint32_t linkage)
{
	if (declaration->kind == BTF_KIND_FUNC)
		return btf_encoder_add_func(writer->encoder, name, linkage, declaration->node);
	return btf_encoder_add_var(writer->encoder, name, linkage, declaration->node);
}

static void write_global(struct type_writer *writer, struct declaration *declaration)
{
	bool defined = declaration->global->definition != NULL;

	if (!declaration->output)
		declaration->output =
			add_declaration(writer, declaration, declaration->global->output_name,
					defined ? BTF_FUNC_GLOBAL : BTF_FUNC_EXTERN);
}

static bool is_same_function(const struct declaration *a, const struct declaration *b)
{
	return a->output_name == b->output_name && a->node == b->node && a->tags == b->tags;
}

static void write_static(struct type_writer *writer, struct declaration *declaration)
{
	const uint32_t key[] = { declaration->output_name, declaration->node, declaration->tags };
	uint32_t hash = hash_bytes(&writer->linker->strings.key, key, sizeof(key));
	struct table_probe probe = table_probe(&writer->statics, hash);
	uint32_t index;

	while (declaration->kind == BTF_KIND_FUNC && table_next(&writer->statics, &probe, &index)) {
		if (is_same_function(writer->functions.items[index], declaration)) {
			declaration->output = writer->functions.items[index]->output;
			return;
		}
	}
	declaration->output =
		add_declaration(writer, declaration, declaration->output_name, BTF_FUNC_STATIC);
	if (declaration->kind != BTF_KIND_FUNC)
		return;
	table_add(&writer->statics, writer->linker->arena, hash, (uint32_t)writer->functions.count);
	*array_add(writer->linker->arena, &writer->functions) = declaration;
}

// Write a tag on @target, or on a type when @target is NULL.
static void write_tag(struct type_writer *writer, const struct object *object,
		      const struct input_tag *tag, const struct declaration *target)
{
	if (target)
		btf_encoder_add_decl_tag(writer->encoder, tag->value, target->output,
					 tag->component, tag->kflag);
	else
		btf_encoder_add_type_decl_tag(writer->encoder, tag->value,
					      btf_unit_node(object->btf, tag->target),
					      tag->component, tag->kflag);
}

static void write_tag_in_place(struct type_writer *writer, const struct object *object,
			       const struct input_tag *tag)
{
	struct declaration *target = object_declaration(object, tag->target);

	if (!target && writer->reached[btf_unit_node(object->btf, tag->target)])
		write_tag(writer, object, tag, NULL);
	for (; target; target = target->next) {
		if (target->fate != FATE_GLOBAL)
			continue;
		write_global(writer, target);
		write_tag(writer, object, tag, target);
	}
}

// A walk over an object's types, declarations and tags, merged by id.
struct type_cursor {
	const struct object *object;
	const uint32_t *type, *types_end;
	struct declaration **declaration, **declarations_end;
	const struct input_tag *tag, *tags_end;
};

static struct type_cursor begin_types(const struct object *object)
{
	const struct btf_unit *unit = object->btf;

	return (struct type_cursor){
		.object = object,
		.type = unit->first,
		.types_end = unit->first + unit->first_count,
		.declaration = object->declarations.items,
		.declarations_end = object->declarations.items + object->declarations.count,
		.tag = object->tags.items,
		.tags_end = object->tags.items + object->tags.count,
	};
}

// The lowest id that is left; UINT32_MAX at the end.
static uint32_t next_id(const struct type_cursor *cursor)
{
	uint32_t id = cursor->type < cursor->types_end ? *cursor->type : UINT32_MAX;

	if (cursor->declaration < cursor->declarations_end && (*cursor->declaration)->type_id < id)
		id = (*cursor->declaration)->type_id;
	if (cursor->tag < cursor->tags_end && cursor->tag->type_id < id)
		id = cursor->tag->type_id;
	return id;
}

// Write types that no earlier object has, non-static declarations, and tags on either, in the order
// of the object.
static void write_types(struct type_writer *writer, const struct object *object)
{
	struct type_cursor cursor = begin_types(object);

	for (uint32_t id; (id = next_id(&cursor)) != UINT32_MAX;) {
		if (cursor.type < cursor.types_end && *cursor.type == id) {
			uint32_t node = btf_unit_node(object->btf, id);

			cursor.type++;
			if (writer->reached[node])
				btf_encoder_add(writer->encoder, node);
		} else if (cursor.declaration < cursor.declarations_end &&
			   (*cursor.declaration)->type_id == id) {
			struct declaration *each = *cursor.declaration++;

			for (; each; each = each->next) {
				if (each->fate == FATE_GLOBAL)
					write_global(writer, each);
			}
		} else {
			write_tag_in_place(writer, object, cursor.tag++);
		}
	}
}

// Write prototypes that are not an input's (made_up.h), and so are in no object's list of types.
static void write_prototypes(struct type_writer *writer, const struct object *object)
{
	array_each(first, &object->declarations) {
		if ((*first)->fate == FATE_STATIC)
			btf_encoder_add(writer->encoder, (*first)->node);
	}
}

// Those of global functions whose prototype is not an input's: slots.
static void write_slot_prototypes(struct type_writer *writer, const struct object *slots)
{
	array_each(first, &slots->declarations) {
		if ((*first)->fate == FATE_GLOBAL)
			btf_encoder_add(writer->encoder, (*first)->node);
	}
}

static void write_statics(struct type_writer *writer, const struct object *object)
{
	array_each(first, &object->declarations) {
		for (struct declaration *each = *first; each; each = each->next) {
			if (each->fate == FATE_STATIC)
				write_static(writer, each);
		}
	}
}

static void write_static_tags(struct type_writer *writer, const struct object *object)
{
	array_each(tag, &object->tags) {
		const struct declaration *target = object_declaration(object, tag->target);

		for (; target; target = target->next) {
			if (target->fate == FATE_STATIC)
				write_tag(writer, object, tag, target);
		}
	}
}

static struct output_datasec *find_datasec(struct type_writer *writer, uint32_t name)
{
	if (!writer->datasec_by_name[name]) {
		*array_add(writer->linker->arena, &writer->datasecs) = (struct output_datasec){
			.name = name,
			.section = linker_section(writer->linker, name),
		};
		writer->datasec_by_name[name] = (uint32_t)writer->datasecs.count;
	}
	return &writer->datasecs.items[writer->datasec_by_name[name] - 1];
}

// Add an entry to the DATASEC of the section that the declaration is in; in its input it may have
// been in another one.
static void add_entry(struct type_writer *writer, uint32_t datasec,
		      const struct declaration *declaration)
{
	struct btf_var_secinfo entry = {
		.type = declaration->output,
		.size = declaration->size,
	};
	struct output_datasec *output;

	if (!declaration->output)
		return;
	if (declaration->atom) {
		struct destination to =
			atom_destination(declaration->atom, (int64_t)declaration->offset);

		if (!to.section)
			return;
		entry.offset = (uint32_t)to.offset;
		datasec = to.section->name;
	}
	output = find_datasec(writer, datasec);
	*array_add(writer->linker->arena, &output->entries) = entry;
}

static void collect_entries(struct type_writer *writer, const struct object *object)
{
	array_each(source, &object->datasecs) {
		uint32_t name = datasec_output_name(source);
		struct output_datasec *datasec = find_datasec(writer, name);

		// Without entries a DATASEC only goes out for a section of data. Otherwise it
		// listed variables that were found elsewhere, or extern functions that are now
		// defined.
		datasec->wanted |= datasec->section && datasec->section->role != ROLE_CODE;
		for (uint32_t i = 0; i < source->count; i++) {
			const struct declaration *declaration = source->entries[i].declaration;

			if (declaration->datasec == source->name &&
			    declaration->fate != FATE_DROPPED)
				add_entry(writer, name, declaration);
		}
	}
}

static int compare_entries(const void *a, const void *b)
{
	const struct btf_var_secinfo *x = a, *y = b;

	if (x->offset != y->offset)
		return x->offset < y->offset ? -1 : 1;
	return x->type < y->type ? -1 : x->type > y->type;
}

static void write_datasec(struct type_writer *writer, struct output_datasec *datasec)
{
	struct output_section *section = datasec->section;

	if (datasec->entries.count > BTF_VLEN_MAX) {
		diag_error(writer->linker->diag, ERROR_TOO_LARGE,
			   place_in(NULL, linker_name(writer->linker, datasec->name)),
			   "section would hold %zu variables, BTF can describe %u in one",
			   datasec->entries.count, BTF_VLEN_MAX);
		return;
	}
	// Entries of a section that only BTF has have no offsets; they keep their order.
	if (section && datasec->entries.count)
		array_sort(&datasec->entries, compare_entries);
	btf_encoder_add_datasec(writer->encoder, datasec->name,
				section ? (uint32_t)section->size : 0, datasec->entries.items,
				(uint32_t)datasec->entries.count);
}

static void write_datasecs(struct type_writer *writer)
{
	struct linker *linker = writer->linker;
	size_t names = linker->strings.strings.count;

	writer->datasec_by_name = arena_new_array(linker->arena, uint32_t, names);
	array_each(section, &linker->sections)
		find_datasec(writer, (*section)->name);
	array_each(object, &linker->objects)
		collect_entries(writer, *object);
	array_each(datasec, &writer->datasecs) {
		if (datasec->wanted || datasec->entries.count)
			write_datasec(writer, datasec);
		array_release(linker->arena, &datasec->entries);
	}
	arena_release(linker->arena, writer->datasec_by_name, names * sizeof(uint32_t));
}

// Words of all records of FUNCs, VARs, DATASECs and DECL_TAGs, as if all went out.
static size_t count_declaration_words(const struct linker *linker)
{
	const size_t head = sizeof(struct btf_type) / sizeof(uint32_t);
	const size_t entry = sizeof(struct btf_var_secinfo) / sizeof(uint32_t);
	size_t words = linker->sections.count * head;

	array_each(each, &linker->objects) {
		const struct object *object = *each;

		words += (object->declarations.count + object->tags.count) * (head + 1);
		array_each(datasec, &object->datasecs)
			words += datasec->count * entry;
	}
	return words;
}

static bool has_btf(const struct linker *linker)
{
	array_each(object, &linker->objects) {
		if ((*object)->btf)
			return true;
	}
	return false;
}

/*
 * Needs: places, global->declaration and output. Gives: linker->btf, btf_ext and encoder;
 * declaration->output.
 */
void encode_types(struct linker *linker)
{
	struct type_writer writer = { .linker = linker };

	if (!has_btf(linker))
		return;
	writer.encoder =
		btf_encoder_create(linker->graph, count_declaration_words(linker), linker->arena);
	writer.reached =
		arena_new_array(linker->arena, uint8_t, btf_graph_node_count(linker->graph));
	linker->encoder = writer.encoder;
	if (linker->options->sanitize_btf_names)
		btf_encoder_rename(writer.encoder, linker->sanitized.items,
				   linker->sanitized.count);
	array_each(object, &linker->objects)
		judge_declarations(*object);
	reach_types(linker, writer.reached);
	array_each(object, &linker->objects) {
		if ((*object)->btf)
			write_types(&writer, *object);
	}
	array_each(object, &linker->objects)
		write_prototypes(&writer, *object);
	if (linker->slots)
		write_slot_prototypes(&writer, linker->slots);
	array_each(object, &linker->objects)
		write_statics(&writer, *object);
	array_each(object, &linker->objects)
		write_static_tags(&writer, *object);
	write_datasecs(&writer);
	encode_ext(linker);
	btf_encoder_finish(linker->encoder, linker->big_endian, place_in(NULL, ".BTF"),
			   linker->diag, &linker->btf);
}
