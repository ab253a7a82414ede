/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <inttypes.h>

#include "btf_raw.h"
#include "describe.h"
#include "elf_text.h"
#include "world.h"

// ---------------------------------------------------------------------------------------------
// Relocations

// Indices in code_object().
enum { TEXT = 1, XDP, DATA };
enum { FUNC = 1, VARIABLE, UNKNOWN, DATA_SECTION };

// What differs between producers: a load and a call in `xdp`, a word and a pointer in .data.
struct producer {
	const char *mark; // what .comment says, or the name of an empty section; NULL: none
	uint32_t flags;   // e_flags
	struct field {
		uint32_t type; // 0: no relocation
		uint32_t symbol;
		int64_t value;
	} load, call, word, quad;
};

static void add_insn(struct elf_object *object, uint8_t opcode, uint8_t src, int32_t imm)
{
	uint8_t registers = object->big_endian ? src : (uint8_t)(src << 4);

	elf_object_integer(object, XDP, 1, opcode);
	elf_object_integer(object, XDP, 1, registers);
	elf_object_integer(object, XDP, 2, 0);
	elf_object_integer(object, XDP, 4, (uint32_t)imm);
}

static void add_relocation(struct elf_object *object, uint32_t shndx, uint64_t offset,
			   const struct field *field)
{
	if (field->type)
		elf_object_relocation(object, shndx, offset, field->type, field->symbol);
}

static void add_mark(struct elf_object *object, const char *mark)
{
	uint32_t comment;

	if (mark && *mark == '.') {
		elf_object_section(object, mark, SHT_PROGBITS, 0, 1);
	} else if (mark) {
		comment = elf_object_section(object, ".comment", SHT_PROGBITS, 0, 1);
		elf_object_bytes(object, comment, mark, strlen(mark) + 1);
	}
}

// `f` is at 8 of .text, `v` at 4 of .data.
static struct elf_object begin_object(struct arena *arena, bool big_endian,
				      const struct producer *by)
{
	static const uint8_t exits[16] = { [0] = 0x95, [8] = 0x95 };
	struct elf_object object = elf_object_begin(arena, big_endian);

	object.header.e_flags = by->flags;
	elf_object_section(&object, ".text", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, 8);
	elf_object_bytes(&object, TEXT, exits, sizeof(exits));
	elf_object_section(&object, "xdp", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, 8);
	add_insn(&object, 0x18, 0, (int32_t)by->load.value);
	add_insn(&object, 0, 0, (int32_t)(by->load.value >> 32));
	add_insn(&object, 0x85, 1, (int32_t)by->call.value);
	elf_object_section(&object, ".data", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, 8);
	elf_object_integer(&object, DATA, 4, (uint32_t)by->word.value);
	elf_object_integer(&object, DATA, 4, 0);
	elf_object_integer(&object, DATA, 8, (uint64_t)by->quad.value);
	elf_object_symbol(&object, "f", STB_GLOBAL, STT_FUNC, TEXT, 8, 8);
	elf_object_symbol(&object, "v", STB_GLOBAL, STT_OBJECT, DATA, 4, 4);
	elf_object_symbol(&object, "u", STB_GLOBAL, STT_NOTYPE, SHN_UNDEF, 0, 0);
	elf_object_symbol(&object, "", STB_LOCAL, STT_SECTION, DATA, 0, 0);
	add_mark(&object, by->mark);
	add_relocation(&object, XDP, 0, &by->load);
	add_relocation(&object, XDP, 16, &by->call);
	add_relocation(&object, DATA, 0, &by->word);
	add_relocation(&object, DATA, 8, &by->quad);
	return object;
}

static struct str code_object(struct arena *arena, bool big_endian, const struct producer *by)
{
	struct elf_object object = begin_object(arena, big_endian, by);

	return elf_object_finish(&object);
}

static const char *describe(struct world *world, const struct section *section)
{
	const char *text = "";

	array_each(each, &section->references)
		text = arena_format(&world->arena, "%s%s%s%+" PRId64, text, *text ? ", " : "",
				    each->named ? linker_name(&world->linker, each->symbol->name)
						: each->target->text_name,
				    each->addend);
	return text;
}

