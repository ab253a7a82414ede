/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include <inttypes.h>
#include <stdlib.h>

#include "btf_world.h"

#define HEADER 24

// One type of each kind. Ids: 1 int, 2 ptr, 3 array, 4 struct, 5 union, 6 enum, 7 fwd, 8 typedef,
// 9 volatile, 10 const, 11 restrict, 12 func, 13 proto, 14 var, 15 datasec, 16 float,
// 17 decl_tag on the struct, 18 type_tag, 19 enum64, 20 decl_tag on the function.
static struct btf_raw all_kinds(struct arena *arena, bool big_endian)
{
	struct btf_raw raw = btf_raw_begin(arena, big_endian);

	btf_raw_int(&raw, "int", 4, BTF_INT_SIGNED);
	btf_raw_reference(&raw, BTF_KIND_PTR, "", 4);
	btf_raw_array(&raw, 1, 1, 3);
	btf_raw_struct(&raw, BTF_KIND_STRUCT, "s", 16);
	btf_raw_member(&raw, "next", 2, 0);
	btf_raw_member(&raw, "x", 1, 64);
	btf_raw_struct(&raw, BTF_KIND_UNION, "u", 8);
	btf_raw_member(&raw, "p", 2, 0);
	btf_raw_enum(&raw, BTF_KIND_ENUM, "e", 4);
	btf_raw_value(&raw, "E", 7);
	btf_raw_fwd(&raw, "f", false);
	btf_raw_reference(&raw, BTF_KIND_TYPEDEF, "t", 1);
	btf_raw_reference(&raw, BTF_KIND_VOLATILE, "", 0);
	btf_raw_reference(&raw, BTF_KIND_CONST, "", 9);
	btf_raw_reference(&raw, BTF_KIND_RESTRICT, "", 2);
	btf_raw_func(&raw, "main", BTF_FUNC_GLOBAL, 13);
	btf_raw_proto(&raw, 1);
	btf_raw_param(&raw, "a", 8);
	btf_raw_param(&raw, "", 0);
	btf_raw_var(&raw, "v", BTF_VAR_GLOBAL_ALLOCATED, 3);
	btf_raw_datasec(&raw, ".data", 12);
	btf_raw_secinfo(&raw, 14, 0, 12);
	btf_raw_float(&raw, "double", 8);
	btf_raw_decl_tag(&raw, "tag", 4, 1);
	btf_raw_reference(&raw, BTF_KIND_TYPE_TAG, "user", 1);
	btf_raw_enum(&raw, BTF_KIND_ENUM64, "big", 8);
	btf_raw_value(&raw, "B", 1ull << 40);
	btf_raw_decl_tag(&raw, "ctx", 12, -1);
	return raw;
}

// A newer <linux/btf.h> must change neither what is read nor what is written.
_Static_assert(BTF_HEADER_SIZE == 24, "as of btf.rst");

Test(decode, reads_all_kinds_in_both_byte_orders)
{
	for (int big_endian = 0; big_endian < 2; big_endian++) {
		struct btf_world world;
		struct btf_raw raw;
		struct btf_unit *unit;
		const struct btf_enum64 *value;

		btf_world_init(&world);
		raw = all_kinds(&world.arena, big_endian);
		unit = btf_world_read_raw(&world, &raw);
		cr_assert_eq(unit->type_count, 20);
		for (uint32_t kind = 1; kind <= BTF_KIND_LAST; kind++)
			cr_expect_eq(btf_info_kind(btf_unit_type(unit, kind)->info), kind);
		cr_expect_str_eq(btf_unit_string(unit, btf_unit_type(unit, 12)->name_off).data,
				 "main");
		value = btf_record_tail(btf_unit_type(unit, 19));
		cr_expect_eq(value->val_hi32, 1 << 8);
		btf_graph_settle(world.graph);
		for (uint32_t id = 1; id <= 20; id++) {
			uint32_t kind = btf_info_kind(btf_unit_type(unit, id)->info);
			uint32_t node = btf_unit_node(unit, id);

			if (btf_kind_info(kind)->is_declaration)
				cr_expect_eq(node, 0, "%u", id);
			else
				cr_expect_eq(btf_graph_kind(world.graph, node), kind, "%u", id);
		}
		btf_world_deinit(&world);
	}
}

