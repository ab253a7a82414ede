/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include "btf_pair.h"
#include "btf_world.h"

// Whether two types are one node, as texts of btf_text.h. @other is in the graph too.
struct settle_case {
	const char *a;
	const char *b;
	const char *other;
	bool same;
};

#define S1 "struct s 4 { x 0 int ; }"
#define S2 "struct s 8 { x 0 long ; }"

static const struct settle_case cases[] = {
	// What counts.
	{ "int", "int", NULL, true },
	{ "int", "long", NULL, false },
	{ "typedef t int", "typedef u int", NULL, false },
	{ "const ptr int", "ptr const int", NULL, false },
	{ "tag user int", "attribute user int", NULL, false },
	{ "array 2 int", "array 3 int", NULL, false },
	{ "array 2 int", "array 2 long", NULL, false },
	{ "func int ( a : int )", "func int ( a : int )", NULL, true },
	{ "func int ( a : int )", "func int ( b : int )", NULL, false },
	{ "enum e 4 { A 1 ; }", "enum e 4 { A 2 ; }", NULL, false },
	{ "enum e 4 { A 1 ; }", "enum e 4 { B 1 ; }", NULL, false },
	{ "enum e 4 { A 1 ; }", "signed e 4 { A 1 ; }", NULL, false },
	{ "struct s 8 { x 0 int ; }", "struct s 8 { y 0 int ; }", NULL, false },
	{ "struct s 8 { x 0 int ; }", "struct s 8 { x 32 int ; }", NULL, false },
	{ "struct s 8 { x 0 int ; }", "struct s 4 { x 0 int ; }", NULL, false },
	{ "struct s 8 { x 0 int ; }", "union s 8 { x 0 int ; }", NULL, false },
	{ "struct s 8 { x 0 : 3 int ; }", "struct s 8 { x 0 : 4 int ; }", NULL, false },
	// What merging arrays by their lengths gets wrong.
	{ "struct s 32 { x 0 array 4 int ; y 128 array 4 int ; }",
	  "struct s 32 { x 0 array 4 int ; y 128 array 4 float ; }", NULL, false },
	// Cycles, and what differs far away.
	{ "struct l 8 { next 0 ptr struct l ; }", "struct l 8 { next 0 ptr struct l ; }", NULL,
	  true },
	{ "ptr struct l 16 { next 0 ptr struct l ; s 64 ptr " S1 " ; }",
	  "ptr struct l 16 { next 0 ptr struct l ; s 64 ptr " S2 " ; }", NULL, false },
	{ "ptr struct l 16 { next 0 ptr struct l ; s 64 ptr " S1 " ; }",
	  "ptr struct l 16 { next 0 ptr struct l ; s 64 ptr " S1 " ; }", S2, true },
	// Forward declarations of tags with one definition.
	{ "ptr struct s", "ptr " S1, NULL, true },
	{ "ptr union s", "ptr " S1, NULL, false },
	{ "ptr enum e", "ptr enum e 4 { A 1 ; }", NULL, true },
	{ "ptr enum e", "ptr enum64 e 8 { A 1 ; }", NULL, true },
	{ "ptr struct s", "ptr struct s", NULL, true },
	// With several: what stands alone is left alone, whoever else is compared decides.
	{ "ptr struct s", "ptr " S1, S2, false },
	{ "func void ( ptr struct s )", "func void ( ptr " S1 " )", S2, false },
	{ "struct u 8 { s 0 ptr struct s ; }", "struct u 8 { s 0 ptr " S1 " ; }", S2, true },
	{ "typedef t ptr struct s", "typedef t ptr " S1, S2, true },
	{ "struct u 16 { s 0 ptr struct s ; x 64 int ; }",
	  "struct u 16 { s 0 ptr " S1 " ; x 64 long ; }", S2, false },
	// Each defines what the other declares.
	{ "struct u 16 { s 0 ptr struct s ; t 64 ptr struct t 4 { x 0 int ; } ; }",
	  "struct u 16 { s 0 ptr " S1 " ; t 64 ptr struct t ; }",
	  "func void ( " S2 " , struct t 8 { x 0 long ; } )", true },
	{ "struct u 24 { s 0 ptr struct s ; t 64 ptr struct t 4 { x 0 int ; } ; x 128 int ; }",
	  "struct u 24 { s 0 ptr " S1 " ; t 64 ptr struct t ; x 128 long ; }",
	  "func void ( " S2 " , struct t 8 { x 0 long ; } )", false },
	// A round that joins nothing but a forward declaration and what it means goes on.
	{ "struct u 8 { f 0 ptr func void ( ptr " S1 " , struct t ) ; }",
	  "struct u 8 { f 0 ptr func void ( ptr struct s , struct t 8 { u 0 ptr struct u ; } ) ; }",
	  S2, true },
	// A tag with two versions that turn out to be one is not ambiguous.
	{ "func void ( ptr struct u , struct u 8 { s 0 ptr struct s ; } )",
	  "func void ( ptr struct u , struct u 8 { s 0 ptr " S1 " ; } )", S2, true },
};

