/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include "btf_text.h"
#include "btf_world.h"
#include "encode.h"

static uint32_t intern(struct btf_world *world, const char *text)
{
	return strings_intern(&world->strings, str_of(text));
}

static struct str finish(struct btf_world *world, struct btf_encoder *encoder, bool big_endian)
{
	struct str section;

	cr_assert(btf_encoder_finish(encoder, big_endian, place_in("out.o", ".BTF"), &world->diag,
				     &section),
		  "%s", btf_world_message(world));
	return section;
}

// Write the types of @unit, of a settled graph, in its order.
static struct str encode_unit(struct btf_world *world, const struct btf_unit *unit, bool big_endian)
{
	struct btf_encoder *encoder = btf_encoder_create(world->graph, 0, &world->arena);

	for (uint32_t id = 1; id <= unit->type_count; id++)
		btf_encoder_add(encoder, btf_unit_node(unit, id));
	return finish(world, encoder, big_endian);
}

Test(encode, gives_back_what_was_read)
{
	static const char *const texts[] = {
		"int",
		"ptr const volatile restrict struct l 16 { next 0 ptr struct l ; x 64 : 3 int ; }",
		"func int ( a : ptr void , array 7 char , ... )",
		"typedef t enum e 4 { A 1 ; B -1 ; }",
		"ptr signed64 e 8 { A 0x100000001 ; }",
		"ptr tag user attribute kernel struct forward",
		"union u 8 { - 0 struct - 8 { a 0 int ; } ; d 0 double ; }",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		for (int big_endian = 0; big_endian < 2; big_endian++) {
			struct btf_world world, again;
			struct btf_raw raw;
			struct btf_unit *unit;
			struct str written, rewritten;

			btf_world_init(&world);
			btf_world_init(&again);
			raw = btf_raw_begin(&world.arena, big_endian);
			btf_text(&raw, texts[i]);
			unit = btf_world_read_raw(&world, &raw);
			btf_graph_settle(world.graph);
			written = encode_unit(&world, unit, big_endian);

			unit = btf_world_read(&again, written, big_endian);
			cr_assert(unit, "%s: %s", texts[i], btf_world_message(&again));
			btf_graph_settle(again.graph);
			cr_expect_eq(btf_graph_node_count(again.graph),
				     btf_graph_node_count(world.graph), "%s", texts[i]);
			rewritten = encode_unit(&again, unit, big_endian);
			cr_expect(str_equal(written, rewritten), "%s", texts[i]);
			btf_world_deinit(&world);
			btf_world_deinit(&again);
		}
	}
}

// To the byte: header, records, strings in the order of their use.
Test(encode, writes_in_the_order_of_adding)
{
	for (int big_endian = 0; big_endian < 2; big_endian++) {
		struct btf_world world;
		struct btf_raw raw;
		struct btf_unit *unit;
		struct btf_encoder *encoder;
		struct btf_var_secinfo entry = { .offset = 0, .size = 8 };
		uint32_t func;

		btf_world_init(&world);
		raw = btf_raw_begin(&world.arena, big_endian);
		btf_raw_reference(&raw, BTF_KIND_PTR, "", 2);
		btf_raw_int(&raw, "int", 4, BTF_INT_SIGNED);
		btf_raw_proto(&raw, 2);
		btf_raw_param(&raw, "p", 1);
		btf_raw_func(&raw, "main", BTF_FUNC_GLOBAL, 3);
		btf_raw_var(&raw, "v", BTF_VAR_GLOBAL_ALLOCATED, 1);
		btf_raw_datasec(&raw, ".data", 8);
		btf_raw_secinfo(&raw, 5, 0, 8);
		btf_raw_decl_tag(&raw, "tag", 4, 0);
		unit = btf_world_read_raw(&world, &raw);
		btf_graph_settle(world.graph);

		encoder = btf_encoder_create(world.graph, 0, &world.arena);
		for (uint32_t id = 1; id <= 3; id++)
			cr_expect_eq(btf_encoder_add(encoder, btf_unit_node(unit, id)), id);
		func = btf_encoder_add_func(encoder, intern(&world, "main"), BTF_FUNC_GLOBAL,
					    btf_unit_node(unit, 3));
		entry.type = btf_encoder_add_var(encoder, intern(&world, "v"),
						 BTF_VAR_GLOBAL_ALLOCATED, btf_unit_node(unit, 1));
		btf_encoder_add_datasec(encoder, intern(&world, ".data"), 8, &entry, 1);
		cr_expect_eq(
			btf_encoder_add_decl_tag(encoder, intern(&world, "tag"), func, 0, false),
			7);
		cr_expect_eq(btf_encoder_type_count(encoder), 7);
		cr_expect(str_equal(finish(&world, encoder, big_endian), btf_raw_finish(&raw)));
		btf_world_deinit(&world);
	}
}

