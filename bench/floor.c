/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * floor OBJECT...: what no linker can avoid with the BTF of its inputs.
 *
 * Each object is mapped, each string and type record hashed, each type looked up among all before
 * it, and of new types the strings interned and the record written with new numbers. The time that
 * takes is the floor under the time of a link. It is no linker and its inputs are trusted: equal
 * hashes count as equal types, and forward declarations are not resolved. Prints what it found.
 *
 * A type's hash must tell apart what it refers to. So hashes are computed in rounds, from the
 * record and the last round's hashes of the types in it. A struct or union with a name stands for
 * that name within others, which leaves chains of a few types only: ROUNDS are enough for those.
 */
#include <elf.h>
#include <fcntl.h>
#include <linux/btf.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define ROUNDS 4
#define AHEAD  8 // table slots are fetched this many look-ups before they are needed

/* Where in the words after the first three of a record are items, and what they hold. */
struct shape {
	uint8_t fixed, item; // words
	bool refers;         // the third word is a type
	int8_t string, type; // word of an item, or -1
};

static const struct shape shapes[] = {
	[BTF_KIND_INT] = { .fixed = 1, .string = -1, .type = -1 },
	[BTF_KIND_PTR] = { .refers = true },
	[BTF_KIND_ARRAY] = { .fixed = 3 },
	[BTF_KIND_STRUCT] = { .item = 3, .string = 0, .type = 1 },
	[BTF_KIND_UNION] = { .item = 3, .string = 0, .type = 1 },
	[BTF_KIND_ENUM] = { .item = 2, .string = 0, .type = -1 },
	[BTF_KIND_TYPEDEF] = { .refers = true },
	[BTF_KIND_VOLATILE] = { .refers = true },
	[BTF_KIND_CONST] = { .refers = true },
	[BTF_KIND_RESTRICT] = { .refers = true },
	[BTF_KIND_FUNC] = { .refers = true },
	[BTF_KIND_FUNC_PROTO] = { .item = 2, .refers = true, .string = 0, .type = 1 },
	[BTF_KIND_VAR] = { .fixed = 1, .refers = true },
	[BTF_KIND_DATASEC] = { .item = 3, .string = -1, .type = 0 },
	[BTF_KIND_DECL_TAG] = { .fixed = 1, .refers = true },
	[BTF_KIND_TYPE_TAG] = { .refers = true },
	[BTF_KIND_ENUM64] = { .item = 3, .string = 0, .type = -1 },
};

/* Hash to number; 0 is none. */
struct slot {
	uint64_t hash;
	uint32_t number;
};

struct table {
	struct slot *slots;
	size_t count, capacity;
};

/* One object's BTF. Arrays are by string offset or type id. */
struct input {
	const char *strings;
	uint64_t *string_hashes;
	uint64_t *own_hashes, *hashes, *next_hashes;
	const uint32_t **records;
	uint32_t *ids;               // in the output
	uint32_t string_size, count; // of types, the first is void
};

/* What came out so far. */
struct output {
	struct table strings, types;
	char *bytes;
	size_t size, capacity;
	uint32_t *words;
	size_t word_count, word_capacity;
	void *scratch;
	size_t scratch_capacity;
};