Test(decode, rejects_broken_headers)
{
	static const struct {
		const char *name;
		size_t offset;
		size_t bytes;
		uint32_t value;
		const char *message;
	} cases[] = {
		{ "magic", 0, 2, 0x1234, "not BTF: magic is 0x1234" },
		{ "other byte order", 0, 2, 0x9feb, "BTF has the other byte order" },
		{ "version", 2, 1, 2, "BTF has version 2," },
		{ "flags", 3, 1, 1, "unknown flags 0x01" },
		{ "header too short", 4, 4, 20, "hdr_len of BTF is 20" },
		{ "header too long", 4, 4, UINT32_MAX, "hdr_len" },
		{ "header eats types", 4, 4, 28, "unknown field" },
		{ "types begin beyond", 8, 4, 1 << 30, "type_off 0x40000000" },
		{ "types overflow", 8, 4, UINT32_MAX - 3, "reach beyond the end of the section" },
		{ "types too long", 12, 4, UINT32_MAX, "beyond the end" },
		{ "types unaligned", 8, 4, 2, "type_off or type_len is not a multiple of 4" },
		{ "types' length unaligned", 12, 4, 30,
		  "type_off or type_len is not a multiple of 4" },
		{ "strings begin beyond", 16, 4, 1 << 30, "str_off 0x40000000" },
		{ "strings overlap types", 16, 4, 0, "types and strings overlap" },
		{ "no strings", 20, 4, 0, "strings do not begin and end with a NUL byte" },
		{ "strings do not end with NUL", 20, 4, 3,
		  "strings do not begin and end with a NUL byte" },
		{ "strings too long", 20, 4, UINT32_MAX, "beyond the end" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		for (int big_endian = 0; big_endian < 2; big_endian++) {
			struct btf_world world;
			struct btf_raw raw;
			struct str section;

			btf_world_init(&world);
			raw = all_kinds(&world.arena, big_endian);
			section = btf_raw_finish(&raw);
			btf_raw_poke(section, big_endian, cases[i].offset, cases[i].bytes,
				     cases[i].value);
			cr_expect_null(btf_world_read(&world, section, big_endian), "%s",
				       cases[i].name);
			cr_expect(btf_world_refused(&world, cases[i].message), "%s: %s",
				  cases[i].name, btf_world_message(&world));
			btf_world_deinit(&world);
		}
	}
}

Test(decode, accepts_larger_headers_when_nothing_is_lost)
{
	static const struct {
		const char *name;
		uint32_t hdr_len;
		size_t offset; // of the byte to change; 0 for none
		uint8_t value;
		const char *message; // NULL: accepted
	} cases[] = {
		{ "layout section, empty", 32, 0, 0, NULL },
		{ "layout section", 32, 28, 4, NULL },
		{ "layout section too long", 32, 31, 0x40,
		  "layout_off 0x0 and layout_len 0x40000000" },
		{ "zeros", 48, 0, 0, NULL },
		{ "half a field", 28, 0, 0, NULL },
		{ "unknown field", 48, 47, 1, "unknown field at 0x2f" },
		{ "half a field, set", 28, 24, 1, "unknown field at 0x18" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct btf_world world;
		struct btf_raw raw;
		struct str section;
		struct btf_unit *unit;

		btf_world_init(&world);
		raw = all_kinds(&world.arena, false);
		raw.hdr_len = cases[i].hdr_len;
		section = btf_raw_finish(&raw);
		if (cases[i].offset)
			btf_raw_poke(section, false, cases[i].offset, 1, cases[i].value);
		unit = btf_world_read(&world, section, false);
		cr_expect_eq(unit == NULL, cases[i].message != NULL, "%s", cases[i].name);
		cr_expect(!cases[i].message || strstr(btf_world_message(&world), cases[i].message),
			  "%s: %s", cases[i].name, btf_world_message(&world));
		btf_world_deinit(&world);
	}
}

// The order of parts is up to who writes them.
Test(decode, accepts_strings_before_types)
{
	struct btf_world world;
	struct btf_raw raw;
	struct str section, swapped;
	uint32_t type_len, str_len;

	btf_world_init(&world);
	raw = all_kinds(&world.arena, false);
	while (raw.strings.count % 4)
		*array_add(&world.arena, &raw.strings) = '\0';
	section = btf_raw_finish(&raw);
	type_len = (uint32_t)raw.words.count * 4;
	str_len = (uint32_t)raw.strings.count;
	swapped = (struct str){ arena_strndup(&world.arena, section.data, section.size),
				section.size };
	memcpy((char *)swapped.data + HEADER, section.data + HEADER + type_len, str_len);
	memcpy((char *)swapped.data + HEADER + str_len, section.data + HEADER, type_len);
	btf_raw_poke(swapped, false, 8, 4, str_len);
	btf_raw_poke(swapped, false, 16, 4, 0);
	cr_assert_not_null(btf_world_read(&world, swapped, false), "%s", btf_world_message(&world));
	// One byte of both is too much.
	btf_raw_poke(swapped, false, 20, 4, str_len + 1);
	cr_expect_null(btf_world_read(&world, swapped, false));
	cr_expect(strstr(btf_world_message(&world), "types and strings overlap"), "%s",
		  btf_world_message(&world));
	btf_world_deinit(&world);
}

// Word @word of type @id of all_kinds() becomes @value.
static const struct broken_record {
	const char *name;
	uint32_t id;
	size_t word;
	uint32_t value;
	const char *message;
} broken_records[] = {
	{ "kind 0", 1, 1, 0, "type [1] UNKN 'int': kind 0 is unknown" },
	{ "kind 20", 1, 1, 20 << 24, "type [1] ? 'int': kind 20 is unknown" },
	{ "kind 127", 1, 1, 127 << 24, "kind 127 is unknown" },
	{ "INT of two", 1, 1, BTF_KIND_INT << 24 | 2, "vlen is 2, but the kind has no elements" },
	{ "name", 1, 0, 10000, "type [1] INT '?': name_off 0x2710" },
	{ "name, large", 1, 0, UINT32_MAX, "name_off 0xffffffff" },
	{ "target", 2, 2, 21, "type [2] PTR '': refers to type [21], the last is [20]" },
	{ "target, the last", 2, 2, 20, "refers to type [20], which is DECL_TAG" },
	{ "target, large", 2, 2, UINT32_MAX, "refers to type [4294967295]" },
	{ "pointer to func", 2, 2, 12, "refers to type [12], which is FUNC" },
	{ "pointer to var", 2, 2, 14, "which is VAR" },
	{ "pointer to datasec", 2, 2, 15, "which is DATASEC" },
	{ "pointer to decl_tag", 2, 2, 17, "which is DECL_TAG" },
	{ "element", 3, 3, 99, "type [3] ARRAY" },
	{ "index", 3, 4, 99, "type [3] ARRAY" },
	{ "element is a func", 3, 3, 12, "which is FUNC" },
	{ "member name", 4, 3, 10000, "type [4] STRUCT 's': name" },
	{ "member type", 4, 4, 99, "type [4] STRUCT 's': refers" },
	{ "second member", 4, 7, 14, "which is VAR" },
	{ "too many members", 4, 1, 4 << 24 | 0xffffff, "left of the types" },
	{ "enumerator", 6, 3, 10000, "type [6] ENUM 'e': name" },
	{ "param name", 13, 3, 10000, "type [13] FUNC_PROTO '': name" },
	{ "param type", 13, 4, 17, "which is DECL_TAG" },
	{ "func of int", 12, 2, 1, "type [12] FUNC 'main': refers to type [1], which is INT" },
	{ "func of void", 12, 2, 0, "which is void" },
	{ "func linkage", 12, 1, 12 << 24 | 3, "linkage 3" },
	{ "var of func", 14, 2, 12, "which is FUNC" },
	{ "var linkage", 14, 3, 3, "linkage 3" },
	{ "datasec of int", 15, 3, 1, "which is INT" },
	{ "datasec of void", 15, 3, 0, "which is void" },
	{ "tag on int", 17, 2, 1, "which is INT" },
	{ "tag on void", 17, 2, 0, "which is void" },
	{ "tag on a third member", 17, 3, 2, "component_idx 2 does not exist in type [4]" },
	{ "tag on component -2", 17, 3, -2u, "component_idx -2 does not exist" },
	{ "tag on a third parameter", 20, 3, 2, "component_idx 2 does not exist" },
	{ "pointer to itself", 2, 2, 2, "type [2] PTR '': refers to itself" },
	{ "array of itself", 3, 3, 3, "type [3] ARRAY '': refers to itself" },
	{ "const volatile loop", 9, 2, 10, "refers to itself" },
	{ "proto of itself", 13, 4, 13, "refers to itself" },
};

Test(decode, rejects_broken_records)
{
	for (size_t i = 0; i < sizeof(broken_records) / sizeof(*broken_records); i++) {
		const struct broken_record *c = &broken_records[i];
		struct btf_world world;
		struct btf_raw raw;
		struct btf_unit *unit;
		struct str section;
		size_t offset;

		btf_world_init(&world);
		raw = all_kinds(&world.arena, false);
		unit = btf_world_read_raw(&world, &raw);
		offset = HEADER + unit->offset[c->id] * 4;
		section = btf_raw_finish(&raw);
		btf_raw_poke(section, false, offset + c->word * 4, 4, c->value);
		cr_expect_null(btf_world_read(&world, section, false), "%s", c->name);
		cr_assert(btf_world_refused(&world, c->message), "%s: %s", c->name,
			  btf_world_message(&world));
		// A loop is reported at one of its types.
		if (!strstr(c->message, "itself"))
			cr_expect_eq(world.diag.last->where.offset, offset, "%s", c->name);
		btf_world_deinit(&world);
	}
}

Test(decode, tells_the_last_name_from_the_first_beyond)
{
	static const struct {
		const char *name;
		uint32_t id;
		size_t word;
	} cases[] = { { "type", 2, 0 }, { "member", 4, 3 }, { "parameter", 13, 3 } };

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		for (uint32_t beyond = 0; beyond < 2; beyond++) {
			struct btf_world world;
			struct btf_raw raw;
			struct btf_unit *unit;
			struct str section;

			btf_world_init(&world);
			raw = all_kinds(&world.arena, false);
			unit = btf_world_read_raw(&world, &raw);
			section = btf_raw_finish(&raw);
			btf_raw_poke(section, false,
				     HEADER + unit->offset[cases[i].id] * 4 + cases[i].word * 4, 4,
				     (uint32_t)raw.strings.count - 1 + beyond);
			cr_expect_eq(btf_world_read(&world, section, false) == NULL, beyond, "%s",
				     cases[i].name);
			cr_expect(!beyond || btf_world_refused(&world, "beyond the end"), "%s: %s",
				  cases[i].name, btf_world_message(&world));
			btf_world_deinit(&world);
		}
	}
}

// A name for each ending of one long string: to hash them all would take the square of its length.
Test(decode, rejects_names_that_overlap_without_end)
{
	static const struct {
		uint32_t length; // of the string, and types
		bool valid;
	} cases[] = { { 100, true }, { 1000, false } };

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char text[1001] = { 0 };
		struct btf_world world;
		struct btf_raw raw;

		btf_world_init(&world);
		raw = btf_raw_begin(&world.arena, false);
		memset(text, 'a', cases[i].length);
		for (uint32_t n = 0; n < cases[i].length; n++) {
			btf_raw_float(&raw, text, 4);
			btf_raw_patch(&raw, 0, btf_raw_string(&raw, text) + n);
		}
		cr_expect_eq(btf_world_read(&world, btf_raw_finish(&raw), false) != NULL,
			     cases[i].valid, "%" PRIu32, cases[i].length);
		cr_expect(cases[i].valid ||
				  strstr(btf_world_message(&world), "names of types overlap more"),
			  "%s", btf_world_message(&world));
		btf_world_deinit(&world);
	}
}