#define GCC "GCC: (GNU) 12.2.0"

// clang-format off
static const struct {
	const char *name;
	struct producer by;
	const char *code, *data; // references with their addends
} producers[] = {
	{ "clang", { NULL, 0, { 1, VARIABLE, 0 }, { 10, FUNC, -1 }, { 3, VARIABLE, 8 }, { 2, VARIABLE, 16 } },
	  "v+0, f+0", "v+8, v+16" },
	{ "clang, addends like values", { "clang version 14", 0, { 1, VARIABLE, 4 }, { 10, FUNC, 7 }, { 0 }, { 2, VARIABLE, 4 } },
	  "v+4, f+64", "v+4" },
	{ "binutils 2.40", { GCC, 0, { 1, VARIABLE, 4 }, { 10, FUNC, 7 }, { 11, VARIABLE, 12 }, { 12, VARIABLE, 20 } },
	  "v+0, f+0", "v+8, v+16" },
	{ "its assembler alone", { NULL, 0, { 1, VARIABLE, 12 }, { 10, FUNC, 8 }, { 0 }, { 12, VARIABLE, 4 } },
	  "v+8, f+8", "v+0" },
	{ "its code alone", { GCC, 0, { 1, VARIABLE, 4 }, { 10, FUNC, 7 }, { 0 }, { 0 } },
	  "v+0, f+0", "" },
	{ "its code alone, no .comment", { ".BTF", 0, { 1, VARIABLE, 4 }, { 10, FUNC, 7 }, { 0 }, { 0 } },
	  "v+0, f+0", "" },
	{ "its code alone, no BTF either", { ".bss", 0, { 1, VARIABLE, 4 }, { 10, FUNC, 7 }, { 0 }, { 0 } },
	  "v+0, f+0", "" },
	{ "negative addends", { GCC, 0, { 1, VARIABLE, -4 }, { 10, FUNC, 7 }, { 0 }, { 12, VARIABLE, -4 } },
	  "v-8, f+0", "v-8" },
	{ "undefined symbols", { GCC, 0, { 1, UNKNOWN, 12 }, { 10, UNKNOWN, -1 }, { 0 }, { 12, UNKNOWN, 8 } },
	  "u+12, u+0", "u+8" },
	{ "relative to sections", { GCC, 0, { 1, DATA_SECTION, 4 }, { 10, FUNC, 7 }, { 11, DATA_SECTION, 4 }, { 12, DATA_SECTION, 4 } },
	  ".data+4, f+0", ".data+4, .data+4" },
	{ "binutils 2.44", { "GCC: (GNU) 15.1.0", 4, { 1, VARIABLE, 4 }, { 10, FUNC, 7 }, { 0 }, { 2, VARIABLE, 4 } },
	  "v+4, f+64", "v+4" },
	{ "between, without values", { GCC, 0, { 1, VARIABLE, 0 }, { 10, FUNC, -1 }, { 0 }, { 2, VARIABLE, 8 } },
	  "v+0, f+0", "v+8" },
	{ "between, one call without", { GCC, 0, { 1, VARIABLE, 4 }, { 10, FUNC, -1 }, { 0 }, { 0 } },
	  "v+4, f+0", "" },
	{ "between, one word without", { GCC, 0, { 1, VARIABLE, 4 }, { 10, FUNC, 7 }, { 3, VARIABLE, 0 }, { 0 } },
	  "v+4, f+64", "v+0" },
	{ "between, with values", { GCC, 0, { 1, VARIABLE, 4 }, { 10, FUNC, 7 }, { 0 }, { 2, VARIABLE, 12 } },
	  "v+0, f+0", "v+8" },
};
// clang-format on

Test(gcc, relocations_become_those_of_clang)
{
	for (size_t i = 0; i < sizeof(producers) / sizeof(*producers); i++) {
		for (int big_endian = 0; big_endian < 2; big_endian++) {
			const char *name = producers[i].name;
			struct world world;

			world_begin(&world);
			world_add(&world, code_object(&world.arena, big_endian, &producers[i].by));
			cr_assert(world_run(&world, read_references), "%s: %s", name,
				  world_messages(&world));
			cr_expect_str_eq(describe(&world, world_section(&world, 0, "xdp")),
					 producers[i].code, "%s", name);
			cr_expect_str_eq(describe(&world, world_section(&world, 0, ".data")),
					 producers[i].data, "%s", name);
			world_deinit(&world);
		}
	}
}

