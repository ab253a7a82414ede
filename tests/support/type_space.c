/* SPDX-License-Identifier: BSD-2-Clause */
#include "type_space.h"

static uint64_t mix_bytes(const void *data, size_t size)
{
	uint64_t hash = size;

	for (size_t i = 0; i < size; i++) {
		hash = (hash ^ ((const uint8_t *)data)[i]) * 0x9e3779b97f4a7c15u;
		hash ^= hash >> 29;
	}
	return hash;
}

static uint32_t intern(struct interner *interner, const void *data, size_t size)
{
	uint64_t hash = mix_bytes(data, size);
	struct table_probe probe = table_probe(&interner->table, hash);
	struct str key = { data, size };
	uint32_t number;

	while (table_next(&interner->table, &probe, &number)) {
		if (str_equal(interner->keys.items[number], key))
			return number;
	}
	number = (uint32_t)interner->keys.count;
	key.data = arena_strndup(interner->arena, data, size);
	*array_add(interner->arena, &interner->keys) = key;
	table_add(&interner->table, interner->arena, hash, number);
	return number;
}

void type_space_init(struct type_space *space)
{
	*space = (struct type_space){ .query = FIT_HOLDS };
	arena_init(&space->arena, SIZE_MAX);
	space->names.arena = &space->arena;
	space->labels.arena = &space->arena;
	*array_add(&space->arena, &space->vertices) = (struct vertex){
		.label = intern(&space->labels, "", 0),
	};
}

void type_space_deinit(struct type_space *space)
{
	arena_deinit(&space->arena);
}

// Remove differences between compilers without a meaning: BTF_INT_CHAR, and size and sign of an
// enum that is only declared.
static void normalise(uint32_t *words, const struct vertex *vertex)
{
	if (vertex->kind == BTF_KIND_INT)
		words[3] &= ~((uint32_t)BTF_INT_CHAR << 24);
	if (vertex->is_forward && vertex->kind != BTF_KIND_FWD) {
		words[1] = btf_make_info(BTF_KIND_ENUM, 0, false);
		words[2] = 4;
	}
}

// The number of (keyword, name); 0 for what has no tag.
static uint32_t find_tag(struct type_space *space, const uint32_t *words, const char *name)
{
	static const char *const keywords[BTF_KIND_LAST + 1] = {
		[BTF_KIND_STRUCT] = "struct", [BTF_KIND_UNION] = "union", [BTF_KIND_ENUM] = "enum",
		[BTF_KIND_ENUM64] = "enum",   [BTF_KIND_FWD] = "struct",
	};
	const char *keyword = keywords[btf_info_kind(words[1])];
	char *key;

	if (!keyword || !*name)
		return 0;
	if (btf_info_kind(words[1]) == BTF_KIND_FWD && btf_info_kflag(words[1]))
		keyword = "union";
	key = arena_format(&space->arena, "%s %s", keyword, name);
	return 1 + intern(&space->names, key, strlen(key));
}

// Replace the name at @word by its number, and the id at @word by nothing but a reference.
static void take_name(struct type_space *space, uint32_t *word, const char *strings)
{
	*word = intern(&space->names, strings + *word, strlen(strings + *word));
}

static void take_id(struct type_space *space, uint32_t *word, uint32_t base)
{
	*array_add(&space->arena, &space->references) = type_space_vertex(base, *word);
	*word = 0;
}

static void take_tail(struct type_space *space, uint32_t *words, const char *strings, uint32_t base)
{
	const struct btf_kind_info *kind = btf_kind_info(btf_info_kind(words[1]));
	uint32_t *element = words + 3 + kind->tail;

	if (kind->has_type)
		take_id(space, &words[2], base);
	for (uint32_t i = 0; i < kind->tail_types; i++)
		take_id(space, &words[3 + i], base);
	for (uint32_t i = 0; i < btf_info_vlen(words[1]); i++, element += kind->element) {
		if (kind->element_name >= 0)
			take_name(space, element + kind->element_name, strings);
		if (kind->element_type >= 0)
			take_id(space, element + kind->element_type, base);
	}
}