Test(decode, truncation_gives_a_value_or_an_error)
{
	struct btf_world world;
	struct btf_raw raw;
	struct str section;

	btf_world_init(&world);
	raw = all_kinds(&world.arena, false);
	section = btf_raw_finish(&raw);
	for (size_t size = 0; size <= section.size; size++) {
		// A copy of its own, so that the sanitizer sees reads beyond it.
		char *copy = malloc(size + !size);
		size_t errors = world.diag.error_count;
		struct btf_unit *unit;

		memcpy(copy, section.data, size);
		unit = btf_world_read(&world, (struct str){ copy, size }, false);
		cr_expect_eq(unit == NULL, world.diag.error_count == errors + 1, "%zu bytes", size);
		cr_expect_eq(unit != NULL, size == section.size, "%zu bytes", size);
		if (size == 0)
			cr_expect(btf_world_refused(&world, "BTF has 0 bytes, and its header"));
		free(copy);
	}
	btf_world_deinit(&world);
}

// The same with a header that tells the truth about what is left of the types.
Test(decode, types_may_end_anywhere)
{
	struct btf_world world;
	struct btf_raw raw;
	struct btf_unit *unit;
	struct str section;
	uint32_t accepted = 0;

	btf_world_init(&world);
	raw = all_kinds(&world.arena, false);
	unit = btf_world_read_raw(&world, &raw);
	section = btf_raw_finish(&raw);
	for (uint32_t size = 0; size <= raw.words.count * 4; size += 4) {
		size_t errors = world.diag.error_count;
		struct btf_unit *cut;

		btf_raw_poke(section, false, 12, 4, size);
		cut = btf_world_read(&world, section, false);
		cr_expect_eq(cut == NULL, world.diag.error_count == errors + 1, "%u bytes", size);
		accepted += cut != NULL;
		if (size == 4)
			cr_expect(btf_world_refused(&world, "is cut off by the end of the types"));
	}
	// After any type but 2 and 3, because 2 refers to 4, and 12, which refers to 13; or none.
	cr_expect_eq(unit->type_count, 20);
	cr_expect_eq(accepted, 18);
	btf_world_deinit(&world);
}