// Kernels take the upper half of an address for part of it.
Test(gcc, upper_half_of_a_load_is_zero)
{
	static const struct producer by = {
		.load = { 1, VARIABLE, -4 },
		.call = { 10, FUNC, 7 },
		.quad = { 12, VARIABLE, 4 },
	};
	struct world world;
	const uint8_t *code;

	world_begin(&world);
	world_add(&world, code_object(&world.arena, false, &by));
	cr_assert(world_run(&world, read_references), "%s", world_messages(&world));
	code = world_section(&world, 0, "xdp")->data;
	cr_expect_arr_eq(code + 4, "\xf8\xff\xff\xff", 4);
	cr_expect_arr_eq(code + 12, "\0\0\0\0", 4);
	world_deinit(&world);
}

// The value that may be in a field is that of the symbol less one for a call.
Test(gcc, absolute_symbols_have_any_value)
{
	struct world world;

	world_init(&world, false,
		   (const char *[]){ "section .text AX | call f | exit | "
				     "global absolute f -9223372036854775808",
				     NULL });
	cr_expect(world_run(&world, read_references), "%s", world_messages(&world));
	world_deinit(&world);
}

Test(gcc, what_is_wrong_is_left_to_be_told)
{
	static const struct {
		const char *name;
		uint32_t shndx;
		uint64_t offset;
		uint32_t type, symbol;
		const char *message;
	} cases[] = {
		{ "8 bits", DATA, 8, 8, VARIABLE, "type 8 is not supported in data" },
		{ "16 bits", DATA, 8, 9, VARIABLE, "type 9 is not supported in data" },
		{ "64 bits, relative", DATA, 8, 13, VARIABLE, "type 13 is not supported in data" },
		{ "jump", XDP, 16, 4, FUNC, "type 4 is not supported in code" },
		{ "past the end", DATA, 12, 12, VARIABLE, "ends past its section's 16 bytes" },
		{ "far past the end", DATA, UINT64_MAX - 3, 11, VARIABLE, "ends past its section" },
		{ "load at the end", XDP, 16, 1, VARIABLE, "ends past its section's 24 bytes" },
		{ "no such symbol", DATA, 8, 12, 100, "has symbol 100, but the object has" },
	};
	static const struct producer by = { .word = { 11, VARIABLE, 4 } };

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct elf_object object;
		struct world world;

		world_begin(&world);
		object = begin_object(&world.arena, false, &by);
		elf_object_relocation(&object, cases[i].shndx, cases[i].offset, cases[i].type,
				      cases[i].symbol);
		world_add(&world, elf_object_finish(&object));
		cr_expect_not(world_run(&world, read_references), "%s", cases[i].name);
		cr_expect(strstr(world_messages(&world), cases[i].message), "%s: %s", cases[i].name,
			  world_messages(&world));
		world_deinit(&world);
	}
}

// ---------------------------------------------------------------------------------------------
// BTF

// Linkage and place of each declaration: "f global .text+8, h static -".
static const char *describe_declarations(struct world *world)
{
	static const char *const linkages[] = { "static", "global", "extern" };
	const struct object *object = world->linker.objects.items[0];
	const char *text = "";

	for (uint32_t id = 1; id <= object->btf->type_count; id++) {
		const struct declaration *each = object_declaration(object, id);

		for (; each; each = each->next) {
			text = arena_format(
				&world->arena, "%s%s%s %s %s", text, *text ? ", " : "",
				linker_name(&world->linker, each->name), linkages[each->linkage],
				each->atom ? each->atom->section->text_name : "nowhere");
			if (each->atom)
				text = arena_format(&world->arena, "%s+%" PRIu32, text,
						    each->offset);
			if (each->datasec)
				text = arena_format(&world->arena, "%s in %s", text,
						    linker_name(&world->linker, each->datasec));
		}
	}
	return text;
}

