/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <inttypes.h>

#include "insn.h"
#include "world.h"

// What a relocation refers to: "f", or "@.text".
static const char *describe_symbol(struct world *world, const Elf64_Rel *relocation)
{
	const struct output_symbol *symbol =
		&world->linker.symbols.items[ELF64_R_SYM(relocation->r_info)];
	const struct output_section *section;

	if (ELF64_ST_TYPE(symbol->elf.st_info) != STT_SECTION)
		return linker_name(&world->linker, symbol->elf.st_name);
	section = world->linker.sections.items[symbol->shndx - 1];
	return arena_format(&world->arena, "@%s", linker_name(&world->linker, section->name));
}

// "8 load @.data+4": the offset, what the relocation type is about, the target, the field's value.
static const char *describe_relocation(struct world *world, const struct output_section *output,
				       const Elf64_Rel *relocation)
{
	static const char *const kinds[] = {
		[1] = "load", [2] = "quad", [3] = "word", [10] = "call"
	};
	const uint8_t *field = world_bytes(world, output) + relocation->r_offset;
	uint32_t type = ELF64_R_TYPE(relocation->r_info);
	bool big_endian = world->linker.big_endian;
	int64_t value = 0;

	if (type == 1)
		value = (int32_t)get32(field + INSN_IMM, big_endian);
	else if (type == 2)
		value = (int64_t)get64(field, big_endian);
	else if (type == 3)
		value = get32(field, big_endian);
	else if (type == 10)
		value = ((int64_t)(int32_t)get32(field + INSN_IMM, big_endian) + 1) * INSN_SIZE;
	return arena_format(&world->arena, "%" PRIu64 " %s %s%+" PRId64, relocation->r_offset,
			    kinds[type], describe_symbol(world, relocation), value);
}

static const char *describe_calls(struct world *world, const struct output_section *output)
{
	const uint8_t *bytes = world_bytes(world, output);
	const char *text = "";
	struct insn insn;

	if (output->role != ROLE_CODE)
		return text;
	for (uint64_t at = 0; at < output->size; at += insn_size(insn.opcode)) {
		bool relocated = false;

		insn = insn_read(bytes + at, world->linker.big_endian);
		array_each(relocation, &output->relocations)
			relocated |= relocation->r_offset == at;
		if (insn.opcode == INSN_CALL && insn.src == BPF_PSEUDO_CALL && !relocated)
			text = arena_format(&world->arena, "%s%s%" PRIu64 " near %" PRId64, text,
					    *text ? ", " : "", at,
					    (int64_t)at + (insn.imm + 1) * (int64_t)INSN_SIZE);
	}
	return text;
}

// Calls without relocations first: "0 near 16", with where they go.
static const char *describe(struct world *world, const struct output_section *output)
{
	const char *text = describe_calls(world, output);

	array_each(relocation, &output->relocations)
		text = arena_format(&world->arena, "%s%s%s", text, *text ? ", " : "",
				    describe_relocation(world, output, relocation));
	return text;
}

#define BEFORE                                                                                     \
	"section .text AX | local func before 8 | exit |"                                          \
	"section .data WA | local object d 8 | quad 7"

