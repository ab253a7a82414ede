/* SPDX-License-Identifier: BSD-2-Clause */
/* Structs that tags name go out with the tags, and several of one name are told. */
#include <criterion/criterion.h>
#include <inttypes.h>

#include "expect.h"

#define P "section xdp AX | global func p 24 | load h | exit | type p func int ( ) |"
#define HEAD                                                                                       \
	"section .data WA | global object h 16 | zero 16 | type h struct bpf_list_head 16 { a 0 "  \
	"int ; } |"
#define FOO       "struct foo 8 { x 0 int ; node 32 int ; }"
#define OTHER     "struct foo 4 { node 0 int ; }"
#define TAG       "tag h contains:foo:node"
#define DEAD(t)   "section .text AX | global func d 8 | exit | type d func void ( ptr " t " ) |"
#define DEAD_E(t) "section .text AX | global func e 8 | exit | type e func void ( ptr " t " ) |"
#define VALUE     "struct value 16 { head 0 int ; }"
#define H         "section .data WA | global object h 16 | zero 16 | type h " VALUE "|"

// clang-format off
static const struct {
	const char *name;
	const char *texts[5];
	bool keep; // no --gc-sections
	const char *out; // structs and tags
	const char *told; // all messages
} cases[] = {
	// What goes out.
	{ .name = "named by the tag of a variable", .texts = { P HEAD DEAD(FOO) TAG },
	  .out = "bpf_list_head, foo, contains:foo:node -1 on h" },
	{ .name = "in another file", .texts = { P HEAD TAG, DEAD(FOO) },
	  .out = "bpf_list_head, foo, contains:foo:node -1 on h" },
	{ .name = "in no file", .texts = { P HEAD TAG }, .out = "bpf_list_head, contains:foo:node -1 on h" },
	{ .name = "named by nothing", .texts = { P HEAD DEAD(FOO) }, .out = "bpf_list_head" },
	{ .name = "by another tag", .texts = { P HEAD DEAD(FOO) "tag h holds:foo:node" },
	  .out = "bpf_list_head, holds:foo:node -1 on h" },
	{ .name = "without a field", .texts = { P HEAD DEAD(FOO) "tag h contains:foo" },
	  .out = "bpf_list_head, contains:foo -1 on h" },
	{ .name = "by a dead variable", .texts = { "section xdp AX | global func p 8 | exit | type p func int ( ) |" HEAD
	  "section .text AX | global func d 24 | load h | exit | type d func void ( ptr " FOO " ) |" TAG }, .out = "" },
	{ .name = "no struct", .texts = { P HEAD DEAD("union foo 8 { node 0 int ; }") TAG },
	  .out = "bpf_list_head, contains:foo:node -1 on h" },
	{ .name = "by a member", .texts = { P H DEAD(FOO) "typetag contains:foo:node 0 " VALUE },
	  .out = "value, foo, contains:foo:node 0 on value" },
	{ .name = "by a member of a dead type", .texts = { P HEAD DEAD(FOO) "typetag contains:foo:node 0 " VALUE },
	  .out = "bpf_list_head" },
	{ .name = "by a member of what a tag names",
	  .texts = { P HEAD DEAD(VALUE) "tag h contains:value:head | typetag contains:foo:node 0 " VALUE, DEAD_E(FOO) },
	  .out = "bpf_list_head, value, foo, contains:foo:node 0 on value, contains:value:head -1 on h" },
	{ .name = "its own", .texts = { P H "typetag contains:value:head 0 " VALUE },
	  .out = "value, contains:value:head 0 on value" },
	{ .name = "the object's own", .texts = { DEAD_E(OTHER), P HEAD DEAD(FOO) TAG },
	  .out = "bpf_list_head, foo, contains:foo:node -1 on h" },
	{ .name = "the own of each object",
	  .texts = { DEAD_E(OTHER), P HEAD DEAD(FOO) TAG,
		     "section tc AX | global func q 24 | load g | exit | type q func int ( ) | section .data WA |"
		     "global object g 8 | zero 8 | type g int | section .text AX | global func f 8 | exit |"
		     "type f func void ( ptr struct foo 2 { node 0 short ; } ) | tag g contains:foo:node" },
	  .out = "bpf_list_head, foo, foo, contains:foo:node -1 on h, contains:foo:node -1 on g", 
	  .told = "b.o:(.BTF): warning: struct 'foo' of the tag 'contains:foo:node' is one in 'b.o' and another in "
		  "'c.o': kernels take the first of that name; give one of them another name\n" },

	// What kernels misunderstand.
	{ .name = "two structs", .keep = true, .texts = { P HEAD TAG "|" DEAD(FOO), DEAD_E(OTHER) },
	  .out = "bpf_list_head, foo, foo, contains:foo:node -1 on h",
	  .told = "a.o:(.BTF): warning: struct 'foo' of the tag 'contains:foo:node' is one in 'a.o' and another in "
		  "'b.o': kernels take the first of that name; give one of them another name\n" },
	{ .name = "one struct twice", .keep = true, .texts = { P HEAD TAG "|" DEAD(FOO), DEAD(FOO) },
	  .out = "bpf_list_head, foo, contains:foo:node -1 on h" },
	{ .name = "two structs without a tag", .keep = true, .texts = { P HEAD DEAD(FOO), DEAD_E(OTHER) },
	  .out = "bpf_list_head, foo, foo" },
	{ .name = "two tags on a member", .keep = true,
	  .texts = { P H "typetag contains:value:head 0 " VALUE, DEAD(VALUE) "typetag contains:value:tail 0 " VALUE },
	  .out = "value, contains:value:head 0 on value, contains:value:tail 0 on value",
	  .told = "b.o:(.BTF): warning: 'value' has the tag 'contains:value:tail' here, but 'contains:value:head' in "
		  "'a.o': kernels take one for each member; give one of the types another name\n" },
	{ .name = "one tag twice", .keep = true,
	  .texts = { P H "typetag contains:value:head 0 " VALUE, DEAD(VALUE) "typetag contains:value:head 0 " VALUE },
	  .out = "value, contains:value:head 0 on value" },
};
// clang-format on