// A FUNC or VAR as it is in .BTF; the last has no name.
struct declared {
	const char *name;
	uint32_t linkage;
};

struct declared_case {
	const char *name;
	struct declared functions[4], variables[4];
	const char *datasec; // of all variables
	uint32_t size;       // of the DATASEC
	const char *declarations;
};

static void add_btf(struct elf_object *object, const struct declared_case *c)
{
	struct btf_raw raw = btf_raw_begin(object->arena, object->big_endian);
	uint32_t integer = btf_raw_int(&raw, "int", 4, BTF_INT_SIGNED);
	uint32_t proto = btf_raw_proto(&raw, integer);
	uint32_t section = elf_object_section(object, ".BTF", SHT_PROGBITS, 0, 1);
	uint32_t first;
	struct str btf;

	for (const struct declared *function = c->functions; function->name; function++)
		btf_raw_func(&raw, function->name, function->linkage, proto);
	first = btf_raw_next_id(&raw);
	for (const struct declared *variable = c->variables; variable->name; variable++)
		btf_raw_var(&raw, variable->name, variable->linkage, integer);
	if (c->datasec) {
		uint32_t last = btf_raw_next_id(&raw);

		btf_raw_datasec(&raw, c->datasec, c->size);
		for (uint32_t id = first; id < last; id++)
			btf_raw_secinfo(&raw, id, 0, 4);
	}
	btf = btf_raw_finish(&raw);
	elf_object_bytes(object, section, btf.data, btf.size);
}

// `f`, `s`, `c.constprop.0` and `f.part.0` are in .text, `v` and `t` in .data, `u` nowhere; `f`
// jumps into `s` when they are @joined.
static struct str btf_object(struct arena *arena, bool big_endian, bool joined,
			     const struct declared_case *c)
{
	const uint8_t code[32] = {
		[0] = joined ? 0x05 : 0x95, [8] = 0x95, [16] = 0x95, [24] = 0x95
	};
	struct elf_object object = elf_object_begin(arena, big_endian);
	uint32_t text, data;

	text = elf_object_section(&object, ".text", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, 8);
	elf_object_bytes(&object, text, code, sizeof(code));
	data = elf_object_section(&object, ".data", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, 8);
	elf_object_integer(&object, data, 8, 0);
	elf_object_symbol(&object, "s", STB_LOCAL, STT_FUNC, text, 8, 8);
	elf_object_symbol(&object, "c.constprop.0", STB_LOCAL, STT_FUNC, text, 16, 8);
	elf_object_symbol(&object, "f.part.0", STB_LOCAL, STT_FUNC, text, 24, 8);
	elf_object_symbol(&object, "t", STB_LOCAL, STT_OBJECT, data, 4, 4);
	elf_object_symbol(&object, "f", STB_GLOBAL, STT_FUNC, text, 0, 8);
	elf_object_symbol(&object, "v", STB_GLOBAL, STT_OBJECT, data, 0, 4);
	elf_object_symbol(&object, "u", STB_GLOBAL, STT_NOTYPE, SHN_UNDEF, 0, 0);
	add_btf(&object, c);
	return elf_object_finish(&object);
}

// clang-format off
static const struct declared_case declared_cases[] = {
	{ "functions", { { "f", 0 }, { "u", 0 }, { "s", 0 } }, { { NULL, 0 } }, NULL, 0,
	  "f static .text+24, f global .text+0, u extern nowhere, s static .text+8" },
	{ "two of one function", { { "s", 0 }, { "s", 0 } }, { { NULL, 0 } }, NULL, 0,
	  "s static .text+8, s static .text+8" },
	{ "what is no symbol's", { { "helper", 0 }, { "", 0 } }, { { NULL, 0 } }, NULL, 0,
	  " static nowhere" },
	{ "copies", { { "c", 0 } }, { { NULL, 0 } }, NULL, 0, "c static .text+16" },
	{ "where linkage is known", { { "f", 1 }, { "u", 0 } }, { { NULL, 0 } }, NULL, 0,
	  "f static .text+24, f global .text+0, u static nowhere" },
	{ "variables", { { NULL, 0 } }, { { "v", 1 }, { "t", 0 } }, ".data", 0,
	  "v global .data+0 in .data, t static .data+4 in .data" },
	{ "offsets that are final", { { NULL, 0 } }, { { "t", 0 } }, ".data", 8,
	  "t static .data+0 in .data" },
	{ "extern variables", { { NULL, 0 } }, { { "u", 1 } }, ".bss", 0, "u extern nowhere" },
	{ "extern variables of the kernel", { { NULL, 0 } }, { { "u", 1 } }, ".ksyms", 0,
	  "u extern nowhere in .ksyms" },
};
// clang-format on

