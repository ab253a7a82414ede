/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include "base/text.h"
#include "world.h"

#define PROGRAM "section xdp AX | global func filter 16 | call count | exit"
#define LIBRARY                                                                                    \
	"section .text AX | global func count 8 | exit | local func inner 8 | exit | section "     \
	".data WA | global object limit 8 | quad 1 | btf"

// clang-format off
static const struct {
	const char *name;
	const char *texts[4];
	struct bpfld_scope_rule rules[2];
	const char *undefined, *wrap, *trace, *retain;
	struct bpfld_alias alias;
	bool gc_sections, gc_maps;
	const char *messages;
} cases[] = {
	{ "nothing", { PROGRAM, LIBRARY }, .messages = "" },
	{ "all is there", { PROGRAM, LIBRARY, "section .text AX | global func user 16 | call late | exit" }, { { "count", BPFLD_EXPORT, NULL }, { "lim*", BPFLD_EXPORT, NULL } },
	  "limit", "count", "inner", "filter", { "late", "filter" }, true, true, "" },
	{ "export", { PROGRAM, LIBRARY }, { { "cuont", BPFLD_EXPORT, NULL }, { "lim*", BPFLD_EXPORT, NULL } },
	  .messages = "bpfld: warning: 'cuont' is to be exported, but no input defines it; did you mean 'count'?\n" },
	{ "export, hiding others", { PROGRAM, LIBRARY }, { { "limot", BPFLD_EXPORT, "list" }, { "*", BPFLD_HIDE, NULL } },
	  .messages = "list: warning: 'limot' is to be exported, but no input defines it, and what no option exports is hidden; did you mean 'limit'?\n"
	  "b.o:(.data+0x0): warning: 'limit' is hidden or local now, as are all variables of '.data': libbpf does not make its map BPF_F_MMAPABLE, and skeletons do not reach it; export one of them\n" },
	{ "export of what is static", { PROGRAM, LIBRARY }, { { "inner", BPFLD_EXPORT, NULL } },
	  .messages = "b.o:(.text+0x8): warning: 'inner' is to be exported, but it is static; remove its 'static'\n" },
	{ "export of what is undefined", { PROGRAM }, { { "count", BPFLD_EXPORT, NULL } },
	  .messages = "bpfld: warning: 'count' is to be exported, but no input defines it\n" },
	{ "hide", { PROGRAM, LIBRARY }, { { "nope", BPFLD_HIDE, NULL }, { "inner", BPFLD_HIDE, NULL } },
	  .messages = "bpfld: warning: 'nope' is to be hidden, but no input defines it\n"
	  "b.o:(.text+0x8): warning: 'inner' is to be hidden, but it is static already\n" },
	{ "localize", { PROGRAM, LIBRARY }, { { "counts", BPFLD_LOCALIZE, "script" }, { "x*", BPFLD_LOCALIZE, NULL } },
	  .messages = "script: warning: 'counts' is to be local, but no input defines it; did you mean 'count'?\n"
	  "bpfld: warning: 'x*' is to be local, but no input defines anything like it\n" },
	{ "patterns of files, and of all", { PROGRAM, LIBRARY }, { { "x*", BPFLD_EXPORT, "script" }, { "*", BPFLD_EXPORT, NULL } },
	  .messages = "" },
	{ "a name twice", { PROGRAM, LIBRARY }, { { "count", BPFLD_EXPORT, NULL }, { "count", BPFLD_HIDE, "script" } },
	  .messages = "script: warning: 'count' is to be hidden, but an option before it says that it is to be exported, and counts\n" },
	{ "-u", { PROGRAM, LIBRARY }, .undefined = "filtre",
	  .messages = "bpfld: warning: 'filtre' is asked for (-u), but no input defines it; did you mean 'filter'?\n" },
	{ "-y", { PROGRAM, LIBRARY }, .trace = "limits",
	  .messages = "bpfld: warning: 'limits' is to be traced (-y), but no object of this link has a symbol of that name; did you mean 'limit'?\n" },
	{ "--retain-symbols-file", { PROGRAM, LIBRARY }, .retain = "nowhere",
	  .messages = "bpfld: warning: 'nowhere' is to be retained (--retain-symbols-file), but no object of this link has a symbol of that name\n" },
	{ "--wrap", { PROGRAM, LIBRARY }, .wrap = "counter",
	  .messages = "bpfld: warning: 'counter' is to be wrapped, but no input refers to it; did you mean 'count'?\n" },
	{ "--wrap of what nobody else uses", { PROGRAM, LIBRARY }, .wrap = "limit",
	  .messages = "bpfld: warning: 'limit' is to be wrapped, but no input refers to it from outside of what defines it\n" },
	{ "--wrap by __real_", { "section .text AX | global func __wrap_f 16 | call __real_f | exit", "section .text AX | global func f 8 | exit" },
	  .wrap = "f", .messages = "" },
	{ "--defsym of nothing to nothing", { PROGRAM, LIBRARY }, .alias = { "abc", "filters" },
	  .messages = "bpfld: warning: 'abc' is to mean 'filters' (--defsym), but no input refers to it\n"
	  "bpfld: warning: 'filters' is what 'abc' is to mean (--defsym), but no input defines it; did you mean 'filter'?\n" },
	{ "--defsym to what is undefined", { "section xdp AX | global func filter 24 | call old | call new | exit" }, .alias = { "old", "new" }, .messages = "" },
	{ "--gc-maps alone", { PROGRAM, LIBRARY }, .gc_maps = true,
	  .messages = "bpfld: warning: --gc-maps does nothing without --gc-sections\n" },
	{ "--gc-sections of a library", { LIBRARY }, .gc_sections = true,
	  .messages = "bpfld: warning: --gc-sections leaves no code: no input has a program, and neither --export nor -u asks for a function\n" },
	{ "--gc-sections of a library, exported", { LIBRARY }, { { "count", BPFLD_EXPORT, NULL } }, .gc_sections = true, .messages = "" },
	{ "--gc-sections without code", { "section .data WA | global object limit 8 | quad 1 | btf" }, .gc_sections = true, .messages = "" },
	{ "all data of a program hidden", { PROGRAM, LIBRARY }, { { "*", BPFLD_LOCALIZE, NULL } },
	  .messages = "b.o:(.data+0x0): warning: 'limit' is hidden or local now, as are all variables of '.data': libbpf does not make its map BPF_F_MMAPABLE, and skeletons do not reach it; export one of them\n" },
	{ "all data of a library hidden", { LIBRARY }, { { "*", BPFLD_HIDE, NULL } }, .messages = "" },
	{ "data that was hidden before", { PROGRAM, "section .data WA | global hidden object limit 8 | quad 1 | btf" }, { { "lim*", BPFLD_HIDE, NULL } }, .messages = "" },
	{ "another variable left", { PROGRAM, LIBRARY, "section .data WA | global object other 8 | quad 1 | btf" }, { { "limit", BPFLD_HIDE, NULL } }, .messages = "" },
	{ "another section's variable left", { PROGRAM, LIBRARY, "section .bss WAN | global object other 8 | zero 8 | btf" }, { { "limit", BPFLD_HIDE, NULL } },
	  .messages = "b.o:(.data+0x0): warning: 'limit' is hidden or local now, as are all variables of '.data': libbpf does not make its map BPF_F_MMAPABLE, and skeletons do not reach it; export one of them\n" },
};
// clang-format on

