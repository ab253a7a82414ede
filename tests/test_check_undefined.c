/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include "base/text.h"
#include "elf_text.h"
#include "world.h"

#define HINT "; define it in some input, or declare it __ksym where the kernel does\n"
#define WEAK_HINT                                                                                  \
	", and no loader makes a weak symbol 0 that is not the kernel's; define it in some "       \
	"input, "                                                                                  \
	"or declare it __ksym where the kernel may\n"
#define DEFAULT_NOTE                                                                               \
	"bpfld: note: no loader takes an object with such a symbol; if another link follows, say " \
	"so with -r\n"

static const struct {
	const char *name;
	const char *texts[3];
	const char *messages;
} cases[] = {
	{ "defined",
	  { "section .text AX | call f", "section .text AX | global func f 8 | exit" },
	  "" },
	{ "used",
	  { "section .text AX | mov | call f" },
	  "a.o:(.text+0x8): error: 'f' is undefined" HINT },
	{ "used in data",
	  { "section .data WA | quad f" },
	  "a.o:(.data+0x0): error: 'f' is undefined" HINT },
	{ "called in functions",
	  { "section .text AX | global func a 16 | mov | call f | local func b 8 | call f" },
	  "a.o:(.text+0x8): error: 'f' is undefined (called in 'a')" HINT
	  "a.o:(.text+0x8): note: the call; 1 more in 'b'\n" },
	{ "used in a function and a variable",
	  { "section .text AX | global func a 16 | load f | section .data WA | "
	    "global object v 8 | quad f" },
	  "a.o:(.text+0x0): error: 'f' is undefined (used in 'a')" HINT
	  "a.o:(.text+0x0): note: the use; 1 more in 'v'\n" },
	{ "several times in several inputs",
	  { "section .text AX | global func a 16 | call f | call f | local func b 8 | call f",
	    "section .text AX | local func b 16 | call f | call f" },
	  "a.o:(.text+0x0): error: 'f' is undefined (called in 'a')" HINT
	  "a.o:(.text+0x0): note: the call; 1 more in 'a', 1 in 'b', 2 in 'b' of 'b.o'\n" },
	{ "in many functions",
	  { "section .text AX | local func a 8 | call f | local func b 8 | call f | "
	    "local func c 8 | call f | local func d 8 | call f | local func e 16 | call f | call "
	    "f" },
	  "a.o:(.text+0x0): error: 'f' is undefined (called in 'a')" HINT
	  "a.o:(.text+0x0): note: the call; 1 more in 'b', 1 in 'c', 3 elsewhere\n" },
	{ "declared", { "global undefined f" }, "a.o: error: 'f' is undefined" HINT },
	{ "in two inputs",
	  { "section .text AX | call f", "section .text AX | call f" },
	  "a.o:(.text+0x0): error: 'f' is undefined" HINT
	  "a.o:(.text+0x0): note: the call; 1 more in '.text' of 'b.o'\n" },
	{ "all of them",
	  { "section .text AX | call f | call g" },
	  "a.o:(.text+0x0): error: 'f' is undefined" HINT
	  "a.o:(.text+0x8): error: 'g' is undefined" HINT },
	{ "where nothing has a name",
	  { "section .text AX | call f | call f | call f" },
	  "a.o:(.text+0x0): error: 'f' is undefined" HINT
	  "a.o:(.text+0x0): note: the call; 2 more in '.text'\n" },
	{ "first in dead code",
	  { "section .text AX | weak func f 8 | call x | local func g 8 | call x",
	    "section .text AX | global func f 8 | exit" },
	  "a.o:(.text+0x8): error: 'x' is undefined (called in 'g')" HINT },
	{ "weak",
	  { "section .text AX | load w | weak undefined w" },
	  "a.o:(.text+0x0): error: 'w' is undefined" WEAK_HINT },
	{ "weak, only declared", { "weak undefined w" }, "a.o: error: 'w' is undefined" WEAK_HINT },
	{ "weak, the kernel's",
	  { "section .text AX | load w | weak undefined w | type w@.ksyms func void ( )" },
	  "" },
	{ "weak, its configuration",
	  { "section .text AX | load w | weak undefined w | type w@.kconfig int" },
	  "" },
	{ "weak and strong",
	  { "weak undefined w", "section .text AX | load w" },
	  "b.o:(.text+0x0): error: 'w' is undefined" HINT },
	{ "the kernel's", { "section .text AX | call k | type k@.ksyms func void ( )" }, "" },
	{ "its configuration", { "section .text AX | load k | type k@.kconfig int" }, "" },
	{ "in another section",
	  { "section .text AX | load m | type m@.maps int" },
	  "a.o:(.text+0x0): error: 'm' is undefined; define it in some input\n" },
	{ "static elsewhere",
	  { "section .text AX | call own", "section .text AX | local func own 8 | exit" },
	  "a.o:(.text+0x0): error: 'own' is undefined; it is static in 'b.o': remove 'static' "
	  "there to share it\n" },
	{ "a label elsewhere",
	  { "section .text AX | call own", "section .text AX | local notype own 0 | exit" },
	  "a.o:(.text+0x0): error: 'own' is undefined" HINT },
	{ "like another",
	  { "section .text AX | call cuont", "section .text AX | global func count 8 | exit" },
	  "a.o:(.text+0x0): error: 'cuont' is undefined; did you mean 'count', defined in "
	  "'b.o'?\n" },
	{ "like another that is undefined",
	  { "section .text AX | call cuont | call count" },
	  "a.o:(.text+0x0): error: 'cuont' is undefined" HINT
	  "a.o:(.text+0x8): error: 'count' is undefined" HINT },
	{ "like a kernel function",
	  { "section .text AX | call bpf_f | load bpf_v | type bpf_v int" },
	  "a.o:(.text+0x0): error: 'bpf_f' is undefined; a kernel function? declare it __ksym\n"
	  "a.o:(.text+0x8): error: 'bpf_v' is undefined" HINT },
	{ "like configuration",
	  { "section .text AX | load CONFIG_X" },
	  "a.o:(.text+0x0): error: 'CONFIG_X' is undefined; a value of the kernel's "
	  "configuration? declare it __kconfig\n" },
	{ "in dead code",
	  { "section .text AX | weak func f 8 | call x",
	    "section .text AX | global func f 8 | exit" },
	  "" },
};

