/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include "base/text.h"
#include "world.h"

#define BINDINGS 3
#define CONTEXT  "func int ( ctx : ptr struct xdp_md 4 { a 0 int ; } )"
#define CALLER   "btf | section xdp AX | global func d 16 | call p | exit | type p " CONTEXT
#define CALLS_TWO                                                                                  \
	"btf | section xdp AX | global func d 24 | call p | call q | exit | type p " CONTEXT       \
	" | type q " CONTEXT
#define F   " | global func f 8 | exit | type f " CONTEXT
#define XDP "btf | section xdp AX" F
#define BIND(...)                                                                                  \
	{                                                                                          \
		__VA_ARGS__                                                                        \
	}
#define MAP                                                                                        \
	" | section .maps WA | global object m 8 | zero 8 | type m struct - 8 { type 0 ptr array " \
	"2 int ; }"
#define PINNED                                                                                     \
	" | section .maps WA | global object m 8 | zero 8 | type m struct - 8 { pinning 0 ptr "    \
	"array 1 int ; }"
#define RENAMED(place, noun, name, new, other)                                                     \
	place ": warning: " noun " '" name                                                         \
	      "' is called '" new "' in the output, because '" other "' defines a '" name          \
				  "', too; let user space look for it by that name, or rename "    \
				  "one of them\n"