static uint64_t mix(uint64_t hash, uint64_t value)
{
	unsigned __int128 product = (unsigned __int128)(hash ^ value ^ 0x9e3779b97f4a7c15) *
				    (0xd6e8feb86659fd93 ^ value << 1);

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t hash_bytes(const char *bytes, size_t size)
{
	uint64_t hash = size, word;

	for (; size >= 8; bytes += 8, size -= 8) {
		memcpy(&word, bytes, 8);
		hash = mix(hash, word);
	}
	word = 0;
	memcpy(&word, bytes, size);
	return mix(hash, word);
}

static void *grow(void *array, size_t *capacity, size_t needed, size_t size)
{
	if (needed <= *capacity)
		return array;
	*capacity = needed * 2;
	return realloc(array, *capacity * size);
}

static struct slot *table_slot(const struct table *table, uint64_t hash)
{
	size_t i = hash & (table->capacity - 1);

	while (table->slots[i].number && table->slots[i].hash != hash)
		i = (i + 1) & (table->capacity - 1);
	return &table->slots[i];
}

// Room for @more before they come.
static void table_reserve(struct table *table, size_t more)
{
	struct table old = *table;

	if ((table->count + more) * 2 <= table->capacity)
		return;
	table->capacity = table->capacity ? table->capacity : 1024;
	while ((table->count + more) * 2 > table->capacity)
		table->capacity *= 2;
	table->slots = calloc(table->capacity, sizeof(*table->slots));
	for (size_t i = 0; i < old.capacity; i++)
		if (old.slots[i].number)
			*table_slot(table, old.slots[i].hash) = old.slots[i];
	free(old.slots);
}

static uint32_t word_count(const uint32_t *record)
{
	const struct shape *shape = &shapes[BTF_INFO_KIND(record[1])];

	return shape->fixed + shape->item * BTF_INFO_VLEN(record[1]);
}

// A record without the types that it refers to.
static uint64_t hash_record(const struct input *input, const uint32_t *record)
{
	uint32_t kind = BTF_INFO_KIND(record[1]), count = word_count(record);
	const struct shape *shape = &shapes[kind];
	const uint32_t *words = record + 3;
	uint64_t hash =
		mix(input->string_hashes[record[0]] + record[1], shape->refers ? 0 : record[2]);

	if (kind == BTF_KIND_ARRAY)
		return mix(hash, words[2]);
	if (!shape->item)
		return count ? mix(hash, words[0]) : hash;
	for (uint32_t i = 0; i < count; i += shape->item) {
		uint64_t item = shape->string < 0 ? 0 : input->string_hashes[words[i]];

		for (int word = 0; word < shape->item; word++)
			if (word != shape->string && word != shape->type)
				item += (uint64_t)words[i + word] << 17 * word;
		hash = mix(hash, item);
	}
	return hash;
}

static uint64_t hash_references(const struct input *input, uint32_t id)
{
	const uint32_t *record = input->records[id], *words = record + 3;
	const struct shape *shape = &shapes[BTF_INFO_KIND(record[1])];
	uint64_t hash = input->own_hashes[id];

	if (shape->refers)
		hash = mix(hash, input->hashes[record[2]]);
	if (BTF_INFO_KIND(record[1]) == BTF_KIND_ARRAY)
		return mix(mix(hash, input->hashes[words[0]]), input->hashes[words[1]]);
	if (shape->item && shape->type >= 0)
		for (uint32_t i = 0, count = word_count(record); i < count; i += shape->item)
			hash = mix(hash, input->hashes[words[i + shape->type]]);
	return hash;
}

// What stands for a type within others: for a struct or union with a name, and forward
// declarations of it, that name.
static uint64_t hash_as_member(const struct input *input, uint32_t id, uint64_t hash)
{
	const uint32_t *record = input->records[id];
	uint32_t kind = BTF_INFO_KIND(record[1]);

	if (!record[0] ||
	    (kind != BTF_KIND_STRUCT && kind != BTF_KIND_UNION && kind != BTF_KIND_FWD))
		return hash;
	return input->string_hashes[record[0]] +
	       (kind == BTF_KIND_FWD ? record[1] >> 31 : kind == BTF_KIND_UNION);
}

static void hash_types(struct input *input)
{
	for (uint32_t id = 1; id < input->count; id++)
		input->hashes[id] = input->own_hashes[id] = hash_record(input, input->records[id]);
	for (int round = 0; round < ROUNDS; round++) {
		uint64_t *last = input->hashes;

		for (uint32_t id = 1; id < input->count; id++)
			last[id] = hash_as_member(input, id, last[id]);
		for (uint32_t id = 1; id < input->count; id++)
			input->next_hashes[id] = hash_references(input, id);
		input->hashes = input->next_hashes;
		input->next_hashes = last;
	}
}

static uint32_t intern(struct output *output, const struct input *input, uint32_t offset)
{
	const char *string = input->strings + offset;
	size_t size = strlen(string) + 1;
	struct slot *slot;

	if (size == 1)
		return 0;
	table_reserve(&output->strings, 1);
	slot = table_slot(&output->strings, input->string_hashes[offset]);
	if (!slot->number) {
		output->bytes = grow(output->bytes, &output->capacity, output->size + size, 1);
		memcpy(output->bytes + output->size, string, size);
		*slot = (struct slot){ input->string_hashes[offset], (uint32_t)output->size };
		output->size += size;
		output->strings.count++;
	}
	return slot->number;
}

static void write_record(struct output *output, const struct input *input, const uint32_t *record)
{
	const struct shape *shape = &shapes[BTF_INFO_KIND(record[1])];
	uint32_t count = word_count(record);
	uint32_t *to;

	output->words = grow(output->words, &output->word_capacity, output->word_count + 3 + count,
			     sizeof(*output->words));
	to = output->words + output->word_count;
	memcpy(to, record, (3 + count) * sizeof(*to));
	output->word_count += 3 + count;
	to[0] = intern(output, input, record[0]);
	if (shape->refers)
		to[2] = input->ids[record[2]];
	to += 3;
	if (BTF_INFO_KIND(record[1]) == BTF_KIND_ARRAY) {
		to[0] = input->ids[to[0]];
		to[1] = input->ids[to[1]];
	}
	for (uint32_t i = 0; shape->item && i < count; i += shape->item) {
		if (shape->string >= 0)
			to[i] = intern(output, input, to[i]);
		if (shape->type >= 0)
			to[i + shape->type] = input->ids[to[i + shape->type]];
	}
}

static void add_types(struct output *output, const struct input *input)
{
	struct table *types = &output->types;
	uint32_t known = (uint32_t)types->count;

	table_reserve(types, input->count);
	for (uint32_t id = 1; id < input->count; id++) {
		struct slot *slot = table_slot(types, input->hashes[id]);

		if (id + AHEAD < input->count)
			__builtin_prefetch(
				&types->slots[input->hashes[id + AHEAD] & (types->capacity - 1)]);
		if (!slot->number)
			*slot = (struct slot){ input->hashes[id], (uint32_t)++types->count };
		input->ids[id] = slot->number;
	}
	// New types have their numbers in the order of the input.
	for (uint32_t id = 1; id < input->count; id++)
		if (input->ids[id] == known + 1) {
			write_record(output, input, input->records[id]);
			known++;
		}
}

// Memory for arrays of one object's BTF, from what the last one had.
static void prepare(struct output *output, struct input *input, size_t types)
{
	size_t size =
		(input->string_size + 4 * types) * sizeof(uint64_t) + types * sizeof(uint32_t);

	output->scratch = grow(output->scratch, &output->scratch_capacity, size, 1);
	input->string_hashes = output->scratch;
	input->own_hashes = input->string_hashes + input->string_size;
	input->hashes = input->own_hashes + types;
	input->next_hashes = input->hashes + types;
	input->records = (const uint32_t **)(input->next_hashes + types);
	input->ids = (uint32_t *)(input->records + types);
	input->hashes[0] = input->next_hashes[0] = input->ids[0] = 0;
}

static void read_btf(struct output *output, const char *btf)
{
	const struct btf_header *header = (const void *)btf;
	const char *types = btf + header->hdr_len + header->type_off;
	const uint32_t *record = (const void *)types;
	const uint32_t *end = (const void *)(types + header->type_len);
	struct input input = {
		.strings = btf + header->hdr_len + header->str_off,
		.string_size = header->str_len,
		.count = 1,
	};

	prepare(output, &input, header->type_len / sizeof(struct btf_type) + 1);
	for (uint32_t at = 0; at < input.string_size;) {
		size_t size = strlen(input.strings + at);

		input.string_hashes[at] = hash_bytes(input.strings + at, size);
		at += size + 1;
	}
	for (; record < end; record += 3 + word_count(record))
		input.records[input.count++] = record;
	hash_types(&input);
	add_types(output, &input);
}

static bool read_object(struct output *output, const char *path)
{
	int fd = open(path, O_RDONLY);
	const Elf64_Shdr *sections;
	const Elf64_Ehdr *header;
	const char *image, *names;
	struct stat status;

	if (fd < 0 || fstat(fd, &status) < 0)
		return false;
	image = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (image == MAP_FAILED)
		return false;
	header = (const void *)image;
	sections = (const void *)(image + header->e_shoff);
	names = image + sections[header->e_shstrndx].sh_offset;
	for (int i = 1; i < header->e_shnum; i++)
		if (!strcmp(names + sections[i].sh_name, ".BTF"))
			read_btf(output, image + sections[i].sh_offset);
	munmap((void *)image, (size_t)status.st_size);
	return true;
}

int main(int argc, char **argv)
{
	struct output output = { .size = 1 };

	for (int i = 1; i < argc; i++)
		if (!read_object(&output, argv[i])) {
			perror(argv[i]);
			return 1;
		}
	printf("%zu types, %zu words, %zu strings, %zu bytes\n", output.types.count,
	       output.word_count, output.strings.count, output.size);
	return 0;
}
