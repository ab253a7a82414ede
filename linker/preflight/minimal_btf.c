/* SPDX-License-Identifier: BSD-2-Clause */
#include "minimal_btf.h"

#include "records.h"

void minimal_btf_init(struct minimal_btf *minimal, const struct plain_btf *btf, struct arena *arena)
{
	*minimal = (struct minimal_btf){
		.btf = btf,
		.arena = arena,
		.types = arena_new_array(arena, uint8_t, btf->end),
		.compared = arena_new_array(arena, uint8_t, btf->end),
		.members = arena_new_array(arena, uint8_t *, btf->end),
	};
}

// Types that are needed, but whose records were not looked at yet.
struct queue {
	ARRAY_FIELDS(uint32_t);
};

static void need_type(struct minimal_btf *minimal, struct queue *queue, uint32_t id)
{
	if (id == 0 || minimal->types[id])
		return;
	minimal->types[id] = 1;
	*array_add(minimal->arena, queue) = id;
}

static void need_member(struct minimal_btf *minimal, struct queue *queue, uint32_t id,
			uint32_t index)
{
	const struct btf_type *type = plain_type(minimal->btf, id);

	if (!minimal->members[id])
		minimal->members[id] =
			arena_new_array(minimal->arena, uint8_t, btf_info_vlen(type->info));
	minimal->members[id][index] = 1;
	need_type(minimal, queue, id);
	need_type(minimal, queue, plain_member(type, index)->type);
}

// What the record of a type refers to is needed, too, but for members, and for what it points to.
static void need_parts(struct minimal_btf *minimal, struct queue *queue, uint32_t id)
{
	const struct btf_type *type = plain_type(minimal->btf, id);
	struct record_ids ids = record_ids((const uint32_t *)type);
	const uint32_t *part;

	if (plain_is_composite(type) || btf_info_kind(type->info) == BTF_KIND_PTR)
		return;
	while ((part = record_ids_next(&ids)))
		need_type(minimal, queue, *part);
}

// A type that a relocation about types compares: by its name, or with all members.
struct compared {
	uint32_t id;
	bool by_name;
};

// Bits of minimal->compared.
#define COMPARED_NAME  1
#define COMPARED_WHOLE 2

struct compared_queue {
	ARRAY_FIELDS(struct compared);
};

static void compare_type(struct minimal_btf *minimal, struct compared_queue *queue, uint32_t id,
			 bool by_name)
{
	uint8_t bit = by_name ? COMPARED_NAME : COMPARED_WHOLE;

	// What is compared whole is more than a name.
	if (id == 0 || minimal->compared[id] & (bit | COMPARED_WHOLE))
		return;
	minimal->compared[id] |= bit;
	*array_add(minimal->arena, queue) = (struct compared){ id, by_name };
}

// Need what relocations about types look at from @root on: behind pointers names, else with
// TYPE_MATCHES members, too. Other relocations may need these types, but less of them.
static void need_compared(struct minimal_btf *minimal, struct queue *needed, uint32_t root,
			  bool by_name)
{
	struct compared_queue queue = { 0 };

	compare_type(minimal, &queue, root, by_name);
	while (queue.count) {
		struct compared one = queue.items[--queue.count];
		const struct btf_type *type = plain_type(minimal->btf, one.id);
		struct record_ids ids = record_ids((const uint32_t *)type);
		bool is_pointer = btf_info_kind(type->info) == BTF_KIND_PTR;
		bool is_composite = plain_is_composite(type);
		const uint32_t *part;

		need_type(minimal, needed, one.id);
		if (is_composite && one.by_name)
			continue;
		for (uint32_t i = 0; is_composite && i < btf_info_vlen(type->info); i++)
			need_member(minimal, needed, one.id, i);
		while ((part = record_ids_next(&ids)))
			compare_type(minimal, &queue, *part, one.by_name || is_pointer);
	}
	array_release(minimal->arena, &queue);
}

void minimal_btf_need(struct minimal_btf *minimal, const struct core_spec *found)
{
	struct queue queue = { 0 };

	need_type(minimal, &queue, found->root);
	for (uint32_t i = 0; i < found->way_count; i++)
		need_member(minimal, &queue, found->way[i].type, found->way[i].index);
	for (uint32_t i = 0; i < found->step_count; i++)
		need_type(minimal, &queue, found->steps[i].type);
	if (core_subject(found->kind) == CORE_TYPE)
		need_compared(minimal, &queue, found->root, found->kind != BPF_CORE_TYPE_MATCHES);
	while (queue.count)
		need_parts(minimal, &queue, queue.items[--queue.count]);
	array_release(minimal->arena, &queue);
}

