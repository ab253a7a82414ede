/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Source: btf_find_graph_root() and btf_find_decl_tag_value() in kernel/bpf/btf.c of Linux.
 */
#include "type_tags.h"

#include "base/bisect.h"

#define PREFIX "contains:"

uint32_t type_tag_structure(struct linker *linker, uint32_t value)
{
	struct str text = strings_get(&linker->strings, value);
	const size_t prefix = sizeof(PREFIX) - 1;
	const char *name = text.data + prefix, *end;

	if (!str_starts_with(text, STR(PREFIX)))
		return 0;
	end = strchr(name, ':');
	return end ? strings_intern(&linker->strings, (struct str){ name, (size_t)(end - name) })
		   : 0;
}

bool type_tag_goes_out(const struct type_tag *tag)
{
	const struct declaration *each = object_declaration(tag->object, tag->tag->target);

	while (each && each->fate == FATE_DROPPED)
		each = each->next;
	return each;
}

// ---------------------------------------------------------------------------------------------
// Which struct is meant

static int compare(uint32_t a, uint32_t b)
{
	return a < b ? -1 : a > b;
}

static int compare_names(const void *a, const void *b)
{
	const struct type_tag *x = a, *y = b;
	int order = compare(x->tag->structure, y->tag->structure);

	if (!order)
		order = compare(x->object->index, y->object->index);
	return order ? order : compare(x->tag->type_id, y->tag->type_id);
}

static int compare_targets(const void *a, const void *b)
{
	const struct type_tag *x = a, *y = b;
	int order = compare(x->target, y->target);

	if (!order)
		order = compare((uint32_t)x->tag->component, (uint32_t)y->tag->component);
	if (!order)
		order = compare(x->object->index, y->object->index);
	return order ? order : compare(x->tag->type_id, y->tag->type_id);
}

// The first tag that names @structure in @object or a later one; tags are sorted by name.
static struct type_tag *find_name(const struct type_tags *tags, uint32_t structure, uint32_t object)
{
	struct type_tag *items = tags->items;
	size_t first = bisect(
		tags->count, i,
		items[i].tag->structure < structure ||
			(items[i].tag->structure == structure && items[i].object->index < object));

	if (first == tags->count || items[first].tag->structure != structure)
		return NULL;
	return &items[first];
}

// The name of @node; 0 when it is not a struct.
static uint32_t struct_name(const struct linker *linker, uint32_t node)
{
	if (btf_graph_kind(linker->graph, node) != BTF_KIND_STRUCT)
		return 0;
	return strings_final(&linker->strings, btf_graph_type(linker->graph, node)->name_off);
}

static void find_own(const struct linker *linker, struct type_tags *tags,
		     const struct object *object)
{
	for (uint32_t id = 1; id <= object->btf->type_count; id++) {
		uint32_t node = btf_unit_node(object->btf, id);
		uint32_t name = struct_name(linker, node);
		struct type_tag *tag = name ? find_name(tags, name, object->index) : NULL;

		if (tag && tag->object == object && !tag->node)
			tag->node = node;
	}
}

// Set `any` of the first tag of each name: the first struct of that name in all objects, for
// objects that have none.
static void find_others(const struct linker *linker, struct type_tags *tags)
{
	for (uint32_t node = 1; node < btf_graph_node_count(linker->graph); node++) {
		uint32_t name = struct_name(linker, node);
		struct type_tag *tag = name ? find_name(tags, name, 0) : NULL;

		if (tag && !tag->any)
			tag->any = node;
	}
}

static bool is_about_structs(const struct object *object)
{
	array_each(tag, &object->tags) {
		if (tag->structure)
			return true;
	}
	return false;
}

// Set the structs of all tags; those of one object and name share what was found for the first.
static void find_structs(const struct linker *linker, struct type_tags *tags)
{
	array_sort(tags, compare_names);
	array_each(object, &linker->objects) {
		if (is_about_structs(*object))
			find_own(linker, tags, *object);
	}
	find_others(linker, tags);
	for (size_t i = 0; i < tags->count; i++) {
		struct type_tag *tag = &tags->items[i];
		const struct type_tag *before = i ? tag - 1 : NULL;

		if (before && before->tag->structure != tag->tag->structure)
			before = NULL;
		if (before)
			tag->any = before->any;
		if (before && before->object == tag->object)
			tag->node = before->node;
		else if (!tag->node)
			tag->node = tag->any;
	}
}

struct type_tags type_tags_read(struct linker *linker)
{
	struct type_tags tags = { 0 };