Test(decode, reads_unaligned_sections)
{
	for (int big_endian = 0; big_endian < 2; big_endian++) {
		struct btf_world world;
		struct btf_raw raw;
		struct str section;
		char *copy;

		btf_world_init(&world);
		raw = all_kinds(&world.arena, big_endian);
		section = btf_raw_finish(&raw);
		copy = arena_alloc(&world.arena, section.size + 1);
		memcpy(copy + 1, section.data, section.size);
		cr_expect(
			btf_world_read(&world, (struct str){ copy + 1, section.size }, big_endian));
		btf_world_deinit(&world);
	}
}

Test(decode, reads_more_elements_than_16_bits_count)
{
	const uint32_t count = 70000;
	struct btf_world world;
	struct btf_raw raw;
	struct btf_unit *unit;

	btf_world_init(&world);
	raw = btf_raw_begin(&world.arena, false);
	btf_raw_enum(&raw, BTF_KIND_ENUM, "large", 4);
	for (uint32_t i = 0; i < count; i++)
		btf_raw_value(&raw, "", i);
	btf_raw_int(&raw, "int", 4, 0);
	unit = btf_world_read_raw(&world, &raw);
	cr_expect_eq(unit->type_count, 2);
	cr_expect_eq(btf_info_vlen(btf_unit_type(unit, 1)->info), count);
	btf_world_deinit(&world);
}

