/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <inttypes.h>

#include "elf_text.h"
#include "world.h"

// "8 call f+0, 16 quad @.data+4": offset, kind, and a symbol or a section with the addend.
static const char *describe(struct world *world, const struct section *section)
{
	static const char *const kinds[] = {
		[REFERENCE_LD_IMM64] = "load",   [REFERENCE_CALL] = "call",
		[REFERENCE_LOCAL_CALL] = "near", [REFERENCE_DATA64] = "quad",
		[REFERENCE_DATA32] = "word",
	};
	const char *text = "";

	array_each(each, &section->references)
		text = arena_format(&world->arena, "%s%s%" PRIu32 " %s %s%s%+" PRId64, text,
				    *text ? ", " : "", each->offset, kinds[each->kind],
				    each->named ? "" : "@",
				    each->named ? linker_name(&world->linker, each->symbol->name)
						: each->target->text_name,
				    each->addend);
	return text;
}

struct reference_case {
	const char *text;
	const char *section;
	const char *references; // NULL: `message` is reported
	const char *message;
};

// clang-format off
static const struct reference_case cases[] = {
	// Calls.
	{ "section .text AX | mov | call f | exit", ".text", "8 call f+0", NULL },
	{ "section .text AX | call f+16 | exit", ".text", "0 call f+16", NULL },
	{ "section .text AX | call @.text+8 | exit", ".text", "0 call @.text+8", NULL },
	{ "section .text AX | call @xdp+8 | exit | section xdp AX | mov | exit",
	  ".text", "0 call @xdp+8", NULL },
	{ "section .text AX | helper 5 | exit", ".text", "", NULL },
	{ "section .text AX | call @.text+16 | exit", ".text", NULL,
	  "a.o:(.text+0x0): error: call goes to offset 16 of section '.text', where no instruction is" },
	{ "section .text AX | call @.text+-8 | exit", ".text", NULL, "call goes to offset -8 of" },
	{ "section .text AX | call @.data | section .data WA | quad 0", ".text", NULL,
	  "call goes to offset 0 of section '.data', where no instruction is" },

	// Calls that the assembler resolved.
	{ "section .text AX | near 1 | exit | exit", ".text", "0 near @.text+16", NULL },
	{ "section .text AX | exit | near -2", ".text", "8 near @.text+0", NULL },
	{ "section .text AX | near 1 | call f | load v | near -5", ".text",
	  "0 near @.text+16, 8 call f+0, 16 load v+0, 32 near @.text+0", NULL },
	{ "section .text AX | near 1 | exit", ".text", NULL, "call goes to offset 16 of" },
	{ "section .text AX | near -2 | exit", ".text", NULL, "call goes to offset -8 of" },
	{ "section .text AX | near 0x7fffffff | exit", ".text", NULL, "call goes to offset 17179869184" },

	// 64-bit immediates.
	{ "section .text AX | load v | exit", ".text", "0 load v+0", NULL },
	{ "section .text AX | load v+20 | exit", ".text", "0 load v+20", NULL },
	{ "section .text AX | load v+-4 | exit", ".text", "0 load v-4", NULL },
	{ "section .text AX | load @.data+4 | section .data WA | quad 0", ".text", "0 load @.data+4", NULL },
	{ "section .text AX | load @.data+8 | section .data WA | quad 0", ".text", "0 load @.data+8", NULL },
	{ "section .text AX | load @.text+16 | exit", ".text", "0 load @.text+16", NULL },
	{ "section .text AX | load @.debug_str | section .debug_str - | byte 0", ".text", NULL,
	  "a 64-bit immediate refers to section '.debug_str', which no loader knows" },
	{ "section .text AX | load x | section .debug_str - | local object x 1 | byte 0", ".text", NULL,
	  "refers to section '.debug_str', which no loader knows" },
	{ "section .text AX | mov | byte 0x18 | byte 0 | byte 0 | byte 0 | word 0", ".text", NULL,
	  "a.o:(.text+0x8): error: the section ends within a 64-bit immediate" },

	// Data.
	{ "section .data WA | quad f", ".data", "0 quad f+0", NULL },
	{ "section .data WA | word 7 | word f+3", ".data", "4 word f+3", NULL },
	{ "section .data WA | quad @.text+8 | section .text AX | mov | exit", ".data",
	  "0 quad @.text+8", NULL },
	{ "section .data WA | quad f+-12", ".data", "0 quad f-12", NULL },
	{ "section .data WA | byte 1 | quad f", ".data", "1 quad f+0", NULL },
	{ "section .maps WA | quad f", ".maps", "0 quad f+0", NULL },
	{ "section license WA | quad f", "license", "0 quad f+0", NULL },
	{ "section .debug_info - | quad f", ".debug_info", "", NULL },
};
// clang-format on