	array_each(object, &linker->objects) {
		array_each(tag, &(*object)->tags) {
			if (tag->structure)
				*array_add(linker->arena, &tags) = (struct type_tag){
					.object = *object,
					.tag = tag,
					.target = btf_unit_node((*object)->btf, tag->target),
				};
		}
	}
	if (tags.count == 0)
		return tags;
	find_structs(linker, &tags);
	array_sort(&tags, compare_targets);
	tags.first = arena_new_array(linker->arena, uint32_t, btf_graph_node_count(linker->graph));
	for (size_t i = tags.count; i-- > 0;)
		tags.first[tags.items[i].target] = (uint32_t)i + 1;
	return tags;
}

// ---------------------------------------------------------------------------------------------
// Whether kernels will find it

static const char *tag_text(const struct linker *linker, const struct type_tag *tag)
{
	return linker_name(linker, tag->tag->value);
}

// Types are equal whatever their tags, so one type has the tags of all objects.
static void warn_several(struct linker *linker, const struct type_tag *first,
			 const struct type_tag *second)
{
	struct str type = btf_graph_name(linker->graph, second->target);

	diag_warning(linker->diag, WARN_AMBIGUOUS_TAG, place_in(second->object->name, ".BTF"),
		     "'%.*s' has the tag '%s' here, but '%s' in '%s': kernels take one for each "
		     "member; give one of the types another name",
		     STR_ARGS(type), tag_text(linker, second), tag_text(linker, first),
		     first->object->name);
}

static void check_neighbours(struct linker *linker, const struct type_tags *tags,
			     const uint8_t *reached)
{
	for (size_t i = 1; i < tags->count; i++) {
		const struct type_tag *tag = &tags->items[i], *before = tag - 1;

		if (tag->target && reached[tag->target] && tag->target == before->target &&
		    tag->tag->component == before->tag->component &&
		    tag->tag->value != before->tag->value)
			warn_several(linker, before, tag);
	}
}

// The structs of a name that go out.
struct meanings {
	const struct object *first; // the first that has one, which the kernel finds
	const struct object *other; // one that has a different struct, or NULL
	uint32_t node;              // of `first`
};

// Set @meanings: by index of the first tag of each name, the structs of that name that go out.
static void find_meanings(const struct linker *linker, const struct type_tags *tags,
			  const uint8_t *reached, struct meanings *meanings)
{
	array_each(object, &linker->objects) {
		for (uint32_t id = 1; (*object)->btf && id <= (*object)->btf->type_count; id++) {
			uint32_t node = btf_unit_node((*object)->btf, id);
			uint32_t name = node && reached[node] ? struct_name(linker, node) : 0;
			const struct type_tag *tag = name ? find_name(tags, name, 0) : NULL;
			struct meanings *meaning = tag ? &meanings[tag - tags->items] : NULL;

			if (meaning && !meaning->first)
				*meaning = (struct meanings){ *object, NULL, node };
			else if (meaning && !meaning->other && meaning->node != node)
				meaning->other = *object;
		}
	}
}

static void warn_ambiguous(struct linker *linker, const struct type_tag *tag,
			   const struct meanings *meanings)
{
	diag_warning(linker->diag, WARN_AMBIGUOUS_TAG, place_in(tag->object->name, ".BTF"),
		     "struct '%s' of the tag '%s' is one in '%s' and another in '%s': kernels take "
		     "the first of that name; give one of them another name",
		     linker_name(linker, tag->tag->structure), tag_text(linker, tag),
		     meanings->first->name, meanings->other->name);
}

static void check_names(struct linker *linker, const struct type_tags *tags, const uint8_t *reached)
{
	struct meanings *meanings = arena_new_array(linker->arena, struct meanings, tags->count);
	size_t first = 0;
	bool told = false;

	find_meanings(linker, tags, reached, meanings);
	for (size_t i = 0; i < tags->count; i++) {
		const struct type_tag *tag = &tags->items[i];

		if (tag->tag->structure != tags->items[first].tag->structure) {
			first = i;
			told = false;
		}
		if (told || !meanings[first].other ||
		    !(tag->target ? reached[tag->target] : type_tag_goes_out(tag)))
			continue;
		warn_ambiguous(linker, tag, &meanings[first]);
		told = true;
	}
}

void type_tags_check(struct linker *linker, struct type_tags *tags, const uint8_t *reached)
{
	if (tags->count == 0)
		return;
	check_neighbours(linker, tags, reached);
	array_sort(tags, compare_names);
	check_names(linker, tags, reached);
}
