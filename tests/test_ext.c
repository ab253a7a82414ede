/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <inttypes.h>

#include "btf_world.h"

// A unit whose type 1 is an int, 2 a FUNC_PROTO, 3 a FUNC.
struct world {
	struct btf_world btf;
	struct btf_raw raw;
	struct btf_unit *unit;
	uint32_t text; // offset of "text"
	uint32_t access;
};

static void world_init(struct world *world, bool big_endian)
{
	btf_world_init(&world->btf);
	world->raw = btf_raw_begin(&world->btf.arena, big_endian);
	btf_raw_int(&world->raw, "int", 4, BTF_INT_SIGNED);
	btf_raw_proto(&world->raw, 1);
	btf_raw_func(&world->raw, "main", BTF_FUNC_GLOBAL, 2);
	world->text = btf_raw_string(&world->raw, "text");
	world->access = btf_raw_string(&world->raw, "0:1");
	world->unit = btf_world_read_raw(&world->btf, &world->raw);
}

// func_info {8, 3}, line_info {8, text, text, 77}, core_relo {16, 1, "0:1", 2}, all for "text".
static struct btf_ext_raw valid(struct world *world)
{
	struct btf_ext_raw ext = btf_ext_raw_begin(&world->btf.arena, world->raw.big_endian);
	const struct btf_ext_record records[BTF_EXT_KINDS] = {
		{ 8, { 3 } },
		{ 8, { world->text, world->text, 77 } },
		{ 16, { 1, world->access, 2 } },
	};

	for (int kind = 0; kind < BTF_EXT_KINDS; kind++) {
		btf_ext_raw_section(&ext, kind, world->text);
		btf_ext_raw_record(&ext, kind, records[kind]);
	}
	return ext;
}

static struct btf_ext *read(struct world *world, struct str section)
{
	return btf_ext_read(world->unit, section.data, section.size, world->raw.big_endian,
			    place_in("a.o", ".BTF.ext"), &world->btf.arena, &world->btf.diag);
}

