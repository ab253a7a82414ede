/* SPDX-License-Identifier: BSD-2-Clause */
/* Functions that programs name in declaration tags are what everything else takes them for. */
#include <criterion/criterion.h>
#include <inttypes.h>

#include "expect.h"

#define TAG       "exception_callback:"
#define P         "btf | section tc AX | global func p 8 | exit | tag p " TAG "f"
#define Q         "btf | section tc AX | global func q 8 | exit | tag q " TAG "f"
#define TEXT      "section .text AX |"
#define F         "btf |" TEXT "global func f 8 | exit"
#define STATIC_F  "btf |" TEXT "local func f 8 | exit"
#define OTHER(p)  "btf | section tc AX | global func " p " 8 | exit"
#define P_AND_F   "global p, global f, tag " TAG "f of p"
#define NO_LOADER " libbpf and kernels take a global function that is not hidden"

static const char *const linkages[] = { "static", "global", "extern" };

// clang-format off
static const struct {
	const char *name;
	const char *texts[5];
	const char *out;  // functions and tags of the output; NULL when the link fails
	const char *told; // part of the messages; NULL: there are none
	bool gc_sections, icf_all, no_undefined;
	const char *hide, *localize, *export, *wrap, *alias; // alias: f
} cases[] = {
	{ .name = "nothing is asked", .texts = { P, F }, .out = P_AND_F },

	// --gc-sections
	{ .name = "gc", .texts = { P, F }, .gc_sections = true, .out = P_AND_F },
	{ .name = "gc, in one file", .texts = { P "|" TEXT "global func f 8 | exit | global func g 8 | exit" },
	  .gc_sections = true, .out = P_AND_F },
	{ .name = "gc, what the callback calls", .gc_sections = true,
	  .texts = { P, "btf |" TEXT "global func f 16 | call g | exit | global func g 8 | exit" },
	  .out = "global p, global f, global g, tag " TAG "f of p" },
	{ .name = "gc, of what is dead", .gc_sections = true,
	  .texts = { OTHER("p"), F, "btf |" TEXT "global func d 8 | exit | tag d " TAG "f" },
	  .out = "global p" },
	{ .name = "gc, a static one", .gc_sections = true, .texts = { P "|" TEXT "local func f 8 | exit" },
	  .out = "global p, static f, tag " TAG "f of p",
	  .told = "'f', the exception callback of 'p', is static:" NO_LOADER },
	{ .name = "gc, the strong one", .gc_sections = true,
	  .texts = { P "|" TEXT "weak func f 8 | exit", F }, .out = P_AND_F },
	{ .name = "gc, a chain", .gc_sections = true,
	  .texts = { P, F "| tag f " TAG "g | global func g 8 | exit" },
	  .out = "global p, global f, global g, tag " TAG "f of p, tag " TAG "g of f" },
	{ .name = "gc, a circle", .gc_sections = true, .texts = { P, F "| tag f " TAG "f" },
	  .out = "global p, global f, tag " TAG "f of p, tag " TAG "f of f" },
	{ .name = "gc, a tag on an argument", .gc_sections = true,
	  .texts = { OTHER("p") "| tag p " TAG "f 0 | type p func int ( a : int )", F },
	  .out = "global p, tag " TAG "f of p" },
	{ .name = "gc, no name", .gc_sections = true, .texts = { OTHER("p") "| tag p " TAG, F },
	  .out = "global p, tag " TAG " of p" },
	{ .name = "gc, another tag", .gc_sections = true, .texts = { OTHER("p") "| tag p callback:f", F },
	  .out = "global p, tag callback:f of p" },

	// Who may refer to it.
	{ .name = "hide all", .hide = "*", .texts = { P, F, "btf |" TEXT "global func g 8 | exit" },
	  .out = "global p, global f, hidden g, tag " TAG "f of p" },
	{ .name = "hide it", .hide = "f", .texts = { P, F }, .out = P_AND_F, .told = "'f' stays global" },
	{ .name = "localize all", .localize = "*", .texts = { P, F, "btf |" TEXT "global func g 8 | exit" },
	  .out = "global p, global f, static g, tag " TAG "f of p" },
	{ .name = "localize it", .localize = "f", .texts = { P, F }, .out = P_AND_F, .told = "'f' stays global" },
	{ .name = "export another", .export = "p", .texts = { P, F }, .out = P_AND_F },
	{ .name = "its author hides it", .texts = { P, "btf |" TEXT "global hidden func f 8 | exit" },
	  .out = "global p, hidden f, tag " TAG "f of p",
	  .told = "'f', the exception callback of 'p', is hidden:" NO_LOADER },
	{ .name = "a variable", .texts = { P, "btf | section .data WA | global object f 4 | word 1" },
	  .out = "global p, tag " TAG "f of p", .told = "'f', the exception callback of 'p', is no function:" },

	// Names
	{ .name = "two static ones", .texts = { P "|" TEXT "local func f 8 | exit", Q "|" TEXT "local func f 8 | mov | exit" },
	  .out = "global p, global q, static f, static f__1, tag " TAG "f of p, tag " TAG "f__1 of q",
	  .told = "'f', the exception callback of 'q', is static" },
	{ .name = "a static and a global one", .texts = { P "|" TEXT "local func f 8 | exit", Q "|" TEXT "global func f 8 | exit" },
	  .out = "global p, global q, global f, static f__1, tag " TAG "f__1 of p, tag " TAG "f of q",
	  .told = "'f', the exception callback of 'p', is static" },
	{ .name = "a static one that is another's", .texts = { P, STATIC_F },
	  .told = "'f' is undefined (the exception callback of 'p'); it is static in 'b.o'",
	  .out = "global p, static f__1, tag " TAG "f of p" },
	{ .name = "a static one that is another's, and the global one", .texts = { STATIC_F, P, F },
	  .out = "global p, global f, static f__1, tag " TAG "f of p" },
	{ .name = "static functions that name different ones",
	  .texts = { "btf |" TEXT "local func s 8 | exit | tag s " TAG "f | local func f 8 | exit",
		     "btf |" TEXT "local func s 8 | exit | tag s " TAG "f | local func f 8 | exit" },
	  .out = "static s, static f, static s__1, static f__1, tag " TAG "f of s, tag " TAG "f__1 of s__1",
	  .told = "static" },
	{ .name = "wrap", .wrap = "f", .texts = { P, F, "btf |" TEXT "global func __wrap_f 8 | exit" }, .gc_sections = true,
	  .out = "global p, global __wrap_f, tag " TAG "__wrap_f of p" },
	{ .name = "wrap what its object defines", .wrap = "f", .gc_sections = true,
	  .texts = { P "|" TEXT "global func f 8 | exit", "btf |" TEXT "global func __wrap_f 8 | exit" },
	  .told = "no input refers to it from outside", .out = P_AND_F },
	{ .name = "defsym", .alias = "g", .texts = { P, "btf |" TEXT "global func g 8 | exit" }, .gc_sections = true,
	  .out = "global p, global g, tag " TAG "g of p" },
	{ .name = "defsym, hide all", .alias = "g", .hide = "*", .texts = { P, "btf |" TEXT "global func g 8 | exit" },
	  .out = "global p, global g, tag " TAG "g of p" },

	{ .name = "renamed after it was compiled", .gc_sections = true, .hide = "*",
	  .texts = { P "|" TEXT "global func k 8 | exit | global func g 8 | exit | called g f" },
	  .out = "global p, global g, tag " TAG "g of p" },

	// --icf
	{ .name = "icf, equal callbacks", .icf_all = true,
	  .texts = { P, F, OTHER("q") "| tag q " TAG "g", "btf |" TEXT "global func g 8 | exit" },
	  .out = "global p, global f, global q, global g, tag " TAG "f of p, tag " TAG "g of q" },

	// --no-undefined
	{ .name = "missing", .texts = { P },
	  .told = "a.o:(tc+0x0): warning: 'f' is undefined (the exception callback of 'p'); define it in some input", .out = "global p, tag " TAG "f of p" },
	{ .name = "no undefined", .no_undefined = true, .texts = { P },
	  .told = "a.o:(tc+0x0): error: 'f' is undefined (the exception callback of 'p'); define it in some input" },
	{ .name = "no undefined, wrapped", .no_undefined = true, .wrap = "f", .texts = { P, F },
	  .told = "'__wrap_f' is undefined (the exception callback of 'p')" },
	{ .name = "no undefined, dead", .no_undefined = true, .gc_sections = true,
	  .texts = { OTHER("p"), "btf |" TEXT "global func d 8 | exit | tag d " TAG "f" }, .out = "global p" },
	{ .name = "no undefined, all there", .no_undefined = true, .texts = { P, F }, .out = P_AND_F },
};
// clang-format on