Test(encode, adds_once)
{
	struct btf_world world;
	struct btf_raw raw;
	struct btf_unit *unit;
	struct btf_encoder *encoder;
	uint32_t structure, tag, func;

	btf_world_init(&world);
	raw = btf_raw_begin(&world.arena, false);
	btf_raw_struct(&raw, BTF_KIND_STRUCT, "s", 4);
	btf_raw_proto(&raw, 0);
	unit = btf_world_read_raw(&world, &raw);
	btf_graph_settle(world.graph);
	structure = btf_unit_node(unit, 1);
	tag = intern(&world, "tag");

	encoder = btf_encoder_create(world.graph, 0, &world.arena);
	cr_expect_eq(btf_encoder_add(encoder, 0), 0);
	cr_expect_eq(btf_encoder_id(encoder, structure), 0);
	cr_expect_eq(btf_encoder_add_type_decl_tag(encoder, tag, structure, -1, false), 1);
	cr_expect_eq(btf_encoder_add(encoder, structure), 2);
	cr_expect_eq(btf_encoder_add(encoder, structure), 2);
	cr_expect_eq(btf_encoder_id(encoder, structure), 2);
	btf_encoder_add(encoder, btf_unit_node(unit, 2));
	func = btf_encoder_add_func(encoder, tag, 0, btf_unit_node(unit, 2));
	cr_expect_eq(func, 4);
	cr_expect_eq(btf_encoder_add_type_decl_tag(encoder, tag, structure, -1, false), 1);
	// Whatever differs makes another tag.
	cr_expect_eq(btf_encoder_add_type_decl_tag(encoder, tag, structure, -1, true), 5);
	cr_expect_eq(btf_encoder_add_decl_tag(encoder, tag, func, -1, false), 6);
	cr_expect_eq(btf_encoder_add_decl_tag(encoder, tag, structure, -1, false), 7);
	cr_expect_eq(btf_encoder_add_decl_tag(encoder, tag, func, -1, false), 6);
	btf_world_deinit(&world);
}

Test(encode, resolves_tags_of_types_at_the_end)
{
	struct btf_world world, again;
	struct btf_raw raw;
	struct btf_unit *unit;
	struct btf_encoder *encoder;

	btf_world_init(&world);
	btf_world_init(&again);
	raw = btf_raw_begin(&world.arena, false);
	btf_raw_int(&raw, "int", 4, 0);
	btf_raw_struct(&raw, BTF_KIND_STRUCT, "s", 4);
	unit = btf_world_read_raw(&world, &raw);
	btf_graph_settle(world.graph);
	encoder = btf_encoder_create(world.graph, 0, &world.arena);
	btf_encoder_add_type_decl_tag(encoder, intern(&world, "tag"), btf_unit_node(unit, 2), -1,
				      true);
	btf_encoder_add(encoder, btf_unit_node(unit, 1));
	btf_encoder_add(encoder, btf_unit_node(unit, 2));
	unit = btf_world_read(&again, finish(&world, encoder, false), false);
	cr_assert(unit, "%s", btf_world_message(&again));
	cr_expect_eq(btf_unit_type(unit, 1)->type, 3);
	cr_expect(btf_info_kflag(btf_unit_type(unit, 1)->info));
	btf_world_deinit(&world);
	btf_world_deinit(&again);
}

Test(encode, strings_are_written_once)
{
	struct btf_world world;
	struct btf_encoder *encoder;
	struct str section;
	uint32_t text;

	btf_world_init(&world);
	text = strings_intern_text(&world.strings, STR("first"),
				   strings_hash(&world.strings, STR("first")));
	btf_graph_settle(world.graph);
	encoder = btf_encoder_create(world.graph, 0, &world.arena);
	cr_expect_eq(btf_encoder_string(encoder, 0), 0);
	cr_expect_eq(btf_encoder_string(encoder, intern(&world, "second")), 1);
	cr_expect_eq(btf_encoder_string(encoder, intern(&world, "first")), 8);
	cr_expect_eq(btf_encoder_string(encoder, intern(&world, "second")), 1);
	// What was a text before it was a name.
	cr_expect_eq(btf_encoder_string(encoder, text), 8);
	section = finish(&world, encoder, false);
	cr_expect(str_equal(section, (struct str){ section.data, 24 + 14 }));
	cr_expect_arr_eq(section.data + 24, "\0second\0first", 14);
	btf_world_deinit(&world);
}

Test(encode, what_was_announced_has_room_where_it_stays)
{
	const uint32_t count = 50000;
	struct btf_world world;
	struct btf_encoder *encoder;
	struct str section;
	const uint32_t *start;

	btf_world_init(&world);
	for (uint32_t i = 0; i < count; i++)
		intern(&world, arena_format(&world.arena, "function_%u", i));
	btf_graph_settle(world.graph);
	encoder = btf_encoder_create(world.graph, count * 3, &world.arena);
	start = encoder->words.items;
	for (uint32_t i = 0; i < count; i++)
		btf_encoder_add_func(encoder, i + 1, BTF_FUNC_GLOBAL, 0);
	section = finish(&world, encoder, false);
	cr_expect_eq(section.data, (const char *)start);
	btf_world_deinit(&world);
}

Test(encode, refuses_what_the_format_cannot_hold)
{
	struct btf_world world;
	struct btf_raw raw;
	struct btf_unit *unit;
	struct btf_encoder *encoder;
	struct str section;

	btf_world_init(&world);
	raw = btf_raw_begin(&world.arena, false);
	btf_raw_enum(&raw, BTF_KIND_ENUM, "large", 4);
	for (uint32_t i = 0; i < 65536; i++)
		btf_raw_value(&raw, "", i);
	unit = btf_world_read_raw(&world, &raw);
	btf_graph_settle(world.graph);
	encoder = btf_encoder_create(world.graph, 0, &world.arena);
	btf_encoder_add(encoder, btf_unit_node(unit, 1));
	cr_expect_not(btf_encoder_finish(encoder, false, place_in("out.o", ".BTF"), &world.diag,
					 &section));
	cr_expect_eq(world.diag.error_count, 1);
	cr_expect(strstr(btf_world_message(&world), "ENUM 'large' has 65536 elements"), "%s",
		  btf_world_message(&world));
	btf_world_deinit(&world);
}
