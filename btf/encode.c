/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Gives types their ids and writes a .BTF.
 *
 * Records are built in place, as they will be written, except that references are nodes. These
 * become ids when all ids are known, so a pointer may be added before its target.
 */
#include "encode.h"

#include <assert.h>
#include <inttypes.h>

#include "base/hash.h"
#include "records.h"

#define HEADER_WORDS (BTF_HEADER_SIZE / sizeof(uint32_t))

struct btf_encoder *btf_encoder_create(const struct btf_graph *graph, size_t declaration_words,
				       struct arena *arena)
{
	struct btf_encoder *encoder = arena_new(arena, struct btf_encoder);
	size_t declarations = declaration_words / RECORD_TAIL;

	assert(graph->settled);
	encoder->graph = graph;
	encoder->arena = arena;
	encoder->id_of = arena_new_array(arena, uint32_t, graph->offset.count);
	array_make(arena, &encoder->string_offset, graph->strings->strings.count);
	array_make(arena, &encoder->text_offset, graph->strings->texts.count);
	encoder->strings_size = 1;
	// Reserve room for all strings of the link: memory that is never touched costs nothing.
	array_reserve(arena, &encoder->offset, graph->offset.count + declarations);
	encoder->words.capacity = HEADER_WORDS + graph->words.count + declaration_words +
				  graph->strings->size / sizeof(uint32_t) + 1;
	encoder->words.items = arena_new_array(arena, uint32_t, encoder->words.capacity);
	encoder->words.count = HEADER_WORDS;
	return encoder;
}

uint32_t btf_encoder_string(struct btf_encoder *encoder, uint32_t string)
{
	uint32_t index, *offset;

	if (string == 0)
		return 0;
	string = strings_final(encoder->graph->strings, string);
	index = string & ~TEXT_BIT;
	offset = array_at(encoder->arena,
			  string & TEXT_BIT ? &encoder->text_offset : &encoder->string_offset,
			  index);
	if (*offset == 0) {
		*offset = (uint32_t)encoder->strings_size;
		*array_add(encoder->arena, &encoder->strings) = string;
		encoder->strings_size += strings_get(encoder->graph->strings, string).size + 1;
	}
	return *offset;
}

static uint32_t *add_words(struct btf_encoder *encoder, size_t count)
{
	uint32_t *words = array_room(encoder->arena, &encoder->words, count);

	encoder->words.count += count;
	return words;
}

static void add_word(struct btf_encoder *encoder, uint32_t word)
{
	*add_words(encoder, 1) = word;
}

// Reserve @words words for the record of the next id.
static uint32_t *begin_type(struct btf_encoder *encoder, size_t words)
{
	*array_add(encoder->arena, &encoder->offset) = encoder->words.count;
	return add_words(encoder, words);
}

// Begin a type whose name is string number @name.
static uint32_t add_type(struct btf_encoder *encoder, uint32_t name, uint32_t info,
			 uint32_t size_or_type)
{
	uint32_t *record = begin_type(encoder, RECORD_TAIL);

	record[RECORD_NAME] = btf_encoder_string(encoder, name);
	record[RECORD_INFO] = info;
	record[RECORD_SIZE] = size_or_type;
	return (uint32_t)encoder->offset.count;
}

void btf_encoder_rename(struct btf_encoder *encoder, const uint32_t *renames, size_t count)
{
	encoder->renaming = true;
	encoder->renames = renames;
	encoder->rename_count = count;
}

static uint32_t renamed(const struct btf_encoder *encoder, uint32_t kind, uint32_t n, uint32_t name)
{
	enum btf_name_rule rule = btf_name_rule(kind, n);

	if (rule == BTF_NAME_NONE)
		return 0;
	if (rule != BTF_NAME_IDENTIFIER || name >= encoder->rename_count || !encoder->renames[name])
		return name;
	return encoder->renames[name];
}