Test(decode, deep_chains_do_not_exhaust_the_stack)
{
	const uint32_t count = 300000;
	struct btf_world world;
	struct btf_raw raw;
	struct btf_unit *unit;
	uint32_t size;

	btf_world_init(&world);
	raw = btf_raw_begin(&world.arena, false);
	// Each refers to the next, so that the first is finished last.
	for (uint32_t id = 1; id < count; id++)
		btf_raw_reference(&raw, BTF_KIND_CONST, "", id + 1);
	btf_raw_int(&raw, "int", 4, 0);
	unit = btf_world_read_raw(&world, &raw);
	btf_graph_settle(world.graph);
	cr_expect_eq(btf_graph_node_count(world.graph), count + 1);
	cr_expect(btf_graph_sizeof(world.graph, btf_unit_node(unit, 1), &size));
	cr_expect_eq(size, 4);
	btf_world_deinit(&world);
}

// What `ld -r` leaves: the .BTF of each input, each as long as the section's alignment wants.
Test(decode, rejects_one_behind_another)
{
	for (int padding = 0; padding < 16; padding++) {
		struct btf_world world;
		struct btf_raw raw;
		struct str one, two;
		char *bytes;

		btf_world_init(&world);
		raw = all_kinds(&world.arena, padding % 2);
		one = btf_raw_finish(&raw);
		two.size = 2 * one.size + (size_t)padding;
		bytes = arena_new_array(&world.arena, char, two.size);
		memcpy(bytes, one.data, one.size);
		// Padding alone, or too little for a header, is no BTF.
		two.data = bytes;
		cr_expect(btf_world_read(&world, two, padding % 2), "%d: zeros", padding);
		memcpy(bytes + one.size + padding, one.data, one.size);
		cr_expect_null(btf_world_read(&world, two, padding % 2), "%d", padding);
		cr_expect(btf_world_refused(&world, "BTF of several objects, one behind the other"),
			  "%d: %s", padding, btf_world_message(&world));
		btf_world_deinit(&world);
	}
}