static const char *linkage(const struct world *world, const struct btf_type *type, const char *name)
{
	uint32_t vlen = btf_info_vlen(type->info);

	array_each(each, &world->linker.globals) {
		if ((*each)->visibility == STV_HIDDEN && vlen == BTF_FUNC_GLOBAL &&
		    strcmp(linker_name(&world->linker, (*each)->name), name) == 0)
			return "hidden";
	}
	return linkages[vlen];
}

static const char *describe_type(struct world *world, const struct btf_unit *unit, uint32_t id)
{
	const struct btf_type *type = btf_unit_type(unit, id);
	const char *name = btf_unit_string(unit, type->name_off).data;
	const struct btf_type *target;

	if (btf_info_kind(type->info) == BTF_KIND_FUNC)
		return arena_format(&world->arena, "%s %s", linkage(world, type, name), name);
	if (btf_info_kind(type->info) != BTF_KIND_DECL_TAG)
		return NULL;
	target = btf_unit_type(unit, type->type);
	return arena_format(&world->arena, "tag %s of %s", name,
			    btf_unit_string(unit, target->name_off).data);
}

// "global p, tag exception_callback:f of p"
static const char *describe(struct world *world)
{
	const struct btf_unit *unit = world_types(world);
	const char *functions = "", *tags = "";

	for (uint32_t id = 1; id <= unit->type_count; id++) {
		const char *text = describe_type(world, unit, id);
		const char **list = text && text[0] == 't' ? &tags : &functions;

		if (text)
			*list = arena_format(&world->arena, "%s%s%s", *list, **list ? ", " : "",
					     text);
	}
	return *tags ? arena_format(&world->arena, "%s, %s", functions, tags) : functions;
}