Test(ext, reads_all_kinds)
{
	static const struct {
		const char *name;
		bool big_endian;
		uint32_t hdr_len;
		uint32_t more; // bytes of each record beyond the known
	} cases[] = {
		{ "little endian", false, 32, 0 },
		{ "big endian", true, 32, 0 },
		{ "larger header", false, 40, 0 },
		{ "larger records", false, 32, 8 },
		{ "larger records, big endian", true, 36, 4 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		static const uint32_t types[BTF_EXT_KINDS] = { 3, 0, 1 };
		struct world world;
		struct btf_ext_raw raw;
		struct btf_ext *ext;

		world_init(&world, cases[i].big_endian);
		raw = btf_ext_raw_begin(&world.btf.arena, cases[i].big_endian);
		raw.hdr_len = cases[i].hdr_len;
		for (int kind = 0; kind < BTF_EXT_KINDS; kind++) {
			raw.record_size[kind] += cases[i].more;
			struct btf_ext_record record = { 0, { types[kind], 0, 1 } };

			btf_ext_raw_section(&raw, kind, world.text);
			btf_ext_raw_record(&raw, kind, record);
			record = (struct btf_ext_record){ 64, { types[kind], world.text, 9 } };
			if (kind == BTF_EXT_LINE)
				record.field[0] = world.text;
			btf_ext_raw_record(&raw, kind, record);
		}
		ext = read(&world, btf_ext_raw_finish(&raw));
		cr_assert(ext, "%s: %s", cases[i].name, btf_world_message(&world.btf));
		cr_assert_eq(ext->blocks.count, 3, "%s", cases[i].name);
		for (int kind = 0; kind < BTF_EXT_KINDS; kind++) {
			struct btf_ext_block *block = &ext->blocks.items[kind];
			struct btf_ext_record record = btf_ext_record(block, 1);
			uint32_t text = strings_intern(&world.btf.strings, STR("text"));
			const uint32_t fields[BTF_EXT_KINDS][3] = {
				{ 3 },
				{ text, text, 9 },
				{ 1, text, 9 },
			};

			cr_expect_eq(block->kind, kind, "%s", cases[i].name);
			cr_expect_eq(block->section, text, "%s", cases[i].name);
			cr_expect_eq(block->count, 2, "%s", cases[i].name);
			cr_expect_eq(record.insn_off, 64, "%s", cases[i].name);
			cr_expect_arr_eq(record.field, fields[kind], sizeof(record.field), "%s",
					 cases[i].name);
		}
		btf_world_deinit(&world.btf);
	}
}

Test(ext, small_header_has_no_core_relo)
{
	struct world world;
	struct btf_ext_raw raw;
	struct btf_ext *ext;

	world_init(&world, false);
	raw = btf_ext_raw_begin(&world.btf.arena, false);
	raw.hdr_len = 24;
	btf_ext_raw_section(&raw, BTF_EXT_FUNC, world.text);
	btf_ext_raw_record(&raw, BTF_EXT_FUNC, (struct btf_ext_record){ 0, { 3 } });
	ext = read(&world, btf_ext_raw_finish(&raw));
	cr_assert(ext);
	cr_expect_eq(ext->blocks.count, 1);
	btf_world_deinit(&world.btf);
}

// No byte of the large one is read but the first four.
Test(ext, rejects_sizes)
{
	static const struct {
		size_t size;
		const char *message;
	} cases[] = {
		{ 0, ".BTF.ext has 0 bytes, and its header alone needs 24" },
		{ 23, ".BTF.ext has 23 bytes, and its header alone needs 24" },
		{ (size_t)UINT32_MAX + 1, ".BTF.ext has more than 4 GiB" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct world world;
		struct btf_ext_raw raw;
		struct str section;

		world_init(&world, false);
		raw = valid(&world);
		section = btf_ext_raw_finish(&raw);
		cr_expect_null(read(&world, (struct str){ section.data, cases[i].size }));
		cr_expect(btf_world_refused(&world.btf, cases[i].message), "%s",
			  btf_world_message(&world.btf));
		btf_world_deinit(&world.btf);
	}
}

Test(ext, rejects_unknown_fields_of_the_header)
{
	struct world world;
	struct btf_ext_raw raw;
	struct str section;

	world_init(&world, false);
	raw = valid(&world);
	raw.hdr_len = 40;
	section = btf_ext_raw_finish(&raw);
	cr_expect(read(&world, section));
	((char *)section.data)[36] = 1;
	cr_expect_null(read(&world, section));
	cr_expect(btf_world_refused(&world.btf, ".BTF.ext header has an unknown field"));
	btf_world_deinit(&world.btf);
}

// Offsets in the section of valid(): the header has 32 bytes, func_info 20, line_info 28.
Test(ext, rejects_broken_fields)
{
	static const struct {
		const char *name;
		size_t offset;
		size_t bytes;
		uint32_t value;
		const char *message;
	} cases[] = {
		{ "magic", 0, 2, 0x1234, "not .BTF.ext: magic is 0x1234" },
		{ "other byte order", 0, 2, 0x9feb, ".BTF.ext has the other byte order" },
		{ "version", 2, 1, 2, ".BTF.ext of version 2 with" },
		{ "flags", 3, 1, 1, "with flags 0x01 is unknown" },
		{ "header too short", 4, 4, 20, "hdr_len of .BTF.ext is 20" },
		{ "header too long", 4, 4, 1 << 30, "hdr_len of .BTF.ext is" },
		{ "func_info offset", 8, 4, 1 << 30, "reach beyond the end of the section" },
		{ "func_info offset unaligned", 8, 4, 2, "_len is not a multiple of 4" },
		{ "func_info length", 12, 4, UINT32_MAX, "reach beyond the end of the section" },
		{ "the head of a section", 12, 4, 8, "func_info ends within a btf_ext_info_sec" },
		{ "core_relo length", 28, 4, UINT32_MAX, "reach beyond the end of the section" },
		{ "core_relo length unaligned", 28, 4, 27, "_len is not a multiple of 4" },
		{ "record size 0", 32, 4, 0, "rec_size of func_info is 0, not" },
		{ "record size too small", 32, 4, 4, "rec_size of func_info is 4, not" },
		{ "record size unaligned", 32, 4, 10,
		  "rec_size of func_info is 10, not a multiple of 4 and at least" },
		{ "record size too large", 32, 4, 4096, "only room for 0" },
		{ "section name", 36, 4, 1000,
		  "sec_name_off of func_info is beyond the end of the strings of .BTF" },
		{ "no records", 40, 4, 0, "num_info of func_info for section 'text' is 0" },
		{ "too many records", 40, 4, 2, "only room for 1" },
		{ "many too many records", 40, 4, UINT32_MAX, "only room for 1" },
		{ "func_info of a type", 48, 4, 1, "does not name a FUNC" },
		{ "func_info of void", 48, 4, 0, "does not name a FUNC" },
		{ "func_info beyond types", 48, 4, 99, "does not name a FUNC" },
		{ "line_info file", 52 + 16, 4, 1000, "beyond the end of the strings" },
		{ "line_info line", 52 + 20, 4, 1000, "beyond the end of the strings" },
		{ "core_relo type", 80 + 16, 4, 99, "does not exist" },
		{ "core_relo access", 80 + 20, 4, 1000, "beyond the end of the strings" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		for (int big_endian = 0; big_endian < 2; big_endian++) {
			struct world world;
			struct btf_ext_raw raw;
			struct str section;

			world_init(&world, big_endian);
			raw = valid(&world);
			section = btf_ext_raw_finish(&raw);
			cr_assert(read(&world, section), "%s: valid before", cases[i].name);
			btf_raw_poke(section, big_endian, cases[i].offset, cases[i].bytes,
				     cases[i].value);
			cr_expect_null(read(&world, section), "%s", cases[i].name);
			cr_expect(btf_world_refused(&world.btf, cases[i].message), "%s: %s",
				  cases[i].name, btf_world_message(&world.btf));
			btf_world_deinit(&world.btf);
		}
	}
}

Test(ext, truncation_gives_a_value_or_an_error)
{
	struct world world;
	struct btf_ext_raw raw;
	struct str section;

	world_init(&world, false);
	raw = valid(&world);
	section = btf_ext_raw_finish(&raw);
	for (size_t size = 0; size <= section.size; size++) {
		// A copy of its own, so that the sanitizer sees reads beyond it.
		char *copy = malloc(size + !size);
		size_t errors = world.btf.diag.error_count;
		struct btf_ext *ext;

		memcpy(copy, section.data, size);
		ext = read(&world, (struct str){ copy, size });
		cr_expect_eq(ext == NULL, world.btf.diag.error_count == errors + 1, "%zu bytes",
			     size);
		cr_expect_eq(ext != NULL, size == section.size, "%zu bytes", size);
		free(copy);
	}
	btf_world_deinit(&world.btf);
}

// A line, or a section, for each ending of one long string: to hash them all would take the square
// of its length.
Test(ext, rejects_strings_that_overlap_without_end)
{
	static const struct {
		const char *message; // NULL: valid
		uint32_t length;     // of the string, and records
		bool sections;       // endings are names of sections, else of files of records
	} cases[] = {
		{ NULL, 100, false },
		{ "strings of records overlap more", 1000, false },
		{ NULL, 100, true },
		{ "names of sections overlap more", 9000, true },
	};
	static char text[9001];

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct btf_ext_raw ext;
		struct btf_world world;
		struct btf_unit *unit;
		struct btf_raw raw;
		struct str section;
		uint32_t offset;

		btf_world_init(&world);
		raw = btf_raw_begin(&world.arena, false);
		memset(text, 'a', cases[i].length);
		text[cases[i].length] = '\0';
		offset = btf_raw_string(&raw, text);
		unit = btf_world_read_raw(&world, &raw);
		ext = btf_ext_raw_begin(&world.arena, false);
		for (uint32_t n = 0; n < cases[i].length; n++) {
			if (n == 0 || cases[i].sections)
				btf_ext_raw_section(&ext, BTF_EXT_LINE, offset + n);
			btf_ext_raw_record(
				&ext, BTF_EXT_LINE,
				(struct btf_ext_record){
					n * 8, { 0, cases[i].sections ? 0 : offset + n } });
		}
		section = btf_ext_raw_finish(&ext);
		cr_expect_eq(btf_ext_read(unit, section.data, section.size, false,
					  place_in("a.o", ".BTF.ext"), &world.arena,
					  &world.diag) != NULL,
			     !cases[i].message, "%zu", i);
		cr_expect(!cases[i].message || btf_world_refused(&world, cases[i].message),
			  "%zu: %s", i, btf_world_message(&world));
		btf_world_deinit(&world);
	}
}

Test(ext, writes_what_it_reads)
{
	for (int big_endian = 0; big_endian < 2; big_endian++) {
		static const struct btf_ext_record func[] = { { 0, { 3 } }, { 24, { 3 } } };
		struct btf_ext_record core = { 8, { 1, 0, 2 } };
		struct world world;
		struct btf_ext_encoder *records;
		struct btf_encoder *encoder;
		uint32_t xdp;
		struct btf_unit *again;
		struct btf_graph *graph;
		struct btf_ext *ext;
		struct str btf, written;

		world_init(&world, big_endian);
		btf_graph_settle(world.btf.graph);
		encoder = btf_encoder_create(world.btf.graph, 0, &world.btf.arena);
		btf_encoder_add(encoder, btf_unit_node(world.unit, 1));
		btf_encoder_add(encoder, btf_unit_node(world.unit, 2));
		btf_encoder_add_func(encoder, strings_intern(&world.btf.strings, STR("main")),
				     BTF_FUNC_GLOBAL, btf_unit_node(world.unit, 2));
		xdp = strings_intern(&world.btf.strings, STR("xdp"));
		core.field[1] = strings_intern(&world.btf.strings, STR("0:1"));
		// With room for fewer records than there are.
		records = btf_ext_encoder_create(encoder, 1);
		btf_ext_encoder_begin(records, BTF_EXT_FUNC, xdp);
		btf_ext_encoder_add(records, &func[0]);
		btf_ext_encoder_add(records, &func[1]);
		btf_ext_encoder_begin(records, BTF_EXT_CORE, xdp);
		btf_ext_encoder_add(records, &core);
		cr_assert(btf_ext_encoder_finish(records, big_endian, place_in("o", ".BTF.ext"),
						 &world.btf.diag, &written));
		cr_assert(btf_encoder_finish(encoder, big_endian, place_in("o", ".BTF"),
					     &world.btf.diag, &btf));
		cr_expect_eq(written.size, 32 + (4 + 8 + 2 * 8) + (4 + 8 + 16));

		graph = btf_graph_create(&world.btf.arena, &world.btf.strings);
		again = btf_unit_read(graph, btf.data, btf.size, big_endian, place_in("o", ".BTF"),
				      &world.btf.diag);
		cr_assert(again);
		ext = btf_ext_read(again, written.data, written.size, big_endian,
				   place_in("o", ".BTF.ext"), &world.btf.arena, &world.btf.diag);
		cr_assert(ext);
		cr_assert_eq(ext->blocks.count, 2);
		cr_expect_eq(ext->blocks.items[0].section, xdp);
		cr_expect_eq(ext->blocks.items[0].count, 2);
		cr_expect_eq(btf_ext_record(&ext->blocks.items[0], 1).insn_off, 24);
		cr_expect_eq(ext->blocks.items[1].kind, BTF_EXT_CORE);
		cr_expect_eq(btf_ext_record(&ext->blocks.items[1], 0).field[1], core.field[1]);
		btf_world_deinit(&world.btf);
	}
}

// libbpf refuses a header without anything after it.
Test(ext, writes_nothing_for_no_records)
{
	struct str written = STR("not yet");
	struct btf_ext_encoder *records;
	struct btf_encoder *encoder;
	struct world world;

	world_init(&world, false);
	btf_graph_settle(world.btf.graph);
	encoder = btf_encoder_create(world.btf.graph, 0, &world.btf.arena);
	records = btf_ext_encoder_create(encoder, 0);
	btf_ext_encoder_begin(records, BTF_EXT_LINE, 0);
	cr_expect(btf_ext_encoder_finish(records, false, place_in("o", ".BTF.ext"), &world.btf.diag,
					 &written));
	cr_expect_eq(written.size, 0);
	btf_world_deinit(&world.btf);
}