Test(references, reads_fields_and_addends)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		for (int big_endian = 0; big_endian < 2; big_endian++) {
			const struct reference_case *row = &cases[i];
			const char *found;
			struct world world;
			bool read;

			world_init(&world, big_endian, (const char *[]){ row->text, NULL });
			read = world_run(&world, read_references);
			cr_expect_eq(read, row->references != NULL, "%s: %s", row->text,
				     world_messages(&world));
			if (row->references) {
				found = describe(&world, world_section(&world, 0, row->section));
				cr_expect_str_eq(found, row->references, "%s: %s", row->text,
						 found);
			} else {
				cr_expect(strstr(world_messages(&world), row->message), "%s: %s",
					  row->text, world_messages(&world));
			}
			world_deinit(&world);
		}
	}
}

// Sections of raw(): .text is "load; call; exit" without relocations, .data two quads.
enum { TEXT = 1, DATA, BSS };
enum { SYMBOL = 1, SECTION_SYMBOL, NO_SECTION_SYMBOL };

static struct elf_object raw(struct arena *arena)
{
	static const uint8_t code[32] = { [0] = 0x18, [16] = 0x85, [17] = 0x10, [24] = 0x95 };
	struct elf_object object = elf_object_begin(arena, false);

	elf_object_section(&object, ".text", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, 8);
	elf_object_bytes(&object, TEXT, code, sizeof(code));
	elf_object_section(&object, ".data", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, 8);
	elf_object_integer(&object, DATA, 8, 0);
	elf_object_integer(&object, DATA, 8, 0);
	elf_object_section(&object, ".bss", SHT_NOBITS, SHF_ALLOC | SHF_WRITE, 8);
	object.sections.items[BSS].nobits = 16;
	elf_object_symbol(&object, "s", STB_GLOBAL, STT_NOTYPE, 0, 0, 0);
	elf_object_symbol(&object, "", STB_LOCAL, STT_SECTION, DATA, 0, 0);
	elf_object_symbol(&object, "", STB_LOCAL, STT_SECTION, SHN_UNDEF, 0, 0);
	return object;
}

struct relocation {
	uint32_t shndx;
	uint64_t offset;
	uint32_t type;
	uint32_t symndx;
};

struct relocation_case {
	const char *name;
	struct relocation relocations[2]; // a shndx of 0: none
	const char *references;           // NULL: `message` is reported
	const char *message;
};