// The options of case @i, in @world; the arrays are the caller's.
static void set_options(struct world *world, size_t i, struct bpfld_scope_rule rules[2],
			struct bpfld_alias *alias)
{
	struct bpfld_options *options = &world->options;

	options->gc_sections = cases[i].gc_sections;
	options->no_undefined = cases[i].no_undefined;
	options->icf = cases[i].icf_all ? BPFLD_ICF_ALL : BPFLD_ICF_NONE;
	if (cases[i].hide)
		rules[options->scope_rule_count++] =
			(struct bpfld_scope_rule){ cases[i].hide, BPFLD_HIDE, NULL };
	if (cases[i].localize)
		rules[options->scope_rule_count++] =
			(struct bpfld_scope_rule){ cases[i].localize, BPFLD_LOCALIZE, NULL };
	if (cases[i].export) {
		rules[options->scope_rule_count++] =
			(struct bpfld_scope_rule){ cases[i].export, BPFLD_EXPORT, NULL };
		rules[options->scope_rule_count++] =
			(struct bpfld_scope_rule){ "*", BPFLD_HIDE, NULL };
	}
	options->scope_rules = rules;
	if (cases[i].wrap)
		options->wrap = (struct bpfld_strings){ &cases[i].wrap, 1 };
	*alias = (struct bpfld_alias){ "f", cases[i].alias };
	options->aliases = alias;
	options->alias_count = cases[i].alias != NULL;
}

static void check_case(size_t i, bool big_endian)
{
	struct bpfld_scope_rule rules[2];
	struct bpfld_alias alias;
	struct world world;
	const char *told;
	bool linked;

	world_init(&world, big_endian, cases[i].texts);
	set_options(&world, i, rules, &alias);
	linked = world_run(&world, encode_types);
	told = world_messages(&world);
	cr_expect_eq(linked, cases[i].out != NULL, "%s: %s", cases[i].name, told);
	cr_expect(cases[i].told ? strstr(told, cases[i].told) != NULL : !*told, "%s: %s",
		  cases[i].name, told);
	if (linked && cases[i].out)
		cr_expect_str_eq(describe(&world), cases[i].out, "%s: %s", cases[i].name,
				 describe(&world));
	world_deinit(&world);
}

Test(callbacks, are_followed_by_name)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		check_case(i, false);
		check_case(i, true);
	}
}
