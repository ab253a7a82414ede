/* SPDX-License-Identifier: BSD-2-Clause */
/* The door for .BTF, and what may be asked of a graph: print, compare, measure, write. */
#include <string.h>

#include "fuzz.h"
#include "mutate.h"

// A definition is cut at 1 MiB, which each of many layers can reach.
#define DEFINITIONS_MAX (1 << 20)

static void quote(const struct btf_graph *graph, const struct btf_difference *difference,
		  bool there, uint32_t node, struct arena *arena)
{
	struct quote text = quote_begin(arena);

	btf_difference_quote(graph, difference, there, node, STR("x"), &text);
	quote_excerpt(&text);
	if (text.text.size > QUOTE_SIZE + strlen("..."))
		fuzz_fail("a quote of type %u has %zu bytes", node, text.text.size);
}

// What needs two types is tried on neighbours; all pairs would take too long. @left: bytes of
// definitions.
static void ask_of(const struct btf_graph *graph, uint32_t node, struct arena *arena, size_t *left)
{
	struct btf_difference difference;
	uint32_t size;

	btf_declaration(graph, node, STR("x"), arena);
	if (*left) {
		size_t length = strlen(btf_definition(graph, node, arena));

		*left -= length < *left ? length : *left;
	}
	btf_graph_sizeof(graph, node, &size);
	btf_graph_strip(graph, node);
	if (btf_compatible(graph, node, node - 1, NULL, arena, &difference) != BTF_COMPATIBLE) {
		btf_difference_text(graph, &difference, "", arena);
		quote(graph, &difference, false, node, arena);
		quote(graph, &difference, true, node - 1, arena);
	}
	if (btf_compatible(graph, node, node, NULL, arena, &difference) == BTF_INCOMPATIBLE)
		fuzz_fail("type %u is not compatible with itself", node);
}

// A definition is cut at 1 MiB, and grows by doubling.
#define ANSWER_MAX (8 << 20)

static void ask(const struct btf_graph *graph, const struct arena *arena)
{
	size_t left = DEFINITIONS_MAX;

	for (uint32_t node = 1; node < btf_graph_node_count(graph); node++) {
		struct arena scratch;

		arena_init(&scratch, ANSWER_MAX);
		scratch.exhausted = arena->exhausted;
		ask_of(graph, node, &scratch, &left);
		arena_deinit(&scratch);
	}
}

// The whole graph as a section; a node's id in it is its number.
static struct str write_graph(const struct btf_graph *graph, struct arena *arena, struct diag *diag)
{
	struct btf_encoder *encoder = btf_encoder_create(graph, 0, arena);
	struct str section;

	for (uint32_t node = 1; node < btf_graph_node_count(graph); node++)
		btf_encoder_add(encoder, node);
	// All limits of the format are far away.
	if (!btf_encoder_finish(encoder, false, place_in("out.o", ".BTF"), diag, &section))
		fuzz_fail("what was read cannot be written: %s", diag->last->text);
	return section;
}

static struct btf_graph *read_graph(struct arena *arena, struct str section, bool big_endian,
				    struct diag *diag)
{
	struct strings *strings = arena_new(arena, struct strings);
	struct btf_graph *graph;

	strings_init(strings, arena);
	graph = btf_graph_create(arena, strings);
	if (!btf_unit_read(graph, section.data, section.size, big_endian, place_in("a.o", ".BTF"),
			   diag))
		return NULL;
	btf_graph_settle(graph);
	return graph;
}

static void read_and_ask(struct arena *arena, const void *data, size_t size)
{
	struct str section = { data, size }, again;
	struct btf_graph *graph;
	struct diag diag;

	diag_init(&diag, arena);
	graph = read_graph(arena, section, size && section.data[0] == (char)0xeb, &diag);
	fuzz_expect_outcome(graph, &diag);
	if (!graph)
		return;
	ask(graph, arena);
	section = write_graph(graph, arena, &diag);
	graph = read_graph(arena, section, false, &diag);
	if (!graph)
		fuzz_fail("what was written cannot be read: %s", diag.last->text);
	again = write_graph(graph, arena, &diag);
	if (!str_equal(section, again))
		fuzz_fail("types written, read and written again differ");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_in_arena(size, read_and_ask, data);
	return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t capacity, unsigned int seed)
{
	struct dice dice = { seed };

	if (dice_below(&dice, 20) == 0)
		return LLVMFuzzerMutate(data, size, capacity);
	for (uint64_t changes = 1 + dice_below(&dice, 4); changes; changes--)
		size = mutate_btf(&dice, data, size, capacity);
	return size;
}