#define LIST(name) (cases[i].name ? (struct bpfld_strings){ &cases[i].name, 1 } : none)

Test(check_options, say_what_does_nothing)
{
	static const struct bpfld_strings none;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct world world;

		world_init(&world, false, cases[i].texts);
		world.options.scope_rules = cases[i].rules;
		while (world.options.scope_rule_count < 2 &&
		       cases[i].rules[world.options.scope_rule_count].pattern)
			world.options.scope_rule_count++;
		world.options.undefined = LIST(undefined);
		world.options.wrap = LIST(wrap);
		world.options.trace_symbols = LIST(trace);
		world.options.retain_symbols = LIST(retain);
		world.options.aliases = &cases[i].alias;
		world.options.alias_count = cases[i].alias.name != NULL;
		world.options.gc_sections = cases[i].gc_sections;
		world.options.gc_maps = cases[i].gc_maps;
		world_run(&world, check_options);
		cr_expect_str_eq(world_messages(&world), cases[i].messages, "%s: %s", cases[i].name,
				 world_messages(&world));
		world_deinit(&world);
	}
}

// Many names, none of which is there: guessing ends before it hurts.
Test(check_options, guess_within_bounds)
{
	enum { NAMES = 4000 };
	static struct bpfld_scope_rule rules[NAMES];
	struct text text = { 0 };
	struct arena arena;
	struct world world;

	arena_init(&arena, SIZE_MAX);
	text.arena = &arena;
	text_string(&text, "section .text AX");
	for (size_t i = 0; i < NAMES; i++) {
		text_format(&text, " | global func f%04zu_with_a_name_that_is_long 8 | exit", i);
		rules[i] = (struct bpfld_scope_rule){
			arena_format(&arena, "g%04zu_with_a_nome_thot_is_lung", i), BPFLD_HIDE, NULL
		};
	}
	text_bytes(&text, "", 1);
	world_init(&world, false, (const char *[]){ text.data, NULL });
	world.options.scope_rules = rules;
	world.options.scope_rule_count = NAMES;
	world_run(&world, check_options);
	cr_expect_eq(world.diag.warning_count, NAMES);
	cr_expect_gt(world.linker.guess_work, (size_t)1 << 24);
	cr_expect_lt(world.linker.guess_work, ((size_t)1 << 25) + 2000);
	world_deinit(&world);
	arena_deinit(&arena);
}
