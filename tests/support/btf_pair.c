/* SPDX-License-Identifier: BSD-2-Clause */
#include "btf_pair.h"

#include <stdio.h>
#include <stdlib.h>

struct type {
	struct btf_unit *unit;
	uint32_t id;
};

static struct type read_raw(struct btf_pair *pair, struct btf_raw *raw, uint32_t id)
{
	struct str section = btf_raw_finish(raw);
	struct btf_unit *unit =
		btf_unit_read(pair->graph, section.data, section.size, raw->big_endian,
			      place_in("test.o", ".BTF"), &pair->diag);

	if (unit)
		return (struct type){ unit, id };
	fprintf(stderr, "btf_pair: %s\n", pair->diag.first->text);
	abort();
}

static struct btf_raw begin(struct btf_pair *pair)
{
	return btf_raw_begin(&pair->arena, __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__);
}

static struct type read_text(struct btf_pair *pair, const char *text)
{
	struct btf_raw raw = begin(pair);
	uint32_t id = btf_text(&raw, text);

	return read_raw(pair, &raw, id);
}

static struct type read_made(struct btf_pair *pair, uint32_t make(struct btf_raw *))
{
	struct btf_raw raw = begin(pair);
	uint32_t id = make(&raw);

	return read_raw(pair, &raw, id);
}

static void init(struct btf_pair *pair)
{
	*pair = (struct btf_pair){ .a = 0 };
	arena_init(&pair->arena, SIZE_MAX);
	strings_init(&pair->strings, &pair->arena);
	diag_init(&pair->diag, &pair->arena);
	pair->graph = btf_graph_create(&pair->arena, &pair->strings);
}

static void settle(struct btf_pair *pair, struct type a, struct type b)
{
	btf_graph_settle(pair->graph);
	pair->a = btf_unit_node(a.unit, a.id);
	if (b.unit)
		pair->b = btf_unit_node(b.unit, b.id);
}

void btf_pair_init(struct btf_pair *pair, const char *a, const char *b, const char *other)
{
	struct type a_type, b_type = { 0 };

	init(pair);
	a_type = read_text(pair, a);
	if (b)
		b_type = read_text(pair, b);
	if (other)
		read_text(pair, other);
	settle(pair, a_type, b_type);
}

void btf_pair_init_raw(struct btf_pair *pair, uint32_t a(struct btf_raw *),
		       uint32_t b(struct btf_raw *))
{
	struct type a_type, b_type;

	init(pair);
	a_type = read_made(pair, a);
	b_type = read_made(pair, b);
	settle(pair, a_type, b_type);
}

void btf_pair_deinit(struct btf_pair *pair)
{
	arena_deinit(&pair->arena);
}
