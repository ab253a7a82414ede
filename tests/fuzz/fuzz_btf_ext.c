/* SPDX-License-Identifier: BSD-2-Clause */
/* The door for .BTF.ext. An input is a .BTF and the .BTF.ext that goes with it. */
#include "fuzz.h"
#include "mutate.h"

static void expect_string(const struct strings *strings, uint32_t number)
{
	if ((number & ~TEXT_BIT) >=
	    (number & TEXT_BIT ? strings->texts.count : strings->strings.count))
		fuzz_fail("a record without its string");
}

// Every record must be there to be read, and what it refers to.
static void visit(const struct btf_unit *unit, const struct btf_ext *ext)
{
	const struct strings *strings = btf_graph_strings(unit->graph);

	array_each(block, &ext->blocks) {
		for (uint32_t i = 0; i < block->count; i++) {
			struct btf_ext_record record = btf_ext_record(block, i);

			switch (block->kind) {
			case BTF_EXT_FUNC:
				if (btf_info_kind(btf_unit_type(unit, record.field[0])->info) !=
				    BTF_KIND_FUNC)
					fuzz_fail("func_info of something else");
				break;
			case BTF_EXT_LINE:
				expect_string(strings, record.field[0]);
				expect_string(strings, record.field[1]);
				break;
			case BTF_EXT_CORE:
				if (record.field[0])
					btf_unit_type(unit, record.field[0]);
				expect_string(strings, record.field[1]);
				break;
			case BTF_EXT_KINDS:
				break;
			}
		}
	}
}

static void read_sections(struct arena *arena, const void *data, size_t size)
{
	struct parts parts = parts_split(data, size);
	bool big_endian = parts.first.size && parts.first.data[0] == (char)0xeb;
	struct strings strings;
	struct btf_graph *graph;
	struct btf_unit *unit;
	struct btf_ext *ext;
	struct diag diag;

	strings_init(&strings, arena);
	diag_init(&diag, arena);
	graph = btf_graph_create(arena, &strings);
	unit = btf_unit_read(graph, parts.first.data, parts.first.size, big_endian,
			     place_in("a.o", ".BTF"), &diag);
	fuzz_expect_outcome(unit, &diag);
	if (!unit)
		return;
	ext = btf_ext_read(unit, parts.second.data, parts.second.size, big_endian,
			   place_in("a.o", ".BTF.ext"), arena, &diag);
	fuzz_expect_outcome(ext, &diag);
	if (ext)
		visit(unit, ext);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_in_arena(size, read_sections, data);
	return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t capacity, unsigned int seed)
{
	struct parts parts = parts_split(data, size);
	size_t before = size - parts.second.size;
	struct dice dice = { seed };

	if (dice_below(&dice, 20) == 0)
		return LLVMFuzzerMutate(data, size, capacity);
	for (uint64_t changes = 1 + dice_below(&dice, 4); changes; changes--) {
		// The other target is for .BTF; here it only has to be there, mostly.
		if (dice_below(&dice, 8) == 0)
			mutate_btf(&dice, (uint8_t *)parts.first.data, parts.first.size,
				   parts.first.size);
		else
			size = before + mutate_btf_ext(&dice, data + before, size - before,
						       capacity - before);
	}
	return size;
}