Test(settle, tells_types_apart)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct settle_case *c = &cases[i];
		struct btf_pair pair;

		btf_pair_init(&pair, c->a, c->b, c->other);
		cr_expect_eq(pair.a == pair.b, c->same, "'%s' and '%s'", c->a, c->b);
		btf_pair_deinit(&pair);
		btf_pair_init(&pair, c->b, c->a, c->other);
		cr_expect_eq(pair.a == pair.b, c->same, "'%s' and '%s'", c->b, c->a);
		btf_pair_deinit(&pair);
	}
}

// Whether some forward declaration is left in the graph.
static bool has_forward(const struct btf_graph *graph)
{
	for (uint32_t node = 1; node < btf_graph_node_count(graph); node++) {
		if (btf_graph_kind(graph, node) == BTF_KIND_FWD)
			return true;
	}
	return false;
}

// Two versions of `t`, neither of which is part of the other, become one once what they hold is
// settled. Only then the forward declaration of `t` has one meaning.
Test(settle, goes_on_until_nothing_changes)
{
	struct btf_pair pair;

	btf_pair_init(&pair,
		      "struct t 16 { x 0 ptr struct x 8 { y 0 ptr struct y ; } ;"
		      " w 64 ptr struct w 8 { z 0 ptr struct z 4 { q 0 int ; } ; } ; }",
		      "struct t 16 { x 0 ptr struct x 8 { y 0 ptr struct y 4 { q 0 int ; } ; } ;"
		      " w 64 ptr struct w 8 { z 0 ptr struct z ; } ; }",
		      "func void ( struct y 8 { q 0 long ; } , struct z 8 { q 0 long ; } ,"
		      " ptr struct t )");
	cr_expect_eq(pair.a, pair.b);
	cr_expect_not(has_forward(pair.graph));
	btf_pair_deinit(&pair);
}

static uint32_t char_of_clang(struct btf_raw *raw)
{
	return btf_raw_int(raw, "char", 1, BTF_INT_SIGNED);
}

static uint32_t char_of_gcc(struct btf_raw *raw)
{
	return btf_raw_int(raw, "char", 1, BTF_INT_SIGNED | BTF_INT_CHAR);
}

static uint32_t unsigned_char(struct btf_raw *raw)
{
	return btf_raw_int(raw, "char", 1, BTF_INT_CHAR);
}

// Kernels refuse integers that are both signed and characters.
Test(settle, compilers_agree_on_characters)
{
	struct btf_pair pair;

	btf_pair_init_raw(&pair, char_of_clang, char_of_gcc);
	cr_expect_eq(pair.a, pair.b);
	cr_expect_eq(*(const uint32_t *)btf_record_tail(btf_graph_type(pair.graph, pair.b)),
		     (uint32_t)BTF_INT_SIGNED << 24 | 8);
	btf_pair_deinit(&pair);
	btf_pair_init_raw(&pair, char_of_gcc, unsigned_char);
	cr_expect_neq(pair.a, pair.b);
	btf_pair_deinit(&pair);
}

// A wide type leads to more types at once than any chain of types has links.
Test(settle, makes_room_for_walks)
{
	enum { MEMBERS = 50000 };
	struct btf_world world;
	struct btf_unit *unit;
	struct btf_raw raw;
	uint8_t *reached;
	uint32_t wide;

	btf_world_init(&world);
	// What is allocated for a small unit has little behind it.
	raw = btf_raw_begin(&world.arena, false);
	btf_raw_reference(&raw, BTF_KIND_PTR, "", 0);
	btf_world_read_raw(&world, &raw);
	raw = btf_raw_begin(&world.arena, false);
	btf_raw_int(&raw, "int", 4, BTF_INT_SIGNED);
	for (uint32_t i = 1; i < MEMBERS; i++)
		btf_raw_array(&raw, 1, 1, i);
	wide = btf_raw_struct(&raw, BTF_KIND_STRUCT, "wide", 8);
	for (uint32_t id = 1; id <= MEMBERS; id++)
		btf_raw_member(&raw, "", id, 0);
	unit = btf_world_read_raw(&world, &raw);
	btf_graph_settle(world.graph);
	reached = arena_alloc(&world.arena, btf_graph_node_count(world.graph));
	btf_graph_reach(world.graph, btf_unit_node(unit, wide), reached);
	for (uint32_t id = 1; id <= unit->type_count; id++)
		cr_assert(reached[btf_unit_node(unit, id)], "type %u", id);
	btf_world_deinit(&world);
}