Test(undefined, is_an_error_on_request)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct world world;

		world_init(&world, false, cases[i].texts);
		world.options.no_undefined = true;
		cr_expect_eq(world_run(&world, check_undefined), *cases[i].messages == '\0', "%s",
			     cases[i].name);
		cr_expect_str_eq(world_messages(&world), cases[i].messages, "%s: %s", cases[i].name,
				 world_messages(&world));
		world_deinit(&world);
	}
}

// Similar names are looked up for the first hundred, which bounds the time.
Test(undefined, is_guessed_for_so_many_names)
{
	struct world world;
	struct text uses, definitions;
	size_t guesses = 0;

	world_begin(&world);
	uses = (struct text){ .arena = &world.arena };
	definitions = uses;
	text_string(&uses, "section .text AX");
	text_string(&definitions, "section .text AX");
	for (int i = 0; i < 101; i++) {
		text_format(&uses, "| call cuont_%d", i);
		text_format(&definitions, "| global func count_%d 8 | exit", i);
	}
	text_bytes(&uses, "", 1);
	text_bytes(&definitions, "", 1);
	world_add(&world, elf_text(&world.arena, false, uses.data));
	world_add(&world, elf_text(&world.arena, false, definitions.data));
	world.options.no_undefined = true;
	cr_expect_not(world_run(&world, check_undefined));
	for (const char *at = world_messages(&world); (at = strstr(at, "did you mean")); at++)
		guesses++;
	cr_expect_eq(guesses, 100, "%zu", guesses);
	cr_expect(strstr(world_messages(&world), "'cuont_7' is undefined; did you mean 'count_7'"),
		  "%s", world_messages(&world));
	cr_expect(strstr(world_messages(&world), "'cuont_100' is undefined" HINT), "%s",
		  world_messages(&world));
	world_deinit(&world);
}

#define UNDEFINED "a.o:(.text+0x0): %s: 'f' is undefined"

// What the options make of it.
static const struct {
	bool no, allow, warn;
	const char *severity; // NULL: nothing is said
	bool is_default;
} severities[] = {
	{ false, false, false, "warning", true }, { false, false, true, "warning", false },
	{ false, true, false, NULL, false },      { false, true, true, "warning", false },
	{ true, false, false, "error", false },   { true, false, true, "warning", false },
	{ true, true, false, "error", false },    { true, true, true, "warning", false },
};

Test(undefined, is_what_options_say)
{
	static const char *const texts[] = { "section .text AX | call f | call g", NULL };

	for (size_t i = 0; i < sizeof(severities) / sizeof(*severities); i++) {
		const char *severity = severities[i].severity, *messages;
		struct world world;

		world_init(&world, false, texts);
		world.options.no_undefined = severities[i].no;
		world.options.allow_undefined = severities[i].allow;
		world.options.warn_undefined = severities[i].warn;
		cr_expect_eq(world_run(&world, check_undefined),
			     !severity || strcmp(severity, "error") != 0, "%zu", i);
		messages = world_messages(&world);
		cr_expect_str_eq(
			messages,
			severity ? arena_format(&world.arena,
						UNDEFINED HINT
						"%s"
						"a.o:(.text+0x8): %s: 'g' is undefined" HINT,
						severity,
						severities[i].is_default ? DEFAULT_NOTE : "",
						severity)
				 : "",
			"%zu: %s", i, messages);
		world_deinit(&world);
	}
}