static void add_vertex(struct type_space *space, const uint32_t *record, const char *strings,
		       uint32_t base)
{
	size_t size = btf_record_words(record[1]) * sizeof(*record);
	uint32_t *words = memcpy(arena_alloc(&space->arena, size), record, size);
	uint32_t kind = btf_info_kind(record[1]);
	struct vertex vertex = {
		.kind = kind,
		.tag = find_tag(space, record, strings + record[0]),
		.is_declaration = btf_kind_info(kind)->is_declaration,
		.first = (uint32_t)space->references.count,
	};

	vertex.is_forward = vertex.tag && kind != BTF_KIND_STRUCT && kind != BTF_KIND_UNION &&
			    btf_info_vlen(record[1]) == 0;
	take_name(space, &words[0], strings);
	take_tail(space, words, strings, base);
	normalise(words, &vertex);
	vertex.label = intern(&space->labels, words, size);
	vertex.reference_count = (uint32_t)space->references.count - vertex.first;
	*array_add(&space->arena, &space->vertices) = vertex;
}

uint32_t type_space_add(struct type_space *space, struct str section)
{
	const struct btf_header *header = (const void *)section.data;
	const char *body = section.data + header->hdr_len;
	const uint32_t *record = (const void *)(body + header->type_off);
	const uint32_t *end = record + header->type_len / sizeof(*record);
	uint32_t base = (uint32_t)space->vertices.count - 1;

	for (; record < end; record += btf_record_words(record[1]))
		add_vertex(space, record, body + header->str_off, base);
	return base;
}

// Number vertices by their class and those of what they refer to; @return how many numbers.
static uint32_t refine_once(const struct type_space *space, const uint32_t *class_of,
			    uint32_t *next)
{
	struct arena arena;
	struct interner signatures = { .arena = &arena };
	ARRAY(uint32_t) signature = { 0 };

	arena_init(&arena, SIZE_MAX);
	for (uint32_t i = 0; i < space->vertices.count; i++) {
		const struct vertex *vertex = &space->vertices.items[i];

		signature.count = 0;
		*array_add(&arena, &signature) = class_of[i];
		for (uint32_t n = 0; n < vertex->reference_count; n++)
			*array_add(&arena, &signature) =
				class_of[space->references.items[vertex->first + n]];
		next[i] = intern(&signatures, signature.items,
				 signature.count * sizeof(*signature.items));
	}
	arena_deinit(&arena);
	return (uint32_t)signatures.keys.count;
}

uint32_t *type_space_classes(struct type_space *space, uint32_t *class_count)
{
	size_t count = space->vertices.count;
	uint32_t *class_of = arena_new_array(&space->arena, uint32_t, count);
	uint32_t *next = arena_new_array(&space->arena, uint32_t, count);
	uint32_t next_count = (uint32_t)space->labels.keys.count;

	for (uint32_t i = 0; i < count; i++)
		next[i] = space->vertices.items[i].label;
	do {
		*class_count = next_count;
		memcpy(class_of, next, count * sizeof(*next));
		next_count = refine_once(space, class_of, next);
	} while (next_count != *class_count);
	return class_of;
}

// Assume that @low fits into @high, and examine it later unless that was done.
static void suppose(struct type_space *space, uint32_t low, uint32_t high)
{
	const uint32_t key[] = { low, high };
	uint64_t hash = mix_bytes(key, sizeof(key));
	struct table_probe probe = table_probe(&space->fit_table, hash);
	struct fit *fit = NULL;
	uint32_t index;

	if (low == high)
		return;
	while (!fit && table_next(&space->fit_table, &probe, &index)) {
		fit = &space->fits.items[index];
		if (fit->low != low || fit->high != high)
			fit = NULL;
	}
	if (!fit) {
		index = (uint32_t)space->fits.count;
		fit = array_add(&space->arena, &space->fits);
		*fit = (struct fit){ low, high, UINT32_MAX };
		table_add(&space->fit_table, &space->arena, hash, index);
	}
	if (fit->query == FIT_HOLDS || fit->query == space->query)
		return;
	fit->query = space->query;
	*array_add(&space->arena, &space->queue) = index;
}

// Whether @fit holds if what it supposes does.
static bool examine(struct type_space *space, struct fit fit)
{
	const struct vertex *low = &space->vertices.items[fit.low];
	const struct vertex *high = &space->vertices.items[fit.high];

	if (low->is_forward && low->tag == high->tag)
		return true;
	if (low->label != high->label)
		return false;
	for (uint32_t n = 0; n < low->reference_count; n++)
		suppose(space, space->references.items[low->first + n],
			space->references.items[high->first + n]);
	return true;
}

bool type_space_fits(struct type_space *space, uint32_t low, uint32_t high)
{
	space->query++;
	space->queue.count = 0;
	suppose(space, low, high);
	for (size_t i = 0; i < space->queue.count; i++) {
		if (!examine(space, space->fits.items[space->queue.items[i]]))
			return false;
	}
	array_each(index, &space->queue)
		space->fits.items[*index].query = FIT_HOLDS;
	return true;
}
