/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include "world.h"

#define LEGACY(maps)                                                                               \
	": warning: " maps " of 'struct bpf_map_def', which libbpf does not load since 1.0; "      \
	"define maps with __uint(), __type() and SEC(\".maps\")\n"
#define STATIC_ONES "which libbpf refuses to load as it does static ones; "
#define COMPILED                                                                                   \
	"compile without -fvisibility=hidden, or give it "                                         \
	"__attribute__((visibility(\"default\")))\n"
#define SHAPELESS(name)                                                                            \
	": warning: '" name                                                                        \
	"' is no function to loaders: libbpf skips its code, cilium/ebpf and aya refuse the "      \
	"object; give it '.type " name ", @function' and '.size " name ", . - " name "'\n"

#define FIELD(type, name)                                                                          \
	"section .data.x WA | global object " name " 8 | quad 0 | type " name " struct " type      \
	" 8 { x 0 long ; }"
#define SPIN_LOCK "struct bpf_spin_lock 4 { val 0 int ; }"
#define LOCK(section, name)                                                                        \
	"section " section " WA | global object " name " 4 | word 0 | type " name " " SPIN_LOCK

// clang-format off
static const struct {
	const char *name;
	const char *texts[3];
	const char *messages;
} cases[] = {
	{ "maps", { "section .maps WA | global object m 8 | quad 0 | type m struct - 8 { type 0 ptr int ; }" }, "" },
	{ "a static map",
	  { "section .maps WA | local object m 8 | quad 0 | type m struct - 8 { type 0 ptr int ; }" },
	  "a.o:(.maps+0x0): warning: map 'm' is static, which libbpf refuses to load; remove 'static'\n" },
	{ "a hidden map",
	  { "section .maps WA | global hidden object m 8 | quad 0 | type m struct - 8 { type 0 ptr int ; }" },
	  "a.o:(.maps+0x0): warning: map 'm' is hidden, " STATIC_ONES COMPILED },
	{ "an internal map, weak",
	  { "section .maps WA | weak internal object m 8 | quad 0 | type m struct - 8 { type 0 ptr int ; }" },
	  "a.o:(.maps+0x0): warning: map 'm' is hidden, " STATIC_ONES COMPILED },
	{ "a map that another file hides",
	  { "section .maps WA | global object m 8 | quad 0 | type m struct - 8 { type 0 ptr int ; }",
	    "section .text AX | load m | global hidden undefined m" },
	  "a.o:(.maps+0x0): warning: map 'm' is hidden in 'b.o', " STATIC_ONES COMPILED },
	{ "a protected map",
	  { "section .maps WA | global protected object m 8 | quad 0 | type m struct - 8 { type 0 ptr int ; }" }, "" },
	{ "a hidden variable", { "section .data WA | global hidden object v 8 | quad 0 | type v long" }, "" },
	{ "maps without BTF", { "section .maps WA | global object m 8 | quad 0" },
	  "a.o:(.maps): error: maps are defined by BTF, of which the object has none; compile with -g\n" },
	{ "maps without BTF, beside some that have it",
	  { "section .text AX | global func f 8 | exit | btf",
	    "section .maps WA | global object m 8 | quad 0 | section .text AX | global func g 8 | exit" },
	  "b.o:(.maps): error: maps are defined by BTF, of which the object has none; compile with -g\n" },

	{ "legacy maps",
	  { "section maps WA 4 | global object m 20 | zero 20 | global object n 20 | zero 20",
	    "section maps WA 4 | global object o 20 | zero 20" },
	  "a.o:(maps)" LEGACY("map 'm' and 1 more are") "b.o:(maps)" LEGACY("map 'o' is") },
	{ "legacy maps of different sizes",
	  { "section maps WA 4 | global object m 20 | zero 20", "section maps WA 4 | global object n 28 | zero 28" },
	  "a.o:(maps)" LEGACY("map 'm' is") "b.o:(maps)" LEGACY("map 'n' is")
	  "b.o:(maps+0x0): error: map definition of 28 bytes, but of 20 in 'a.o': loaders take 'maps' for an array\n" },
	{ "legacy maps with gaps",
	  { "section maps WA 4 | global object m 20 | zero 20", "section maps WA 8 | global object n 20 | zero 20" },
	  "a.o:(maps)" LEGACY("map 'm' is") "b.o:(maps)" LEGACY("map 'n' is")
	  "b.o:(maps): error: alignment 8 leaves gaps between map definitions of 20 bytes: loaders take 'maps' for an "
	  "array\n" },
	{ "legacy maps with gaps after something else",
	  { "section maps WA 4 | global object m 20 | zero 20", "section maps WA 8 | zero 16" },
	  "a.o:(maps)" LEGACY("map 'm' is") "b.o:(maps)" LEGACY("its content is")
	  "b.o:(maps): error: alignment 8 leaves gaps between map definitions of 20 bytes: loaders take 'maps' for an "
	  "array\n" },

	{ "a lock in each of two sections", { LOCK(".data.a", "a"), LOCK(".data.b", "b") }, "" },
	{ "two locks in a section", { LOCK(".data", "a"), LOCK(".data", "b") },
	  "b.o:(.data+0x0): warning: 'b' has a second lock in '.data' beside 'a' of 'a.o': kernels "
	  "take one in a section\n" },
	{ "one of them in a struct",
	  { LOCK(".data", "a"), "section .data WA | global object s 8 | quad 0 |"
	    "type s struct s 8 { x 0 int ; l 32 struct bpf_spin_lock 4 { val 0 int ; } ; }" },
	  "b.o:(.data+0x0): warning: 's' has a second lock in '.data' beside 'a' of 'a.o': kernels "
	  "take one in a section\n" },
	{ "two of a newer kernel",
	  { FIELD("bpf_res_spin_lock", "a") "|" FIELD("bpf_task_work", "c"), FIELD("bpf_res_spin_lock", "b") "|" FIELD("bpf_task_work", "d") },
	  "b.o:(.data.x+0x0): warning: 'b' has a second lock in '.data.x' beside 'a' of 'a.o': "
	  "kernels take one in a section\n"
	  "b.o:(.data.x+0x0): warning: 'd' has a second task work in '.data.x' beside 'c' of 'a.o': "
	  "kernels take one in a section\n" },
	{ "locks of two types", { LOCK(".data.x", "a"), FIELD("bpf_res_spin_lock", "b") },
	  "b.o:(.data.x+0x0): warning: 'b' has a second lock in '.data.x' beside 'a' of 'a.o': kernels take one in a "
	  "section\n" },
	{ "a lock and a timer",
	  { LOCK(".data", "a"), "section .data WA | global object t 8 | quad 0 | type t struct bpf_timer 8 { x 0 long ; }" },
	  "" },
	{ "a lock that is overridden", { LOCK(".data", "a"), "section .data WA | weak object a 4 | word 0 | type a " SPIN_LOCK }, "" },

	{ "a function", { "section .text AX | global func f 8 | exit" }, "" },
	{ "a label", { "section .text AX | global notype f 0 | exit" }, "a.o:(.text+0x0)" SHAPELESS("f") },
	{ "without .type", { "section .text AX | mov | global notype f 8 | exit" }, "a.o:(.text+0x8)" SHAPELESS("f") },
	{ "without .size", { "section xdp AX | weak func f 0 | exit" }, "a.o:(xdp+0x0)" SHAPELESS("f") },
	{ "a local label", { "section .text AX | local notype l 0 | exit" }, "" },
};
// clang-format on

Test(loaders, are_spoken_for)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct world world;

		world_init(&world, false, cases[i].texts);
		world_run(&world, check_loaders);
		cr_expect_str_eq(world_messages(&world), cases[i].messages, "%s: %s", cases[i].name,
				 world_messages(&world));
		world_deinit(&world);
	}
}

// Elements of one size at multiples of it, whatever the objects bring.
Test(loaders, legacy_maps_are_an_array)
{
	struct world world;

	world_init(&world, false,
		   (const char *[]){ "section maps WA 4 | global object m 20 | zero 20",
				     "section maps WA 4 | global object n 20 | zero 20 |"
				     "global object o 20 | zero 20",
				     NULL });
	cr_assert(world_run(&world, lay_out), "%s", world_messages(&world));
	cr_expect_eq(world_output(&world, "maps")->size, 60);
	cr_expect_eq(world_symbol(&world, 1, "o")->section->atoms.items[1].place, 40);
	world_deinit(&world);
}