struct writer {
	const struct minimal_btf *minimal;
	bool big_endian;
	uint32_t *ids;     // by id: the new one; 0: void
	uint32_t *offsets; // by offset of a string: the new one; 0: it is not there yet
	struct text types, strings;
};

static void put_word(struct writer *writer, uint32_t word)
{
	uint8_t bytes[4];

	put32(bytes, word, writer->big_endian);
	text_bytes(&writer->types, bytes, sizeof(bytes));
}

static uint32_t put_string(struct writer *writer, uint32_t offset)
{
	const char *string = plain_string(writer->minimal->btf, offset);

	if (!*string)
		return 0;
	if (!writer->offsets[offset]) {
		writer->offsets[offset] = (uint32_t)writer->strings.size;
		text_bytes(&writer->strings, string, strlen(string) + 1);
	}
	return writer->offsets[offset];
}

static void put_composite(struct writer *writer, const struct btf_type *type,
			  const uint8_t *members)
{
	uint32_t count = 0;

	for (uint32_t i = 0; members && i < btf_info_vlen(type->info); i++)
		count += members[i];
	put_word(writer, put_string(writer, type->name_off));
	put_word(writer,
		 btf_make_info(btf_info_kind(type->info), count, btf_info_kflag(type->info)));
	put_word(writer, type->size);
	for (uint32_t i = 0; members && i < btf_info_vlen(type->info); i++) {
		const struct btf_member *member = plain_member(type, i);

		if (!members[i])
			continue;
		put_word(writer, put_string(writer, member->name_off));
		put_word(writer, writer->ids[member->type]);
		put_word(writer, member->offset);
	}
}

static void put_record(struct writer *writer, uint32_t id)
{
	const struct btf_type *type = plain_type(writer->minimal->btf, id);
	const uint32_t *words = (const uint32_t *)type;
	size_t count = record_words(type->info);
	uint32_t n = 0, name = 0, ids = record_id_count(type->info);
	uint32_t names = record_name_count(type->info);

	if (plain_is_composite(type)) {
		put_composite(writer, type, writer->minimal->members[id]);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		if (n < ids && record_id_word(type->info, n) == i) {
			put_word(writer, writer->ids[words[i]]);
			n++;
		} else if (name < names && record_name_word(type->info, name) == i) {
			put_word(writer, put_string(writer, words[i]));
			name++;
		} else {
			put_word(writer, words[i]);
		}
	}
}

static void put_header(const struct writer *writer, struct text *text)
{
	const uint32_t words[] = {
		BTF_HEADER_SIZE,
		0,
		(uint32_t)writer->types.size,
		(uint32_t)writer->types.size,
		(uint32_t)writer->strings.size,
	};
	uint8_t header[BTF_HEADER_SIZE] = { 0 };

	put16(header, BTF_MAGIC, writer->big_endian);
	header[2] = BTF_VERSION;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		put32(header + 4 + i * 4, words[i], writer->big_endian);
	text_bytes(text, header, sizeof(header));
}

void minimal_btf_write(const struct minimal_btf *minimal, bool big_endian, struct text *text)
{
	const struct plain_btf *btf = minimal->btf;
	struct arena *arena = arena_nest(minimal->arena);
	struct writer writer = {
		.minimal = minimal,
		.big_endian = big_endian,
		.ids = arena_new_array(arena, uint32_t, btf->end),
		.offsets = arena_new_array(arena, uint32_t, btf->strings.size),
		.types.arena = arena,
		.strings.arena = arena,
	};
	uint32_t count = 0;

	text_bytes(&writer.strings, "", 1);
	for (uint32_t id = 1; id < btf->end; id++)
		writer.ids[id] = minimal->types[id] ? ++count : 0;
	for (uint32_t id = 1; id < btf->end; id++) {
		if (minimal->types[id])
			put_record(&writer, id);
	}
	put_header(&writer, text);
	text_bytes(text, writer.types.data, writer.types.size);
	text_bytes(text, writer.strings.data, writer.strings.size);
	arena_deinit(arena);
}