Test(gcc, declarations_become_those_of_clang)
{
	for (size_t i = 0; i < sizeof(declared_cases) / sizeof(*declared_cases); i++) {
		for (int big_endian = 0; big_endian < 2; big_endian++) {
			const struct declared_case *c = &declared_cases[i];
			struct world world;

			world_begin(&world);
			world_add(&world, btf_object(&world.arena, big_endian, false, c));
			cr_assert(world_run(&world, read_declarations), "%s: %s", c->name,
				  world_messages(&world));
			cr_expect_str_eq(describe_declarations(&world), c->declarations, "%s",
					 c->name);
			world_deinit(&world);
		}
	}
}

// The function of that id in the output, or "".
static const char *function_name(struct world *world, const struct object *object, uint32_t output)
{
	for (uint32_t id = 1; output && id <= object->btf->type_count; id++) {
		const struct declaration *each = object_declaration(object, id);

		for (; each; each = each->next) {
			if (each->output == output)
				return linker_name(&world->linker, each->name);
		}
	}
	return "";
}

// What describe_functions() makes up: ".text+0 f, .text+8 s".
static const char *describe_made_up(struct world *world, enum btf_ext_kind kind)
{
	struct describer describer = { .linker = &world->linker };
	const struct object *object = world->linker.objects.items[0];
	struct descriptions made = describe_functions(&describer, object, kind);
	const char *text = "";

	array_each(each, &made)
		text = arena_format(&world->arena, "%s%s%s+%" PRIu32 " %s", text, *text ? ", " : "",
				    each->section->text_name, each->record.insn_off,
				    function_name(world, object, each->record.field[0]));
	return text;
}

// Where there is no func_info, names tell which FUNC is whose; lines say nothing.
Test(gcc, functions_get_records)
{
	static const struct declared_case c = {
		.functions = { { "f", 0 }, { "s", 0 }, { "c", 0 } },
	};
	struct world world;

	world_begin(&world);
	world_add(&world, btf_object(&world.arena, false, false, &c));
	cr_assert(world_run(&world, encode_types), "%s", world_messages(&world));
	cr_expect_str_eq(describe_made_up(&world, BTF_EXT_FUNC),
			 ".text+8 s, .text+16 c, .text+24 f, .text+0 f");
	cr_expect_str_eq(describe_made_up(&world, BTF_EXT_LINE),
			 ".text+8 , .text+16 , .text+24 , .text+0 ");
	world_deinit(&world);
}

// They move as one; the record is about the first, in whatever order BTF has them.
Test(gcc, functions_that_jump_into_each_other_get_one_record)
{
	static const struct declared_case c = {
		.functions = { { "s", 0 }, { "f", 0 } },
	};
	struct world world;

	world_begin(&world);
	world_add(&world, btf_object(&world.arena, false, true, &c));
	cr_assert(world_run(&world, encode_types), "%s", world_messages(&world));
	cr_expect_str_eq(describe_made_up(&world, BTF_EXT_FUNC), ".text+24 f, .text+0 f");
	world_deinit(&world);
}

Test(gcc, functions_with_records_keep_them)
{
	struct world world;

	world_init(&world, false,
		   (const char *[]){ "section .text AX | global func f 8 | exit | btf", NULL });
	cr_assert(world_run(&world, encode_types), "%s", world_messages(&world));
	cr_expect_str_eq(describe_made_up(&world, BTF_EXT_FUNC), "");
	cr_expect_str_eq(describe_made_up(&world, BTF_EXT_LINE), "");
	world_deinit(&world);
}