// clang-format off
static const struct {
	const char *name;
	const char *texts[WORLD_OBJECTS + 1];
	struct bpfld_binding bindings[BINDINGS];
	const char *symbols; // of the output with their sections; local ones in brackets
	const char *messages;
} cases[] = {
	// What the function becomes.
	{ "a program", { CALLER, XDP }, BIND({ "p", "b.o", "f" }), "d:xdp p:.text ", "" },
	{ "without the name of its file", { CALLER, XDP }, BIND({ "p", NULL, "f" }), "d:xdp p:.text ", "" },
	{ "a function", { CALLER, "btf | section .text AX" F }, BIND({ "p", "b.o", "f" }), "d:xdp p:.text ", "" },
	{ "the first program of a section", { CALLER, XDP " | global func g 8 | exit" }, BIND({ "p", "b.o", "f" }), "d:xdp p:.text g:xdp ", "" },
	{ "the last program of a section", { CALLER, "btf | section xdp AX | global func g 8 | exit" F }, BIND({ "p", "b.o", "f" }), "d:xdp p:.text g:xdp ", "" },
	{ "two programs of a section", { CALLS_TWO, XDP " | global func g 8 | exit | type g " CONTEXT }, { { "p", "b.o", "f" }, { "q", "b.o", "g" } }, "d:xdp p:.text q:.text ", "" },
	{ "two of three", { CALLS_TWO, XDP " | global func g 8 | exit | type g " CONTEXT " | global func h 8 | exit | type h " CONTEXT }, { { "p", "b.o", "g" }, { "q", "b.o", "h" } }, "d:xdp p:.text q:.text f:xdp ", "" },
	{ "two externs", { CALLS_TWO, XDP }, { { "q", "b.o", "f" }, { "p", "b.o", "f" } }, "d:xdp q:.text ", "" },
	{ "its own name", { "btf | section xdp AX | global func d 16 | call f | exit | type f " CONTEXT, XDP }, BIND({ "f", "b.o", "f" }), "d:xdp f:.text ", "" },
	{ "a weak program", { CALLER, "btf | section xdp AX | weak func f 8 | exit | type f " CONTEXT }, BIND({ "p", "b.o", "f" }), "d:xdp p:.text ", "" },
	{ "instead of a weak function", { "btf | section .text AX | weak func p 8 | exit | section xdp AX | global func d 16 | call p | exit | type p " CONTEXT, "btf | section xdp AX | weak func f 8 | exit | type f " CONTEXT }, BIND({ "p", "b.o", "f" }), "p:.text d:xdp ", "" },
	{ "of the same object", { "btf | section xdp AX | global func d 16 | call p | exit | type p " CONTEXT F }, BIND({ "p", "a.o", "f" }), "d:xdp p:.text ", "" },
	{ "others call it by its name", { CALLER, "btf | section .text AX" F, "section .text AX | global func u 16 | call f | exit" }, BIND({ "p", "b.o", "f" }), "d:xdp p:.text u:.text ", "" },
	{ "names in a circle", { CALLS_TWO, "btf | section xdp AX | global func q 8 | exit | type q " CONTEXT, XDP }, { { "q", "c.o", "f" }, { "p", "b.o", "q" } }, "d:xdp p:.text q:.text ", "" },
	{ "the same option twice", { CALLER, XDP }, { { "p", "b.o", "f" }, { "p", NULL, "f" } }, "d:xdp p:.text ", "" },

	{ "what configures it", { CALLER, XDP " | section .xdp_run_config WA | global object _f 8 | quad 0 | global object _g 8 | quad 0" }, BIND({ "p", "b.o", "f" }), "d:xdp p:.text _g:.xdp_run_config ", "" },
	{ "what is called so elsewhere", { CALLER, XDP " | section .data WA | global object _f 8 | quad 0", "section .xdp_run_config WA | global object _f 8 | quad 0" }, BIND({ "p", "b.o", "f" }), "[_f:.data] d:xdp p:.text _f:.xdp_run_config ", "" },

	// Whether it is static.
	{ "another argument", { CALLER, "btf | section xdp AX | global func f 8 | exit | type f func int ( ctx : ptr void )" }, BIND({ "p", "b.o", "f" }), "[p:.text] d:xdp ", "" },
	{ "with the tag of a context", { CALLER, "btf | section xdp AX | global func f 8 | exit | type f func int ( ctx : ptr void ) | tag f arg:ctx 0" }, BIND({ "p", "b.o", "f" }), "d:xdp p:.text ", "" },
	{ "with another tag", { CALLER, "btf | section xdp AX | global func f 8 | exit | type f func int ( ctx : ptr void ) | tag f arg:ctx" }, BIND({ "p", "b.o", "f" }), "[p:.text] d:xdp ", "" },
	{ "no argument", { "btf | section xdp AX | global func d 16 | call p | exit | type p func int ( )", "btf | section xdp AX | global func f 8 | exit | type f func int ( )" }, BIND({ "p", "b.o", "f" }), "d:xdp p:.text ", "" },
	{ "no result", { "btf | section xdp AX | global func d 16 | call p | exit | type p func void ( )", "btf | section xdp AX | global func f 8 | exit | type f func void ( )" }, BIND({ "p", "b.o", "f" }), "[p:.text] d:xdp ", "" },
	{ "the context of another program", { "btf | section tc AX | global func d 16 | call p | exit | type p " CONTEXT, "btf | section tc AX" F }, BIND({ "p", "b.o", "f" }), "[p:.text] d:tc ", "" },
	{ "a program with a range of results", { "btf | section cgroup/dev AX | global func d 16 | call p | exit | type p " CONTEXT, "btf | section cgroup/dev AX" F }, BIND({ "p", "b.o", "f" }), "[p:.text] d:cgroup/dev ", "" },
	{ "without BTF", { "section xdp AX | global func d 16 | call p | exit", "section xdp AX | global func f 8 | exit" }, BIND({ "p", "b.o", "f" }), "[p:.text] d:xdp ", "" },
	{ "a static function of the name", { CALLER, "btf | section xdp AX | global func f 8 | exit | type f func int ( ctx : ptr void )", "section .text AX | local func p 8 | exit" }, BIND({ "p", "b.o", "f" }), "[p:.text] [p__1:.text] d:xdp ", "" },

	// What inputs that were not written for each other have in common.
	{ "the name of a program", { CALLS_TWO, XDP, XDP, XDP }, { { "p", "b.o", "f" }, { "q", "d.o", "f" } }, "d:xdp p:.text q:.text f:xdp ", "" },
	{ "functions", { CALLS_TWO, XDP " | section .text AX | global func h 8 | exit", XDP " | section .text AX | global func h 8 | exit" }, { { "p", "b.o", "f" }, { "q", "c.o", "f" } }, "[h:.text] [h__1:.text] d:xdp p:.text q:.text ", "" },
	{ "one of the caller", { CALLER " | section .text AX | global func h 8 | exit", XDP " | section .text AX | global func h 8 | exit" }, BIND({ "p", "b.o", "f" }), "[h__1:.text] d:xdp h:.text p:.text ", "" },
	{ "variables", { CALLS_TWO, XDP " | section .data WA | global object v 4 | word 1 | type v int", XDP " | section .data WA | global object v 4 | word 2 | type v int" }, { { "p", "b.o", "f" }, { "q", "c.o", "f" } }, "[v:.data] [v:.data] d:xdp p:.text q:.text ", "" },
	{ "weak ones are one", { CALLS_TWO, XDP " | section .text AX | weak func h 8 | exit", XDP " | section .text AX | weak func h 8 | exit" }, { { "p", "b.o", "f" }, { "q", "c.o", "f" } }, "d:xdp p:.text q:.text h:.text ", "" },
	{ "maps", { CALLS_TWO, XDP MAP, XDP MAP }, { { "p", "b.o", "f" }, { "q", "c.o", "f" } }, "d:xdp p:.text q:.text b__m:.maps c__m:.maps ",
	  RENAMED("b.o:(.maps+0x0)", "map", "m", "b__m", "c.o") RENAMED("c.o:(.maps+0x0)", "map", "m", "c__m", "b.o") },
	{ "a map of the caller", { CALLER MAP, XDP MAP }, BIND({ "p", "b.o", "f" }), "d:xdp m:.maps p:.text b__m:.maps ", RENAMED("b.o:(.maps+0x0)", "map", "m", "b__m", "a.o") },
	{ "another map has the new name", { CALLER MAP " | section .text AX | global func b__m 8 | exit", XDP MAP }, BIND({ "p", "b.o", "f" }), "d:xdp m:.maps b__m:.text p:.text b__m__1:.maps ", RENAMED("b.o:(.maps+0x0)", "map", "m", "b__m__1", "a.o") },
	{ "a pinned map", { CALLER PINNED, XDP PINNED }, BIND({ "p", "b.o", "f" }), NULL,
	  "b.o:(.maps+0x0): error: map 'm' is pinned by its name, but 'a.o' defines a 'm', too; rename one of them (--prefix), or make them the same and give --fold-identical=maps\n" },
	{ "a pinned map beside another", { CALLER PINNED, XDP " | section .maps WA | global object n 8 | zero 8 | type n struct - 8 { type 0 ptr array 2 int ; }" PINNED }, BIND({ "p", "b.o", "f" }), NULL,
	  "b.o:(.maps+0x0): error: map 'm' is pinned by its name, but 'a.o' defines a 'm', too; rename one of them (--prefix), or make them the same and give --fold-identical=maps\n" },
	{ "other programs", { CALLS_TWO, XDP " | global func g 8 | exit", XDP " | global func g 8 | exit" }, { { "p", "b.o", "f" }, { "q", "c.o", "f" } }, "d:xdp p:.text q:.text b__g:xdp c__g:xdp ",
	  RENAMED("b.o:(xdp+0x8)", "program", "g", "b__g", "c.o") RENAMED("c.o:(xdp+0x8)", "program", "g", "c__g", "b.o") },
	{ "what another refers to", { CALLS_TWO, XDP " | section .text AX | global func h 8 | exit", XDP " | section .text AX | global func h 8 | exit", "section .text AX | global func u 16 | call h | exit" }, { { "p", "b.o", "f" }, { "q", "c.o", "f" } }, "[h__1:.text] [h__2:.text] d:xdp p:.text q:.text u:.text ",
	  "d.o:(.text+0x0): warning: 'h' is undefined (called in 'u'); 'b.o' and 'c.o' both define it, each for itself because of --bind: let the names of one begin otherwise (--prefix) to mean the other\nbpfld: note: no loader takes an object with such a symbol; if another link follows, say so with -r\n" },
	{ "a map that another refers to", { CALLS_TWO, XDP MAP, XDP MAP, "section .text AX | global func u 24 | load m | exit" }, { { "p", "b.o", "f" }, { "q", "c.o", "f" } }, "d:xdp p:.text q:.text u:.text b__m:.maps c__m:.maps ",
	  RENAMED("b.o:(.maps+0x0)", "map", "m", "b__m", "c.o") RENAMED("c.o:(.maps+0x0)", "map", "m", "c__m", "b.o")
	  "d.o:(.text+0x0): warning: 'm' is undefined (used in 'u'); 'b.o' and 'c.o' both define it, each for itself because of --bind: let the names of one begin otherwise (--prefix) to mean the other\nbpfld: note: no loader takes an object with such a symbol; if another link follows, say so with -r\n" },
	{ "licenses", { CALLER " | section license WA 1 | global object l 4 | string GPL", XDP " | section license WA 1 | global object l 4 | string GPL" }, BIND({ "p", "b.o", "f" }), "d:xdp l:license p:.text ", "" },
	{ "others have in common", { CALLER, XDP, "section .text AX | global func h 8 | exit", "section .text AX | global func h 8 | exit" }, BIND({ "p", "b.o", "f" }), NULL,
	  "d.o:(.text+0x0): error: 'h' is defined more than once; rename one, make it static, or weak where one should replace the other\n"
	  "c.o:(.text+0x0): note: the first definition of 'h'\n" },

	// What cannot be bound.
	{ "nothing", { "btf | section xdp AX | global func d 16 | call prog7 | exit | type prog7 " CONTEXT, XDP }, { { "prog7", "b.o", "f" }, { "prog8", "b.o", "f" } }, NULL, "bpfld: error: --bind: nothing refers to 'prog8'; did you mean 'prog7'?\n" },
	{ "what is far from all", { CALLER, XDP }, { { "p", "b.o", "f" }, { "unlike", "b.o", "f" } }, NULL, "bpfld: error: --bind: nothing refers to 'unlike'\n" },
	{ "to nothing of a file", { CALLER, "btf | section xdp AX | global func main 8 | exit" }, BIND({ "p", "b.o", "mian" }), NULL, "bpfld: error: --bind=p=b.o:mian: 'b.o' defines no function 'mian'; did you mean 'main'?\n" },
	{ "to a variable", { CALLER, "section .data WA | global object f 4 | word 1" }, BIND({ "p", "b.o", "f" }), NULL, "bpfld: error: --bind=p=b.o:f: 'b.o' defines no function 'f'\n" },
	{ "to a static function", { CALLER, "section .text AX | local func f 8 | exit" }, BIND({ "p", "b.o", "f" }), NULL, "bpfld: error: --bind=p=b.o:f: 'b.o' defines no function 'f'; it is static there; remove its 'static'\n" },
	{ "to nothing at all", { CALLER, XDP }, BIND({ "p", NULL, "other" }), NULL, "bpfld: error: --bind=p=other: no input defines a function 'other'\n" },
	{ "of no file", { CALLER, XDP }, BIND({ "p", "e.o", "f" }), NULL, "bpfld: error: --bind=p=e.o:f: no input of this link is called 'e.o'; did you mean 'a.o'?\n" },
	{ "of one of several", { CALLER, XDP, XDP }, BIND({ "p", NULL, "f" }), NULL,
	  "bpfld: error: --bind=p=f: 'b.o' and 'c.o' both define 'f'; say which with --bind=p=FILE:f\n" },
	{ "twice", { CALLER, XDP, XDP }, { { "p", "b.o", "f" }, { "p", "c.o", "f" } }, NULL, "bpfld: error: 'p' is bound twice, to b.o:f and c.o:f; leave one out\n" },
	{ "what is defined", { CALLER " | section .text AX | global func p 8 | exit", XDP }, BIND({ "p", "b.o", "f" }), NULL,
	  "a.o:(.text+0x0): error: 'p' has a strong definition here, so it cannot be bound to b.o:f; make it __weak, or only declare it\n" },
	{ "another type", { "btf | section xdp AX | global func d 16 | call p | exit | type p func int ( ctx : ptr struct a 4 { a 0 int ; } )", XDP }, BIND({ "p", "b.o", "f" }), NULL,
	  "a.o: error: declaration of 'p' does not match its definition in 'b.o': parameter 1 is 'struct a *' here, 'struct xdp_md *' there; --no-type-check makes this a warning\n"
	  "a.o: note: declared here as\n      | int p(struct a *ctx)\n      |       ^~~~~~~~~~~~~\n"
	  "b.o:(xdp+0x0): note: defined here as\n      | int p(struct xdp_md *ctx)\n      |       ^~~~~~~~~~~~~~~~~~\n" },
};
// clang-format on