static const char *describe_type(struct world *world, const struct btf_unit *unit, uint32_t id)
{
	const struct btf_type *type = btf_unit_type(unit, id);
	const struct btf_decl_tag *tail = btf_record_tail(type);
	const char *name = btf_unit_string(unit, type->name_off).data;

	if (btf_info_kind(type->info) == BTF_KIND_STRUCT)
		return name;
	if (btf_info_kind(type->info) != BTF_KIND_DECL_TAG)
		return NULL;
	return arena_format(&world->arena, "%s %" PRId32 " on %s", name, tail->component_idx,
			    btf_unit_string(unit, btf_unit_type(unit, type->type)->name_off).data);
}

// "foo, contains:foo:node -1 on h": structs before tags.
static const char *describe(struct world *world)
{
	const struct btf_unit *unit = world_types(world);
	const char *texts[2] = { "", "" };

	for (uint32_t id = 1; id <= unit->type_count; id++) {
		const char *text = describe_type(world, unit, id);
		const char **list = &texts[text && strchr(text, ' ')];

		if (text)
			*list = arena_format(&world->arena, "%s%s%s", *list, **list ? ", " : "",
					     text);
	}
	return arena_format(&world->arena, "%s%s%s", texts[0], *texts[1] ? ", " : "", texts[1]);
}

Test(type_tags, are_followed_by_name)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct world world;

		world_init(&world, false, cases[i].texts);
		world.options.gc_sections = !cases[i].keep;
		world.options.multiple_definitions = true;
		expect_description(&world, encode_types, describe, cases[i].name, cases[i].out);
		cr_expect_str_eq(world_messages(&world), cases[i].told ? cases[i].told : "",
				 "%s: %s", cases[i].name, world_messages(&world));
		world_deinit(&world);
	}
}
