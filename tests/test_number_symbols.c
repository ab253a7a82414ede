/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <inttypes.h>

#include "expect.h"
#include "number_symbols.h"

static const char *describe_home(struct world *world, const struct output_symbol *symbol)
{
	if (symbol->special)
		return symbol->shndx == SHN_ABS ? "absolute" : "undefined";
	return linker_name(&world->linker, world->linker.sections.items[symbol->shndx - 1]->name);
}

// "local func f .text+8 16; ...": all symbols but the null symbol, '|' before the first global.
static const char *describe(struct world *world)
{
	static const char *const bindings[] = { "local", "global", "weak" };
	static const char *const visibilities[] = { "", "internal ", "hidden ", "protected " };
	static const char *const types[] = { "notype", "object", "func", "section", "file" };
	struct linker *linker = &world->linker;
	const char *text = "";

	for (size_t i = 1; i < linker->symbols.count; i++) {
		const struct output_symbol *symbol = &linker->symbols.items[i];
		const Elf64_Sym *elf = &symbol->elf;

		text = arena_format(&world->arena, "%s%s%s %s%s %s %s+%" PRIu64 " %" PRIu64, text,
				    i == linker->first_global ? (i > 1 ? " | " : "| ")
				    : i > 1                   ? "; "
							      : "",
				    bindings[ELF64_ST_BIND(elf->st_info)],
				    visibilities[elf->st_other], types[ELF64_ST_TYPE(elf->st_info)],
				    linker_name(linker, elf->st_name), describe_home(world, symbol),
				    elf->st_value, elf->st_size);
	}
	return text;
}

// clang-format off
static const struct {
	const char *name;
	const char *texts[3];
	const char *symbols;
} cases[] = {
	{ "locals first",
	  { "section .text AX | global func f 8 | exit | local func l 8 | exit",
	    "section .text AX | global func g 8 | exit | local func l 8 | exit" },
	  "local func l .text+8 8; local func l__1 .text+24 8 | "
	  "global func f .text+0 8; global func g .text+16 8" },
	{ "files before their locals",
	  { "local file a.c | section .text AX | local func f 8 | exit",
	    "local file b.c | section .text AX | local func g 8 | exit" },
	  "local file a.c absolute+0 0; local func f .text+0 8; "
	  "local file b.c absolute+0 0; local func g .text+8 8" },
	{ "section symbols that are referred to",
	  { "section .text AX | load @.data | exit | section .data WA | quad 0 | section .rodata A | quad 0",
	    "section .rodata A | quad 0" },
	  "local section  .data+0 0" },
	{ "none for a call without relocation",
	  { "section .text AX | near 0 | exit" }, "" },
	{ "none for a reference in dead code",
	  { "section .text AX | weak func f 24 | load @.data | exit | section .data WA | quad 0",
	    "section .text AX | global func f 8 | exit" },
	  "| global func f .text+0 8" },
	{ "none for a reference in what is folded",
	  { "section license WA | local object l 4 | string GPL",
	    "section license WA | string GPL | zero 4 | quad @.data | section .data WA | quad 0" },
	  "local object l license+0 4" },
	{ "undefined",
	  { "section .text AX | call f | call w | exit | weak undefined w", "weak undefined f" },
	  "| weak notype w undefined+0 0; global notype f undefined+0 0" },
	{ "undefined, but only declared", { "global undefined f" }, "| global notype f undefined+0 0" },
	{ "undefined in dead code",
	  { "section .text AX | weak func f 16 | call x | exit", "section .text AX | global func f 8 | exit" },
	  "| global func f .text+0 8" },
	{ "visibility of all mentions",
	  { "section .text AX | global func f 8 | exit", "weak hidden undefined f | global protected undefined u" },
	  "| global hidden func f .text+0 8; global protected notype u undefined+0 0" },
	{ "a weak definition stays weak",
	  { "section .text AX | weak func f 8 | exit", "section .text AX | call f | exit" },
	  "| weak func f .text+0 8" },
	{ "overridden",
	  { "section .text AX | weak func f 16 | mov | exit", "section .text AX | global func f 8 | exit" },
	  "| global func f .text+0 8" },
	{ "overridden, but needed",
	  { "section .text AX | weak func f 8 | exit | local func g 16 | near -2 | exit",
	    "section .text AX | global func f 8 | exit" },
	  "local func f__1 .text+0 8; local func g .text+8 16 | global func f .text+24 8" },
	{ "overridden of hidden, but needed",
	  { "section .text AX | weak hidden func f 8 | exit | local func g 16 | near -2 | exit",
	    "section .text AX | global func f 8 | exit" },
	  "local func f__1 .text+0 8; local func g .text+8 16 | global hidden func f .text+24 8" },
	{ "an overridden alias of what is kept",
	  { "section .text AX | weak func f 8 | global func g 8 | exit",
	    "section .text AX | global func f 8 | exit" },
	  "local func f__1 .text+0 8 | global func f .text+8 8; global func g .text+0 8" },
	{ "aliases", { "section .text AX | global func f 8 | weak func g 8 | exit" },
	  "| global func f .text+0 8; weak func g .text+0 8" },
	{ "moved",
	  { "section .data WA 1 | local object c 1 | byte 1",
	    "section .data WA 8 | local object x 4 | word 1 | global object y 4 | word 1" },
	  "local object c .data+0 1; local object x .data+8 4 | global object y .data+12 4" },
	{ "a label at the end",
	  { "section .data WA | quad 1 | global notype end 0", "section .data WA | quad 1" },
	  "| global notype end .data+8 0" },
	{ "absolute", { "global absolute x 42 | local absolute y 43" },
	  "local object y absolute+43 0 | global object x absolute+42 0" },
	{ "absolute twice, one weak", { "weak absolute x 42", "global absolute x 43" },
	  "| global object x absolute+43 0" },
	{ "common", { "global common x 4 4", "weak common x 8 8" }, "| global object x .bss+0 8" },
	{ "common, but local, which no compiler makes", { "local common x 4 4" }, "" },
	{ "licenses under one name",
	  { "section license WA | global object l 4 | string GPL",
	    "section license WA | global object l 4 | string GPL" },
	  "| global object l license+0 4" },
	{ "licenses under two names",
	  { "section license WA | global object l 4 | string GPL",
	    "section license WA | global object m 4 | string GPL" },
	  "| global object l license+0 4" },
	{ "in a section that is dropped", { "section .comment - | local object x 1 | byte 1" }, "" },
	{ "in an empty section", { "section .data WA | global notype x 0" },
	  "| global notype x .data+0 0" },
};
// clang-format on