uint32_t btf_encoder_add(struct btf_encoder *encoder, uint32_t node)
{
	const uint32_t *record;
	uint32_t info;
	uint32_t *made;

	if (node == 0 || encoder->id_of[node])
		return encoder->id_of[node];
	record = graph_record(encoder->graph, node);
	info = record[RECORD_INFO];
	made = begin_type(encoder, record_words(info));
	memcpy(made, record, record_words(info) * sizeof(*made));
	for (uint32_t n = 0; n < record_name_count(info); n++) {
		uint32_t *word = &made[record_name_word(info, n)];

		if (encoder->renaming)
			*word = renamed(encoder, btf_info_kind(info), n, *word);
		*word = btf_encoder_string(encoder, *word);
	}
	encoder->id_of[node] = (uint32_t)encoder->offset.count;
	return encoder->id_of[node];
}

uint32_t btf_encoder_id(const struct btf_encoder *encoder, uint32_t node)
{
	return encoder->id_of[node];
}

uint32_t btf_encoder_add_func(struct btf_encoder *encoder, uint32_t name, uint32_t linkage,
			      uint32_t proto)
{
	return add_type(encoder, name, btf_make_info(BTF_KIND_FUNC, linkage, false), proto);
}

uint32_t btf_encoder_add_var(struct btf_encoder *encoder, uint32_t name, uint32_t linkage,
			     uint32_t node)
{
	uint32_t id = add_type(encoder, name, btf_make_info(BTF_KIND_VAR, 0, false), node);

	add_word(encoder, linkage);
	return id;
}

uint32_t btf_encoder_add_datasec(struct btf_encoder *encoder, uint32_t name, uint32_t size,
				 const struct btf_var_secinfo *entries, uint32_t count)
{
	uint32_t info = btf_make_info(BTF_KIND_DATASEC, count, false);
	uint32_t id = add_type(encoder, name, info, size);

	for (uint32_t i = 0; i < count; i++) {
		add_word(encoder, entries[i].type);
		add_word(encoder, entries[i].offset);
		add_word(encoder, entries[i].size);
	}
	return id;
}

static bool same_tag(const struct decl_tag *a, const struct decl_tag *b)
{
	return a->value == b->value && a->target == b->target && a->component == b->component &&
	       a->kflag == b->kflag && a->on_node == b->on_node;
}

// A tag that is already on the same target is not added again.
static uint32_t add_decl_tag(struct btf_encoder *encoder, struct decl_tag tag)
{
	const uint32_t key[] = { tag.value, tag.target, (uint32_t)tag.component, tag.kflag,
				 tag.on_node };
	uint32_t hash = hash_bytes(&encoder->graph->strings->key, key, sizeof(key));
	struct table_probe probe = table_probe(&encoder->tag_table, hash);
	uint32_t index;

	while (table_next(&encoder->tag_table, &probe, &index)) {
		if (same_tag(&encoder->tags.items[index], &tag))
			return encoder->tags.items[index].id;
	}
	tag.id = add_type(encoder, tag.value, btf_make_info(BTF_KIND_DECL_TAG, 0, tag.kflag),
			  tag.target);
	add_word(encoder, (uint32_t)tag.component);
	table_add(&encoder->tag_table, encoder->arena, hash, (uint32_t)encoder->tags.count);
	*array_add(encoder->arena, &encoder->tags) = tag;
	return tag.id;
}

uint32_t btf_encoder_add_decl_tag(struct btf_encoder *encoder, uint32_t value, uint32_t target,
				  int32_t component, bool kflag)
{
	return add_decl_tag(encoder, (struct decl_tag){ .value = value,
							.target = target,
							.component = component,
							.kflag = kflag });
}

uint32_t btf_encoder_add_type_decl_tag(struct btf_encoder *encoder, uint32_t value, uint32_t node,
				       int32_t component, bool kflag)
{
	return add_decl_tag(encoder, (struct decl_tag){ .value = value,
							.target = node,
							.component = component,
							.kflag = kflag,
							.on_node = true });
}

uint32_t btf_encoder_type_count(const struct btf_encoder *encoder)
{
	return (uint32_t)encoder->offset.count;
}

static void resolve(const struct btf_encoder *encoder, uint32_t *word)
{
	assert((*word == 0 || encoder->id_of[*word]) && "a type refers to one that was not added");
	*word = encoder->id_of[*word];
}