// clang-format off
static const struct {
	const char *name;
	const char *texts[3];
	const char *section;
	const char *references;
} cases[] = {
	// References to a name keep their addend.
	{ "call of a name", { BEFORE, "section .text AX | call f | exit" }, ".text", "8 call f+0" },
	{ "load of a name", { BEFORE, "section .text AX | load v+20 | exit" }, ".text", "8 load v+20" },
	{ "load before a name", { BEFORE, "section .text AX | load v+-4 | exit" }, ".text", "8 load v-4" },
	{ "quad of a name", { BEFORE, "section .data WA | quad v+-12" }, ".data", "8 quad v-12" },
	{ "word of a name", { BEFORE, "section .data WA | word v+3" }, ".data", "8 word v+3" },
	{ "a defined name",
	  { BEFORE, "section .text AX | call f | global func f 8 | exit" }, ".text", "8 call f+0" },

	// References to a place follow it.
	{ "call of a place", { BEFORE, "section .text AX | call @.text+8 | exit" },
	  ".text", "8 call @.text+16" },
	{ "call of another section",
	  { "section xdp AX | exit", "section .text AX | call @xdp | section xdp AX | exit" },
	  ".text", "0 call @xdp+8" },
	{ "load of a place",
	  { BEFORE, "section .text AX | load @.data+4 | exit | section .data WA | quad 1" },
	  ".text", "8 load @.data+12" },
	{ "load of code", { BEFORE, "section .text AX | load @.text+16 | exit" }, ".text",
	  "8 load @.text+24" },
	{ "load of an array's end",
	  { BEFORE, "section .text AX | load @.data+8 | exit | section .data WA | local object x 8 | quad 1" },
	  ".text", "8 load @.data+16" },
	{ "quad of a place", { BEFORE, "section .data WA | quad @.text+8 | section .text AX | mov | exit" },
	  ".data", "8 quad @.text+16" },
	{ "quad of a place far away", { BEFORE, "section .data WA | quad @.data+0x7fffffffffffffff" },
	  ".data", "8 quad @.data-9223372036854775801" },
	{ "word of a place", { BEFORE, "section .data WA | word @.data+4 | word 1" }, ".data",
	  "8 word @.data+12" },

	// Calls without relocation.
	{ "a call moves with its function", { BEFORE, "section .text AX | near 0 | exit" }, ".text",
	  "8 near 16" },
	{ "a call across a gap that closes",
	  { "section .text AX | local func a 16 | near 2 | exit | weak func f 8 | exit | local func b 8 | exit",
	    "section .text AX | global func f 8 | exit" }, ".text", "0 near 16" },
	{ "a call back across a gap that closes",
	  { "section .text AX | local func b 8 | exit | weak func f 8 | exit | local func a 16 | near -3 | exit",
	    "section .text AX | global func f 8 | exit" }, ".text", "8 near 0" },
	{ "a call into a function",
	  { BEFORE, "section .text AX | local func a 16 | near 2 | exit | local func b 16 | mov | exit" },
	  ".text", "8 near 32" },

	// What is gone.
	{ "a pointer across a gap that closes",
	  { "section .data WA | weak object x 8 | quad 1 | local object y 8 | quad @.data+12 |"
	    "local object z 8 | quad 3",
	    "section .data WA | global object x 8 | quad 9" }, ".data", "0 quad @.data+4" },
	{ "references in dead code",
	  { "section .text AX | weak func f 32 | load v | near -2 | exit",
	    "section .text AX | global func f 8 | exit" }, ".text", "" },
	{ "references to what is overridden",
	  { "section .text AX | local func g 16 | call f | exit | weak func f 8 | exit",
	    "section .text AX | global func f 8 | exit" }, ".text", "0 call f+0" },
	{ "a pointer to the other licence",
	  { "section license WA | global object l 4 | string GPL",
	    "section license WA | local object m 4 | string GPL | section .data WA | quad m | quad @license+1" },
	  ".data", "0 quad l+0, 8 quad @license+1" },

	{ "a pointer to the licence that has a symbol",
	  { "section license WA | string GPL",
	    "section license WA | global object l 4 | string GPL | section .data WA | quad l" },
	  ".data", "0 quad l+0" },

	{ "LLVM's order of relocations", { BEFORE, "section .text AX | call f | call g | load v" },
	  ".text", "8 call f+0, 16 call g+0, 24 load v+0" },
};
// clang-format on

Test(relocate, writes_references_back)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		for (int big_endian = 0; big_endian < 2; big_endian++) {
			const char *references;
			struct world world;

			world_init(&world, big_endian, cases[i].texts);
			cr_assert(world_run(&world, relocate), "%s: %s", cases[i].name,
				  world_messages(&world));
			references = describe(&world, world_output(&world, cases[i].section));
			cr_expect_str_eq(references, cases[i].references, "%s: %s", cases[i].name,
					 references);
			world_deinit(&world);
		}
	}
}

Test(relocate, follows_what_becomes_local)
{
	static const struct bpfld_scope_rule rule = { "*", BPFLD_LOCALIZE, NULL };
	static const struct {
		const char *text;
		const char *references;
	} names[] = {
		{ "section .data WA | quad 1 | global object v 8 | quad v+4", "8 quad @.data+12" },
		{ "section .data WA | quad 1 | global object v 8 | quad v+0x7fffffffffffffff",
		  "8 quad @.data-9223372036854775801" },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct world world;
		const char *references;

		world_init(&world, false, (const char *[]){ names[i].text, NULL });
		world.options.scope_rules = &rule;
		world.options.scope_rule_count = 1;
		cr_assert(world_run(&world, relocate), "%s", world_messages(&world));
		references = describe(&world, world_output(&world, ".data"));
		cr_expect_str_eq(references, names[i].references, "%s", references);
		world_deinit(&world);
	}
}

Test(relocate, keeps_bytes_and_clears_gaps)
{
	static const uint8_t expected[] = { 1, 0, 0, 0, 0, 0, 0, 0, 2, 3, 0, 0, 4 };
	struct world world;
	struct output_section *data;

	world_init(&world, false,
		   (const char *[]){
			   "section .data WA 1 | byte 1", "section .data WA 8 | byte 2 | byte 3",
			   "section .data WAN 2 | zero 2",
			   "section .data WA 1 | byte 4 | section .bss WAN | zero 8", NULL });
	cr_assert(world_run(&world, relocate));
	data = world_output(&world, ".data");
	cr_assert_eq(data->size, sizeof(expected));
	cr_expect_arr_eq(world_bytes(&world, data), expected, sizeof(expected));
	world_deinit(&world);
}