Test(symtab, numbers_what_goes_out)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct world world;

		world_init(&world, false, cases[i].texts);
		expect_description(&world, number_symbols, describe, cases[i].name,
				   cases[i].symbols);
		world_deinit(&world);
	}
}

Test(symtab, finds_what_a_symbol_became)
{
	static const struct {
		size_t object;
		const char *symbol;
		const char *found; // name and section of the output's symbol; "": none
	} lookups[] = {
		{ 0, "f", "f .text" },       { 1, "f", "f .text" },       { 2, "f", "f .text" },
		{ 0, "lic", "lic license" }, { 1, "mit", "lic license" }, { 0, "u", "u undefined" },
		{ 2, "s", "s .text" },       { 1, "dead", "" },
	};
	struct world world;

	world_init(&world, false,
		   (const char *[]){ "section .text AX | weak func f 16 | call u | exit |"
				     "section license WA | global object lic 4 | string GPL",
				     "section .text AX | weak func f 24 | call dead | mov | exit |"
				     "section license WA | local object mit 4 | string GPL",
				     "section .text AX | call f | local func s 8 | exit", NULL });
	cr_assert(world_run(&world, number_symbols));
	for (size_t i = 0; i < sizeof(lookups) / sizeof(*lookups); i++) {
		uint32_t index =
			symbol_output(world_symbol(&world, lookups[i].object, lookups[i].symbol));
		const struct output_symbol *symbol = &world.linker.symbols.items[index];
		const char *found = "";

		if (index)
			found = arena_format(&world.arena, "%s %s",
					     linker_name(&world.linker, symbol->elf.st_name),
					     describe_home(&world, symbol));
		cr_expect_str_eq(found, lookups[i].found, "%s of %zu: %s", lookups[i].symbol,
				 lookups[i].object, found);
	}
	world_deinit(&world);
}