// Put ids in place of nodes.
static void resolve_nodes(struct btf_encoder *encoder)
{
	array_each(offset, &encoder->offset) {
		uint32_t *record = encoder->words.items + *offset;
		uint32_t info = record[RECORD_INFO];
		uint32_t kind = btf_info_kind(info);

		if (kind == BTF_KIND_DATASEC || kind == BTF_KIND_DECL_TAG)
			continue;
		for (uint32_t n = 0; n < record_id_count(info); n++)
			resolve(encoder, &record[record_id_word(info, n)]);
	}
	array_each(tag, &encoder->tags) {
		uint32_t *record = encoder->words.items + encoder->offset.items[tag->id - 1];

		if (tag->on_node)
			resolve(encoder, &record[RECORD_SIZE]);
	}
}

// The name at offset @name_off, by bisection: offsets ascend in the order of adding.
static struct str name_of(const struct btf_encoder *encoder, uint32_t name_off)
{
	array_each(string, &encoder->strings) {
		if (encoder->string_offset.items[*string] == name_off)
			return strings_get(encoder->graph->strings, *string);
	}
	return STR("");
}

static bool check_limits(const struct btf_encoder *encoder, struct place where, struct diag *diag)
{
	bool ok = true;

	array_each(offset, &encoder->offset) {
		const uint32_t *record = encoder->words.items + *offset;
		uint32_t info = record[RECORD_INFO];
		struct str name;

		if (btf_info_vlen(info) <= BTF_VLEN_MAX)
			continue;
		name = name_of(encoder, record[RECORD_NAME]);
		diag_error(diag, ERROR_TOO_LARGE, where,
			   "%s '%.*s' has %" PRIu32 " elements, but BTF can hold %u",
			   btf_kind_info(btf_info_kind(info))->name, STR_ARGS(name),
			   btf_info_vlen(info), BTF_VLEN_MAX);
		ok = false;
	}
	if (encoder->words.count > UINT32_MAX / sizeof(uint32_t)) {
		diag_error(diag, ERROR_TOO_LARGE, where,
			   "the output would have more than 4 GiB of types");
		ok = false;
	}
	if (encoder->strings_size > UINT32_MAX) {
		diag_error(diag, ERROR_TOO_LARGE, where,
			   "the output would have more than 4 GiB of strings in BTF");
		ok = false;
	}
	return ok;
}

// Write the header.
static void write_header(struct btf_encoder *encoder, bool big_endian)
{
	char *data = (char *)encoder->words.items;
	uint32_t type_len = (uint32_t)((encoder->words.count - HEADER_WORDS) * sizeof(uint32_t));
	const uint32_t header[] = { BTF_HEADER_SIZE, 0, type_len, type_len,
				    (uint32_t)encoder->strings_size };

	put_words(put_preamble(data, big_endian), header, sizeof(header) / sizeof(*header),
		  big_endian);
}

// The tables are only needed while types are added.
static void release_tables(struct btf_encoder *encoder)
{
	array_release(encoder->arena, &encoder->string_offset);
	array_release(encoder->arena, &encoder->text_offset);
	array_release(encoder->arena, &encoder->strings);
}

bool btf_encoder_finish(struct btf_encoder *encoder, bool big_endian, struct place where,
			struct diag *diag, struct str *ret)
{
	uint32_t *types;
	char *next;

	assert(!encoder->finished);
	encoder->finished = true;
	if (!check_limits(encoder, where, diag))
		return false;
	resolve_nodes(encoder);
	next = (char *)array_room(encoder->arena, &encoder->words,
				  encoder->strings_size / sizeof(uint32_t) + 1);
	types = encoder->words.items + HEADER_WORDS;
	if (is_foreign(big_endian))
		put_words(types, types, encoder->words.count - HEADER_WORDS, big_endian);
	write_header(encoder, big_endian);
	*next++ = 0;
	array_each(string, &encoder->strings) {
		struct str text = strings_get(encoder->graph->strings, *string);

		// Copies the NUL, too.
		memcpy(next, text.data, text.size + 1);
		next += text.size + 1;
	}
	*ret = (struct str){ .data = (const char *)encoder->words.items };
	ret->size = (size_t)(next - ret->data);
	assert(ret->size == encoder->words.count * sizeof(uint32_t) + encoder->strings_size);
	release_tables(encoder);
	return true;
}