static const char *print_symbols(struct world *world)
{
	const struct linker *linker = &world->linker;
	struct text text = { .arena = &world->arena };

	array_each(symbol, &linker->symbols) {
		uint8_t type = ELF64_ST_TYPE(symbol->elf.st_info);
		bool local = ELF64_ST_BIND(symbol->elf.st_info) == STB_LOCAL;

		if (type != STT_FUNC && type != STT_OBJECT)
			continue;
		text_format(&text, local ? "[%s:%s] " : "%s:%s ",
			    strings_get(&linker->strings, (uint32_t)symbol->elf.st_name).data,
			    symbol->special
				    ? "?"
				    : linker_name(linker,
						  linker->sections.items[symbol->shndx - 1]->name));
	}
	return text.size ? text.data : "";
}

static size_t count_bindings(const struct bpfld_binding *bindings)
{
	size_t count = 0;

	while (count < BINDINGS && bindings[count].name)
		count++;
	return count;
}

Test(bindings, give_functions_the_names_of_externs)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct world world;
		bool linked;

		world_init(&world, false, cases[i].texts);
		world.options.bindings = cases[i].bindings;
		world.options.binding_count = count_bindings(cases[i].bindings);
		world.options.license = "GPL";
		linked = world_run(&world, relocate);
		cr_expect_str_eq(world_messages(&world), cases[i].messages, "%s: %s", cases[i].name,
				 world_messages(&world));
		cr_expect_eq(linked, cases[i].symbols != NULL, "%s", cases[i].name);
		if (linked && cases[i].symbols)
			cr_expect_str_eq(print_symbols(&world), cases[i].symbols, "%s: %s",
					 cases[i].name, print_symbols(&world));
		world_deinit(&world);
	}
}