// clang-format off
static const struct relocation_case relocation_cases[] = {
	{ "NONE in code", { { TEXT, 0, 0, SYMBOL } }, "", NULL },
	{ "NONE in data", { { DATA, 0, 0, SYMBOL } }, "", NULL },
	{ "64_64 in code", { { TEXT, 0, 1, SYMBOL } }, "0 load s+0", NULL },
	{ "64_32 in code", { { TEXT, 16, 10, SYMBOL } }, "16 call s+8", NULL },
	{ "ABS64 in code", { { TEXT, 0, 2, SYMBOL } }, NULL, "relocation type 2 is not supported in code" },
	{ "ABS32 in code", { { TEXT, 0, 3, SYMBOL } }, NULL, "relocation type 3 is not supported in code" },
	{ "NODYLD32 in code", { { TEXT, 0, 4, SYMBOL } }, NULL, "relocation type 4 is not supported in code" },
	{ "GNU_64_16 in code", { { TEXT, 0, 256, SYMBOL } }, NULL, "relocation type 256 is not" },
	{ "ABS64 in data", { { DATA, 8, 2, SYMBOL } }, "8 quad s+0", NULL },
	{ "ABS32 in data", { { DATA, 8, 3, SYMBOL } }, "8 word s+0", NULL },
	{ "NODYLD32 in data", { { DATA, 8, 4, SYMBOL } }, "8 word s+0", NULL },
	{ "64_64 in data, as LLVM 12", { { DATA, 0, 1, SYMBOL } }, "0 quad s+0", NULL },
	{ "64_32 in data, as LLVM 12", { { DATA, 0, 10, SYMBOL } }, "0 word s+0", NULL },
	{ "type 8 in data", { { DATA, 0, 8, SYMBOL } }, NULL, "relocation type 8 is not supported in data" },
	{ "huge type", { { DATA, 0, UINT32_MAX, SYMBOL } }, NULL, "relocation type 4294967295 is not" },
	{ "unsorted", { { DATA, 8, 2, SYMBOL }, { DATA, 0, 2, SECTION_SYMBOL } },
	  "0 quad @.data+0, 8 quad s+0", NULL },

	{ "no symbol", { { DATA, 0, 2, 0 } }, NULL, "relocation has symbol 0, but the object has 4" },
	{ "symbol past the end", { { DATA, 0, 2, 4 } }, NULL, "relocation has symbol 4, but the object has 4" },
	{ "huge symbol", { { DATA, 0, 2, UINT32_MAX } }, NULL, "has symbol 4294967295" },
	{ "no section", { { DATA, 0, 2, NO_SECTION_SYMBOL } }, NULL, "of a section that the object does not have" },
	{ "twice", { { DATA, 0, 2, SYMBOL }, { DATA, 0, 3, SYMBOL } }, NULL,
	  "a.o:(.data+0x0): error: two relocations of one field" },
	{ "within another", { { DATA, 0, 2, SYMBOL }, { DATA, 4, 3, SYMBOL } }, NULL,
	  "a.o:(.data+0x4): error: two relocations of one field" },
	{ "side by side", { { DATA, 0, 3, SYMBOL }, { DATA, 4, 3, SYMBOL } }, "0 word s+0, 4 word s+0", NULL },
	{ "at the end", { { DATA, 16, 2, SYMBOL } }, NULL, "of 64-bit data ends past its section's 16 bytes" },
	{ "across the end", { { DATA, 9, 2, SYMBOL } }, NULL, "of 64-bit data ends past" },
	{ "up to the end", { { DATA, 12, 3, SYMBOL } }, "12 word s+0", NULL },
	{ "32 bits across the end", { { DATA, 13, 3, SYMBOL } }, NULL, "of 32-bit data ends past" },
	{ "overflows", { { DATA, UINT64_MAX, 2, SYMBOL } }, NULL, "ends past its section" },
	{ "load at the end", { { TEXT, 24, 1, SYMBOL } }, NULL, "of a 64-bit immediate ends past" },
	{ "call at the end", { { TEXT, 32, 10, SYMBOL } }, NULL, "of a call ends past" },
	{ "load that is none", { { TEXT, 16, 1, SYMBOL } }, NULL,
	  "a.o:(.text+0x10): error: relocation of a 64-bit immediate does not match the instruction "
	  "there (opcode 0x85)" },
	{ "call that is none", { { TEXT, 24, 10, SYMBOL } }, NULL, "of a call does not match the instr" },
	{ "between instructions", { { TEXT, 4, 1, SYMBOL } }, NULL, "does not match the instruction" },
	{ "within a load", { { TEXT, 8, 10, SYMBOL } }, NULL, "does not match the instruction" },
	{ "without content", { { BSS, 0, 2, SYMBOL } }, NULL, "in a section without content" },
};
// clang-format on

Test(references, takes_each_relocation_type_where_it_belongs)
{
	for (size_t i = 0; i < sizeof(relocation_cases) / sizeof(*relocation_cases); i++) {
		const struct relocation_case *row = &relocation_cases[i];
		struct elf_object object;
		const char *found;
		struct world world;

		world_begin(&world);
		object = raw(&world.arena);
		for (int j = 0; j < 2 && row->relocations[j].shndx; j++)
			elf_object_relocation(&object, row->relocations[j].shndx,
					      row->relocations[j].offset, row->relocations[j].type,
					      row->relocations[j].symndx);
		world_add(&world, elf_object_finish(&object));
		// The call of raw() is one without a relocation until it has one.
		cr_expect_eq(world_run(&world, read_references), row->references != NULL, "%s: %s",
			     row->name, world_messages(&world));
		if (row->references) {
			found = describe(&world, world_section(&world, 0,
							       row->relocations[0].shndx == TEXT
								       ? ".text"
								       : ".data"));
			cr_expect(strstr(found, row->references), "%s: %s", row->name, found);
		} else {
			cr_expect(strstr(world_messages(&world), row->message), "%s: %s", row->name,
				  world_messages(&world));
		}
		world_deinit(&world);
	}
}

Test(references, relocations_apply_to_a_section)
{
	static const uint32_t sections[] = { 0, 7, 100, UINT32_MAX }; // there are 7

	for (size_t i = 0; i < sizeof(sections) / sizeof(*sections); i++) {
		struct elf_object object;
		struct str image;
		struct world world;

		world_begin(&world);
		object = raw(&world.arena);
		elf_object_relocation(&object, DATA, 0, 2, SYMBOL);
		image = elf_object_finish(&object);
		elf_object_poke(&object, image, (struct elf_field)ELF_SECTION(BSS + 1, sh_info),
				sections[i]);
		world_add(&world, image);
		cr_expect_not(world_run(&world, read_references));
		cr_expect_str_eq(world_messages(&world),
				 arena_format(&world.arena,
					      "a.o:(.rel.data): error: relocations of section %u "
					      "(sh_info), which the object does not have\n",
					      (unsigned int)sections[i]));
		world_deinit(&world);
	}
}
