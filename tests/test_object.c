/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include "elf_text.h"
#include "world.h"

// Read one image; expect errors that contain @message, or none when @message is NULL.
static void expect_image(const char *name, struct str image, const char *message)
{
	struct world world;

	world_init_images(&world, &image, 1);
	cr_expect_eq(world_run(&world, read_inputs), message == NULL, "%s: %s", name,
		     world_messages(&world));
	// One thing that is wrong is one error.
	cr_expect_eq(world.diag.error_count, message != NULL, "%s: %s", name,
		     world_messages(&world));
	if (message && world.diag.first)
		cr_expect(strstr(world_messages(&world), message), "%s: %s", name,
			  world_messages(&world));
	world_deinit(&world);
}

Test(object, tells_what_a_file_is)
{
	static const struct {
		const char *name;
		struct str bytes;
		const char *message;
	} cases[] = {
		{ "empty", STR(""), "a.o: error: is empty" },
		{ "one byte", STR("\177"), "is no object: it does not begin as ELF files do" },
		{ "text", STR("int main;\n"), "is text, not an object" },
		{ "archive", STR("!<arch>\nfoo.o/"),
		  "archive is truncated: it ends within the header" },
		{ "thin archive", STR("!<thin>\nfoo.o/"),
		  "archive is truncated: it ends within the header" },
		{ "bitcode", STR("BC\xC0\xDE rest"), "is LLVM bitcode" },
		{ "wrapped bitcode", STR("\xDE\xC0\x17\x0B rest"), "is LLVM bitcode in a wrapper" },
		{ "raw BTF", STR("\x9f\xeb\x01"), "is raw BTF" },
		{ "raw BTF, big endian", STR("\xeb\x9f\x01"), "is raw BTF" },
		{ "magic", STR("\177ELF"), "is truncated: it ends within the ELF header" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		expect_image(cases[i].name, cases[i].bytes, cases[i].message);
}

// Indices in valid().
enum { TEXT = 1, DATA, BSS, LICENSE, DEBUG, REL };
enum { FUNC = 1, VARIABLE, COMMON, SECTION };

static struct elf_object valid(struct arena *arena, bool big_endian, struct str *image)
{
	static const uint8_t exit[8] = { 0x95 };
	const uint64_t alloc = SHF_ALLOC;
	struct elf_object object = elf_object_begin(arena, big_endian);

	elf_object_section(&object, ".text", SHT_PROGBITS, alloc | SHF_EXECINSTR, 8);
	elf_object_bytes(&object, TEXT, exit, sizeof(exit));
	elf_object_section(&object, ".data", SHT_PROGBITS, alloc | SHF_WRITE, 8);
	elf_object_integer(&object, DATA, 8, 0);
	elf_object_section(&object, ".bss", SHT_NOBITS, alloc | SHF_WRITE, 4);
	object.sections.items[BSS].nobits = 16;
	elf_object_section(&object, "license", SHT_PROGBITS, alloc | SHF_WRITE, 1);
	elf_object_bytes(&object, LICENSE, "GPL", 4);
	elf_object_section(&object, ".debug_str", SHT_PROGBITS, SHF_MERGE | SHF_STRINGS, 1);
	elf_object_bytes(&object, DEBUG, "C", 2);
	elf_object_symbol(&object, "f", STB_GLOBAL, STT_FUNC, TEXT, 0, 8);
	elf_object_symbol(&object, "v", STB_WEAK, STT_OBJECT, DATA, 0, 8);
	elf_object_symbol(&object, "c", STB_GLOBAL, STT_OBJECT, SHN_COMMON, 4, 4);
	elf_object_symbol(&object, "", STB_LOCAL, STT_SECTION, DATA, 0, 0);
	elf_object_relocation(&object, DATA, 0, 2, FUNC);
	*image = elf_object_finish(&object);
	return object;
}

Test(object, reads_sections_and_symbols)
{
	for (int big_endian = 0; big_endian < 2; big_endian++) {
		struct world world;
		struct str image;
		struct object *object;

		world_begin(&world);
		valid(&world.arena, big_endian, &image);
		world_add(&world, image);
		cr_assert(world_run(&world, read_inputs), "%s", world_messages(&world));
		object = world.linker.objects.items[0];
		cr_expect_eq(world.linker.big_endian, big_endian);
		cr_expect_str_eq(object->name, "a.o");
		cr_expect_eq(object->section_count, REL + 3u);
		cr_expect_eq(object->symbol_count, 5);
		cr_expect_eq(object->sections[TEXT].role, ROLE_CODE);
		cr_expect_eq(object->sections[TEXT].data[0], 0x95);
		cr_expect_eq(object->sections[DATA].role, ROLE_DATA);
		cr_expect_eq(object->sections[DATA].flags, SHF_ALLOC | SHF_WRITE);
		cr_expect_eq(object->sections[BSS].size, 16);
		cr_expect_null(object->sections[BSS].data);
		cr_expect_eq(object->sections[LICENSE].role, ROLE_LICENSE);
		cr_expect_eq(object->sections[DEBUG].role, ROLE_DROP);
		cr_expect_eq(object->symbols[FUNC].section, &object->sections[TEXT]);
		cr_expect_eq(object->symbols[FUNC].type, STT_FUNC);
		cr_expect_eq(object->symbols[VARIABLE].binding, STB_WEAK);
		cr_expect_eq(object->symbols[VARIABLE].size, 8);
		cr_expect_eq(object->symbols[COMMON].home, HOME_COMMON);
		world_deinit(&world);
	}
}

#define IDENT(index)                                                                               \
	{                                                                                          \
		ELF_RECORD_HEADER, 0, index, 1                                                     \
	}

struct broken_field {
	const char *name;
	struct elf_field field;
	uint64_t value;
	const char *message; // NULL: it does not matter
};

static const struct broken_field headers[] = {
	{ "class", IDENT(EI_CLASS), ELFCLASS32, "is not a 64-bit ELF object" },
	{ "no byte order", IDENT(EI_DATA), 0, "has neither byte order" },
	{ "unknown byte order", IDENT(EI_DATA), 3, "has neither byte order" },
	{ "machine x86-64", ELF_HEADER(e_machine), EM_X86_64, "is an object for x86-64" },
	{ "machine AArch64", ELF_HEADER(e_machine), EM_AARCH64, "is an object for AArch64" },
	{ "machine of old LLVM", ELF_HEADER(e_machine), 0, "is an object for machine 0" },
	{ "executable", ELF_HEADER(e_type), ET_EXEC, "is linked already (e_type is 2," },
	{ "core", ELF_HEADER(e_type), ET_CORE, "is linked already (e_type is 4," },
	{ "no section headers", ELF_HEADER(e_shoff), 0, "has no section headers" },
	{ "section headers past the end", ELF_HEADER(e_shoff), UINT32_MAX, "is truncated" },
	{ "section headers overflow", ELF_HEADER(e_shoff), UINT64_MAX - 7, "is truncated" },
	{ "many section headers", ELF_HEADER(e_shnum), 0xfeff, "is truncated" },
	{ "headers of 40 bytes", ELF_HEADER(e_shentsize), 40, "e_shentsize is 40, not 64" },
	{ "section names past the end", ELF_HEADER(e_shstrndx), 200,
	  "section 200 is to hold names" },
	{ "section names in code", ELF_HEADER(e_shstrndx), TEXT, "is no string table" },
	{ "program headers", ELF_HEADER(e_phnum), 3, NULL },
};

static const struct broken_field sections[] = {
	{ "name", ELF_SECTION(TEXT, sh_name), 1 << 20, "section 1 has a sh_name beyond the end" },
	{ "alignment 3", ELF_SECTION(DATA, sh_addralign), 3, "(.data): error: sh_addralign 0x3" },
	{ "alignment 2^63", ELF_SECTION(DATA, sh_addralign), UINT64_C(1) << 63,
	  "sh_addralign 0x8" },
	{ "alignment 0", ELF_SECTION(DATA, sh_addralign), 0, NULL },
	{ "size", ELF_SECTION(DATA, sh_size), 1 << 20, "(.data): error: is truncated" },
	{ "size 4 GiB", ELF_SECTION(BSS, sh_size), UINT64_C(1) << 32, "is more than 4 GiB" },
	{ "size overflows", ELF_SECTION(DATA, sh_size), UINT64_MAX, "is more than 4 GiB" },
	{ "offset", ELF_SECTION(DATA, sh_offset), 1 << 20, "(.data): error: is truncated" },
	{ "offset overflows", ELF_SECTION(DATA, sh_offset), UINT64_MAX - 3, "is truncated" },
	{ "offset without bytes", ELF_SECTION(BSS, sh_offset), 1 << 20, NULL },
	{ "dropped past the end", ELF_SECTION(DEBUG, sh_size), 1 << 20, "is truncated" },
	{ "code of 12 bytes", ELF_SECTION(TEXT, sh_size), 12,
	  "is code, but its sh_size is not a whole number of instructions" },
	{ "code aligned to 16", ELF_SECTION(TEXT, sh_addralign), 16, NULL },
	{ "code aligned to a page", ELF_SECTION(TEXT, sh_addralign), 4096, NULL },
	{ "code aligned to 24", ELF_SECTION(TEXT, sh_addralign), 24,
	  "sh_addralign 0x18 is not a power" },
	{ "code for a license", ELF_SECTION(LICENSE, sh_flags), SHF_ALLOC | SHF_EXECINSTR,
	  "(license): error: is code (SHF_EXECINSTR), but loaders take" },
	{ "code without content", ELF_SECTION(TEXT, sh_type), SHT_NOBITS, "has no content" },
	{ "license without content", ELF_SECTION(LICENSE, sh_type), SHT_NOBITS, "has no content" },
	{ "compressed data", ELF_SECTION(DATA, sh_flags), SHF_ALLOC | SHF_COMPRESSED,
	  "is compressed (SHF_COMPRESSED), which only debug sections may be" },
	{ "compressed debug data", ELF_SECTION(DEBUG, sh_flags), SHF_COMPRESSED, NULL },
	{ "relocations with addends", ELF_SECTION(REL, sh_type), SHT_RELA, "(SHT_RELA)" },
	{ "symbols are none", ELF_SECTION(REL + 1, sh_type), SHT_NOTE, "has no symbol table" },
	{ "symbols past the end", ELF_SECTION(REL + 1, sh_size), 1 << 20, "(.symtab): error: is" },
	{ "symbol names", ELF_SECTION(REL + 1, sh_link), TEXT, "section 1 is to hold names" },
	{ "strings past the end", ELF_SECTION(REL + 2, sh_size), 1 << 20, "is no string table" },
};

static const struct broken_field symbols[] = {
	{ "name", ELF_SYMBOL(FUNC, st_name), 1 << 20, "symbol 1 has an st_name beyond" },
	{ "no name", ELF_SYMBOL(FUNC, st_name), 0, "symbol 1 '' has binding 1 and type 2" },
	{ "binding", ELF_SYMBOL(FUNC, st_info), 3 << 4, "has binding 3 and type 0" },
	{ "unique", ELF_SYMBOL(FUNC, st_info), 10 << 4, "has binding 10 and type 0" },
	{ "thread-local", ELF_SYMBOL(FUNC, st_info), STT_TLS, "has binding 0 and type 6" },
	{ "indirect", ELF_SYMBOL(FUNC, st_info), STT_GNU_IFUNC, "has binding 0 and type 10" },
	{ "section past the end", ELF_SYMBOL(FUNC, st_shndx), 100, "symbol 'f' has st_shndx 100" },
	{ "section behind the last", ELF_SYMBOL(FUNC, st_shndx), 9,
	  "has st_shndx 9, but the object has 9 sections" },
	{ "processor's section", ELF_SYMBOL(FUNC, st_shndx), SHN_LOPROC, "has st_shndx 65280" },
	{ "extended without table", ELF_SYMBOL(FUNC, st_shndx), SHN_XINDEX, "has st_shndx 0" },
	{ "value", ELF_SYMBOL(FUNC, st_value), 9, "(.text+0x9): error: symbol 'f' of 8 bytes" },
	{ "value at the end", ELF_SYMBOL(FUNC, st_value), 8, "ends past its section's 8" },
	{ "value overflows", ELF_SYMBOL(FUNC, st_value), UINT64_MAX - 7, "ends past its section" },
	{ "not at its section's start", ELF_SYMBOL(SECTION, st_value), 4, "not at its start" },
	{ "global symbol of a section", ELF_SYMBOL(FUNC, st_info),
	  ELF64_ST_INFO(STB_GLOBAL, STT_SECTION), "is of a section (STT_SECTION), but not local" },
	{ "half an instruction", ELF_SYMBOL(FUNC, st_size), 4, "function 'f' is not a whole" },
	{ "size", ELF_SYMBOL(VARIABLE, st_size), 9, "(.data+0x0): error: symbol 'v' of 9 bytes" },
	{ "size overflows", ELF_SYMBOL(VARIABLE, st_size), UINT64_MAX, "ends past its section" },
	{ "absolute value", ELF_SYMBOL(VARIABLE, st_shndx), SHN_ABS, NULL },
	{ "common's alignment", ELF_SYMBOL(COMMON, st_value), 3,
	  "symbol 'c' has an st_value that is no alignment" },
	{ "common's size", ELF_SYMBOL(COMMON, st_size), UINT64_C(1) << 32,
	  "'c' has an st_value that is no alignment, or is larger" },
	{ "common's alignment is 0", ELF_SYMBOL(COMMON, st_value), 0, NULL },
};

static void expect_broken(const struct broken_field *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		for (int big_endian = 0; big_endian < 2; big_endian++) {
			struct arena arena;
			struct str image;
			struct elf_object object;

			arena_init(&arena, SIZE_MAX);
			object = valid(&arena, big_endian, &image);
			elf_object_poke(&object, image, cases[i].field, cases[i].value);
			expect_image(cases[i].name, image, cases[i].message);
			arena_deinit(&arena);
		}
	}
}

Test(object, rejects_broken_headers)
{
	expect_broken(headers, sizeof(headers) / sizeof(*headers));
}

Test(object, rejects_broken_sections)
{
	expect_broken(sections, sizeof(sections) / sizeof(*sections));
}

Test(object, rejects_broken_symbols)
{
	expect_broken(symbols, sizeof(symbols) / sizeof(*symbols));
}

Test(object, truncation_is_an_error)
{
	struct arena arena;
	struct str image;

	arena_init(&arena, SIZE_MAX);
	valid(&arena, false, &image);
	for (size_t size = 0; size < image.size; size++) {
		// A copy of its own, so that the sanitizer sees reads beyond it.
		char *copy = malloc(size + !size);
		struct str part = { copy, size };
		struct world world;

		memcpy(copy, image.data, size);
		world_init_images(&world, &part, 1);
		cr_expect_not(world_run(&world, read_inputs), "%zu bytes", size);
		cr_expect(size < 4 || size >= sizeof(Elf64_Ehdr) ||
				  strstr(world_messages(&world), "is truncated"),
			  "%zu bytes: %s", size, world_messages(&world));
		world_deinit(&world);
		free(copy);
	}
	arena_deinit(&arena);
}

Test(object, classifies_sections)
{
	static const struct {
		const char *text;
		enum role role;
		const char *message;
	} cases[] = {
		{ "section xdp AX", ROLE_CODE, "" },
		{ "section .data.x WA", ROLE_DATA, "" },
		{ "section .maps WA", ROLE_MAPS, "" },
		{ "section license A", ROLE_LICENSE, "" },
		{ "section license.x A", ROLE_DATA, "" },
		{ "section version WA", ROLE_VERSION, "" },
		{ "section .BTF -", ROLE_BTF, "" },
		{ "section .BTF.ext -", ROLE_BTF_EXT, "" },
		{ "section .BTF.ext - | byte 1", ROLE_BTF_EXT,
		  "a.o:(.BTF.ext): error: is there, but .BTF is not, to which it belongs; remove "
		  "both, or compile with -g\n" },
		{ "section .BTF.base A", ROLE_DATA, "" },
		{ "section .debug_info - | byte 1", ROLE_DROP, "" },
		{ "section .zdebug_info - | byte 1", ROLE_DROP, "" },
		{ "section .eh_frame A", ROLE_DROP, "" },
		{ "section .comment MS | byte 1", ROLE_DROP, "" },
		{ "section .note.x A", ROLE_DROP, "" },
		{ "section .note.gnu.property - | byte 1", ROLE_DROP, "" },
		{ "section .llvmbc E | byte 1", ROLE_DROP, "" },
		{ "section .llvmcmd E | byte 1", ROLE_DROP, "" },
		{ "section .stack_sizes - | byte 1", ROLE_DROP, "" },
		{ "section other AE | byte 1", ROLE_DROP, "" },
		{ "section other -", ROLE_DROP, "" },
		{ "section other - | byte 1", ROLE_DROP,
		  "a.o:(other): warning: section is left out: it takes no part in the program's "
		  "memory (no SHF_ALLOC)\n" },
		{ "section .jumptables - | quad 0", ROLE_JUMP_TABLES, "" },
		{ "section __llvm_prf_cnts WA", ROLE_DROP,
		  "a.o:(__llvm_prf_cnts): error: profiling is not supported for BPF; compile "
		  "without -fprofile-generate and the like\n" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct world world;

		world_init(&world, false, (const char *[]){ cases[i].text, NULL });
		world_run(&world, read_inputs);
		cr_expect_eq(world.linker.objects.items[0]->sections[1].role, cases[i].role, "%s",
			     cases[i].text);
		cr_expect_str_eq(world_messages(&world), cases[i].message, "%s", cases[i].text);
		world_deinit(&world);
	}
}

// Sections of types that the text has no words for.
Test(object, classifies_by_type)
{
	static const struct {
		uint32_t type;
		const char *message;
	} types[] = {
		{ SHT_NOTE, "" },
		{ 0x6fff4c03, "" }, // SHT_LLVM_ADDRSIG
		{ SHT_INIT_ARRAY,
		  "a.o:(x): warning: section is left out: nothing runs constructors "
		  "of a BPF program\n" },
		{ SHT_RELA, "a.o:(x): error: relocations with addends (SHT_RELA), which BPF "
			    "does not have\n" },
	};

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		struct elf_object object;
		struct world world;

		world_begin(&world);
		object = elf_object_begin(&world.arena, false);
		elf_object_section(&object, "x", types[i].type, SHF_ALLOC, 1);
		elf_object_bytes(&object, 1, "x", 1);
		world_add(&world, elf_object_finish(&object));
		world_run(&world, read_inputs);
		cr_expect_eq(world.linker.objects.items[0]->sections[1].role, ROLE_DROP);
		cr_expect_str_eq(world_messages(&world), types[i].message);
		world_deinit(&world);
	}
}

Test(object, tells_once_of_what_is_dropped)
{
	static const char *const text = "section x - | byte 1 | section x - | byte 1 |"
					"section __llvm_prf_cnts WA | section __llvm_prf_data WA";
	struct world world;

	world_init(&world, false, (const char *[]){ text, "section y - | byte 1", text, NULL });
	cr_expect_not(world_run(&world, read_inputs));
	cr_expect_str_eq(
		world_messages(&world),
		"a.o:(x): warning: section is left out: it takes no part in the program's "
		"memory (no SHF_ALLOC)\n"
		"a.o:(__llvm_prf_cnts): error: profiling is not supported for BPF; compile "
		"without -fprofile-generate and the like\n"
		"b.o:(y): warning: section is left out: it takes no part in the program's "
		"memory (no SHF_ALLOC)\n");
	world_deinit(&world);
}

Test(object, inputs_must_be_alike)
{
	static const struct {
		const char *name;
		bool big_endian[2];
		uint32_t flags[2];
		uint32_t result;
		const char *message; // NULL: they are
	} cases[] = {
		{ "same", { false, false }, { 0, 0 }, 0, NULL },
		{ "both big endian", { true, true }, { 0, 0 }, 0, NULL },
		{ "little and big",
		  { false, true },
		  { 0, 0 },
		  0,
		  "b.o: error: is big-endian, but 'a.o' is little-endian" },
		{ "big and little",
		  { true, false },
		  { 0, 0 },
		  0,
		  "b.o: error: is little-endian, but 'a.o' is big-endian" },
		{ "newer instructions", { false, false }, { 2, 4 }, 4, NULL },
		{ "older instructions", { false, false }, { 4, 2 }, 4, NULL },
		{ "other flags",
		  { false, false },
		  { 0x10, 0x20 },
		  0,
		  "b.o: error: has ELF flags 0x20, but 'a.o' has 0x10" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct world world;

		world_begin(&world);
		for (int j = 0; j < 2; j++) {
			struct str image;
			struct elf_object object =
				valid(&world.arena, cases[i].big_endian[j], &image);

			elf_object_poke(&object, image, (struct elf_field)ELF_HEADER(e_flags),
					cases[i].flags[j]);
			world_add(&world, image);
		}
		cr_expect_eq(world_run(&world, read_inputs), cases[i].message == NULL, "%s: %s",
			     cases[i].name, world_messages(&world));
		if (cases[i].message)
			cr_expect(strstr(world_messages(&world), cases[i].message), "%s: %s",
				  cases[i].name, world_messages(&world));
		else
			cr_expect_eq(world.linker.flags, cases[i].result, "%s", cases[i].name);
		world_deinit(&world);
	}
}

Test(object, no_inputs_is_an_error)
{
	struct world world;

	world_init(&world, false, (const char *[]){ NULL });
	cr_expect_not(world_run(&world, read_inputs));
	cr_expect_str_eq(world_messages(&world), "bpfld: error: no input files\n");
	world_deinit(&world);
}