Test(relocate, says_what_cannot_be)
{
	static const struct {
		const char *texts[3];
		const char *message;
	} errors[] = {
		{ { "section .bss WAN | zero 0x90000000",
		    "section .text AX | load @.bss | section .bss WAN | zero 8" },
		  "b.o:(.text+0x0): error: reference to offset 0 of section '.bss' does not fit "
		  "its field after linking\n" },
		{ { "section .text AX | call v | exit",
		    "section .data WA | global object v 8 | quad 1" },
		  "a.o:(.text+0x0): error: call goes to offset 0 of section '.data' in 'b.o', "
		  "where no instruction is, or another function\n" },
		{ { "section .text AX | call f+8 | exit",
		    "section .text AX | global func f 8 | exit" },
		  "a.o:(.text+0x0): error: call goes to offset 8 of section '.text' in 'b.o', "
		  "where no instruction is, or another function\n" },
		{ { "section .text AX | call f+8 | exit",
		    "section .text AX | global func f 8 | exit | global func g 8 | exit" },
		  "a.o:(.text+0x0): error: call goes to offset 8 of section '.text' in 'b.o', "
		  "where no instruction is, or another function\n" },
	};

	for (size_t i = 0; i < sizeof(errors) / sizeof(*errors); i++) {
		struct world world;

		world_init(&world, false, errors[i].texts);
		cr_expect_not(world_run(&world, relocate));
		cr_expect_str_eq(world_messages(&world), errors[i].message, "%s",
				 world_messages(&world));
		world_deinit(&world);
	}
}

// The name of type @id of the output.
static const char *output_type(struct world *world, uint32_t id)
{
	const struct btf_unit *unit = world_types(world);

	cr_assert(unit && id && id <= unit->type_count, "type id %" PRIu32, id);
	return btf_unit_string(unit, btf_unit_type(unit, id)->name_off).data;
}

// What the first instruction of @text holds before it is linked.
static uint32_t old_type_id(const char *text, bool big_endian)
{
	struct world world;
	uint32_t id;

	world_init(&world, big_endian, (const char *[]){ text, NULL });
	cr_assert(world_run(&world, read_references), "%s", world_messages(&world));
	id = get32(world_section(&world, 0, ".text")->data + INSN_IMM, big_endian);
	world_deinit(&world);
	return id;
}

Test(relocate, renumbers_type_ids_in_code)
{
	// BPF_CORE_TYPE_ID_LOCAL and _TARGET; the instructions of others hold no ids.
	static const struct {
		const char *text;
		bool renumbered;
	} kinds[] = {
		{ "section .text AX | typeid 6 struct two 4 { y 0 int ; } | btf", true },
		{ "section .text AX | typeid 7 struct two 4 { y 0 int ; } | btf", true },
		{ "section .text AX | typeid 8 struct two 4 { y 0 int ; } | btf", false },
		{ "section .text AX | typeid 0 struct two 4 { y 0 int ; } | btf", false },
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		for (int big_endian = 0; big_endian < 2; big_endian++) {
			struct world world;
			const uint8_t *code;
			uint32_t first, second, old;

			world_init(&world, big_endian,
				   (const char *[]){ "section .text AX | mov |"
						     "typeid 6 struct one 4 { x 0 int ; } | btf",
						     kinds[i].text, NULL });
			cr_assert(world_run(&world, relocate), "%s", world_messages(&world));
			old = old_type_id(kinds[i].text, big_endian);
			code = world_bytes(&world, world_output(&world, ".text"));
			first = get32(code + 8 + INSN_IMM, big_endian);
			second = get32(code + 24 + INSN_IMM, big_endian);
			cr_expect_str_eq(output_type(&world, first), "one");
			if (kinds[i].renumbered)
				cr_expect_str_eq(output_type(&world, second), "two", "%s",
						 kinds[i].text);
			else
				cr_expect_eq(second, old, "%s", kinds[i].text);
			world_deinit(&world);
		}
	}
}

Test(relocate, dead_code_has_no_type_ids)
{
	struct world world;

	world_init(
		&world, false,
		(const char *[]){ "section .text AX | weak func f 24 | typeid 6 int | exit | btf",
				  "section .text AX | global func f 8 | exit | btf", NULL });
	cr_assert(world_run(&world, relocate), "%s", world_messages(&world));
	cr_expect_eq(world_output(&world, ".text")->size, 8);
	world_deinit(&world);
}
