/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Files whose parts share bytes: what would take memory by the square of the file is an error, what
 * compilers and archivers write is not.
 */
#include <ar.h>
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "bpfld.h"
#include "elf_object.h"
#include "elf_text.h"
#include "support/command.h"

#define COUNT     400
#define NAME_SIZE 8000

// A name of @size bytes.
static const char *long_name(struct arena *arena, size_t size)
{
	char *name = arena_alloc(arena, size + 1);

	memset(name, 'n', size);
	return name;
}

// Each of @count symbols after the first has an ending of the name of that, of @size bytes.
static struct str with_symbols(struct arena *arena, size_t count, size_t size)
{
	struct elf_object object = elf_object_begin(arena, false);
	uint32_t data =
		elf_object_section(&object, ".data", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, 1);
	uint32_t first, symbols[COUNT];
	struct str image;

	elf_object_integer(&object, data, 8, 0);
	first = elf_object_symbol(&object, long_name(arena, size), STB_GLOBAL, STT_NOTYPE, data, 0,
				  0);
	for (size_t i = 0; i < count; i++)
		symbols[i] = elf_object_symbol(&object, "s", STB_GLOBAL, STT_NOTYPE, data, 0, 0);
	image = elf_object_finish(&object);
	for (size_t i = 0; i < count; i++)
		elf_object_poke(&object, image, (struct elf_field)ELF_SYMBOL(symbols[i], st_name),
				object.symbols.items[first].st_name + 1 + i);
	return image;
}

static struct str symbols_of_endings(struct arena *arena)
{
	return with_symbols(arena, COUNT, NAME_SIZE);
}

// As ld -r writes them.
static struct str few_symbols_of_endings(struct arena *arena)
{
	return with_symbols(arena, 20, 50);
}

static struct str sections_of_endings(struct arena *arena)
{
	struct elf_object object = elf_object_begin(arena, false);
	struct str image;
	uint32_t name;

	for (size_t i = 0; i < COUNT; i++)
		elf_object_section(&object, i ? ".d" : long_name(arena, NAME_SIZE), SHT_PROGBITS,
				   SHF_ALLOC, 1);
	image = elf_object_finish(&object);
	name = object.sections.items[1].header.sh_name;
	for (uint32_t i = 2; i <= COUNT; i++)
		elf_object_poke(&object, image, (struct elf_field)ELF_SECTION(i, sh_name),
				name + i);
	return image;
}

static struct str groups_of_one_name(struct arena *arena)
{
	struct elf_object object = elf_object_begin(arena, false);
	uint32_t named =
		elf_object_section(&object, long_name(arena, NAME_SIZE), SHT_PROGBITS, 0, 1);
	uint32_t symbol = elf_object_section_symbol(&object, named);

	for (size_t i = 0; i < COUNT; i++) {
		uint32_t group = elf_object_section(&object, ".group", SHT_GROUP, 0, 4);

		object.sections.items[group].header.sh_info = symbol;
		elf_object_integer(&object, group, 4, GRP_COMDAT);
	}
	return elf_object_finish(&object);
}

// Of @type, at the place of the first one.
static struct str sections_of_type(struct arena *arena, uint32_t type, uint64_t flags)
{
	struct elf_object object = elf_object_begin(arena, false);
	struct str image;

	for (size_t i = 0; i < COUNT; i++)
		elf_object_section(&object, arena_format(arena, ".data.%zu", i), type, flags, 8);
	for (size_t i = 0; i < NAME_SIZE; i += 8)
		elf_object_integer(&object, 1, 8, 0);
	for (uint32_t i = 2; type == SHT_REL && i <= COUNT; i++)
		object.sections.items[i].header.sh_info = 1;
	image = elf_object_finish(&object);
	for (uint32_t i = 2; i <= COUNT; i++) {
		elf_object_poke(&object, image, (struct elf_field)ELF_SECTION(i, sh_offset),
				object.sections.items[1].header.sh_offset);
		elf_object_poke(&object, image, (struct elf_field)ELF_SECTION(i, sh_size),
				NAME_SIZE);
	}
	return image;
}

static struct str sections_at_one_place(struct arena *arena)
{
	return sections_of_type(arena, SHT_PROGBITS, SHF_ALLOC);
}

static struct str groups_at_one_place(struct arena *arena)
{
	return sections_of_type(arena, SHT_GROUP, 0);
}

static struct str symbols_at_one_place(struct arena *arena)
{
	return sections_of_type(arena, SHT_SYMTAB, 0);
}

// An alignment is a few bytes of input, and up to 1 MiB of output.
static struct str large_alignments(struct arena *arena)
{
	struct elf_object object = elf_object_begin(arena, false);

	for (size_t i = 0; i < COUNT; i++) {
		uint32_t data = elf_object_section(&object, ".data.a", SHT_PROGBITS,
						   SHF_ALLOC | SHF_WRITE, 1 << 20);

		elf_object_integer(&object, data, 8, i);
	}
	return elf_object_finish(&object);
}

static struct str few_alignments(struct arena *arena)
{
	struct elf_object object = elf_object_begin(arena, false);

	for (size_t i = 0; i < 10; i++) {
		uint32_t data = elf_object_section(&object, ".data.a", SHT_PROGBITS,
						   SHF_ALLOC | SHF_WRITE, 1 << 16);

		elf_object_integer(&object, data, 8, i);
	}
	return elf_object_finish(&object);
}

// Beside content, a section without gets some.
static struct str zeroes_beside_content(struct arena *arena)
{
	struct elf_object object = elf_object_begin(arena, false);
	uint32_t zeroes =
		elf_object_section(&object, ".data", SHT_NOBITS, SHF_ALLOC | SHF_WRITE, 1);
	uint32_t data =
		elf_object_section(&object, ".data", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, 1);

	object.sections.items[zeroes].nobits = 1u << 30;
	elf_object_integer(&object, data, 8, 1);
	return elf_object_finish(&object);
}

static const struct {
	const char *name;
	struct str (*make)(struct arena *arena);
	const char *message; // NULL: it links
} objects[] = {
	{ "symbols of endings", symbols_of_endings,
	  "a.o: error: names of sections or symbols overlap more than any compiler would do" },
	{ "few symbols of endings", few_symbols_of_endings, NULL },
	{ "sections of endings", sections_of_endings,
	  "a.o: error: names of sections or symbols overlap more than any compiler would do" },
	{ "groups of one name", groups_of_one_name,
	  "a.o: error: names of sections or symbols overlap more than any compiler would do" },
	{ "sections at one place", sections_at_one_place,
	  "a.o:(.data.4): error: this section and those before it hold more bytes than the file" },
	{ "large alignments", large_alignments,
	  "bpfld:(.data.a): error: section would be 418378632 bytes of zeroes beside 3200 of "
	  "content; align variables less, or keep those without content in .bss" },
	{ "few alignments", few_alignments, NULL },
	{ "zeroes beside content", zeroes_beside_content,
	  "bpfld:(.data): error: section would be 1073741824 bytes of zeroes beside 8 of content; "
	  "align variables less, or keep those without content in .bss" },
	{ "groups at one place", groups_at_one_place,
	  "a.o:(.data.4): error: this section and those before it hold more bytes than the file" },
	{ "symbols at one place", symbols_at_one_place,
	  "a.o:(.data.4): error: this section and those before it hold more bytes than the file" },
};

Test(overlap, of_objects_is_bounded)
{
	for (size_t i = 0; i < sizeof(objects) / sizeof(*objects); i++) {
		struct bpfld_input input = { .name = "a.o" };
		struct bpfld_options options = { .inputs = &input,
						 .input_count = 1,
						 .output = { .kind = BPFLD_OUTPUT_MEMORY } };
		struct bpfld_result result;
		struct arena arena;
		struct str image;

		arena_init(&arena, SIZE_MAX);
		image = objects[i].make(&arena);
		input.data = image.data;
		input.size = image.size;
		cr_expect_eq(bpfld_link(&options, &result), !objects[i].message, "%s",
			     objects[i].name);
		cr_expect_eq(result.diagnostic_count, objects[i].message != NULL, "%s: %zu: %s",
			     objects[i].name, result.diagnostic_count,
			     result.diagnostic_count ? result.diagnostics->message : "");
		if (objects[i].message && result.diagnostic_count)
			cr_expect_str_eq(result.diagnostics->message, objects[i].message, "%s: %s",
					 objects[i].name, result.diagnostics->message);
		bpfld_result_deinit(&result);
		arena_deinit(&arena);
	}
}

// Relocations of a field that is none, all about one name.
static struct str broken_relocations(struct arena *arena)
{
	struct elf_object object = elf_object_begin(arena, false);
	uint32_t data =
		elf_object_section(&object, ".data", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, 1);
	uint32_t symbol;

	elf_object_integer(&object, data, 8, 1);
	symbol = elf_object_symbol(&object, long_name(arena, NAME_SIZE * 10), STB_GLOBAL,
				   STT_NOTYPE, SHN_UNDEF, 0, 0);
	for (size_t i = 0; i < 20 * COUNT; i++)
		elf_object_relocation(&object, data, 100 + i, R_BPF_64_64, symbol);
	return elf_object_finish(&object);
}

// What is told is memory, too.
Test(overlap, of_messages_ends_with_the_memory)
{
	struct bpfld_input input = { .name = "a.o" };
	struct bpfld_options options = { .inputs = &input,
					 .input_count = 1,
					 .output = { .kind = BPFLD_OUTPUT_MEMORY },
					 .memory_limit = 4 << 20 };
	struct bpfld_result result;
	struct arena arena;
	struct str image;

	arena_init(&arena, SIZE_MAX);
	image = broken_relocations(&arena);
	input.data = image.data;
	input.size = image.size;
	cr_expect_not(bpfld_link(&options, &result));
	cr_expect_eq(result.diagnostic_count, 1);
	cr_expect_str_eq(result.diagnostics->text, "out of memory");
	bpfld_result_deinit(&result);
	options.memory_limit = 64 << 20;
	cr_expect_not(bpfld_link(&options, &result));
	cr_expect_eq(result.diagnostic_count, 20 * COUNT, "%zu: %s", result.diagnostic_count,
		     result.diagnostics->message);
	bpfld_result_deinit(&result);
	arena_deinit(&arena);
}

static void put_header(struct text *text, const char *name, size_t size)
{
	char header[sizeof(struct ar_hdr) + 1];

	snprintf(header, sizeof(header), "%-16s%-12d%-6d%-6d%-8o%-10zu`\n", name, 0, 0, 0, 0644,
		 size);
	text_bytes(text, header, sizeof(struct ar_hdr));
}

static void put_number(struct text *text, uint32_t number)
{
	const char bytes[] = { (char)(number >> 24), (char)(number >> 16), (char)(number >> 8),
			       (char)number };

	text_bytes(text, bytes, sizeof(bytes));
}

// Names are endings of one.
static void put_endings(struct text *text)
{
	put_header(text, "//", NAME_SIZE);
	text_bytes(text, long_name(text->arena, NAME_SIZE), NAME_SIZE);
	for (size_t i = 0; i < COUNT; i++) {
		char name[16];

		snprintf(name, sizeof(name), "/%zu", i);
		put_header(text, name, 0);
	}
}

// An index of COUNT symbols, each of a member that ends where the archive does.
static void put_nested(struct text *text)
{
	const size_t names_size = COUNT * sizeof("s000");
	const size_t first = SARMAG + sizeof(struct ar_hdr) + 4 + 4 * COUNT + names_size;

	put_header(text, "/", 4 + 4 * COUNT + names_size);
	put_number(text, COUNT);
	for (size_t i = 0; i < COUNT; i++)
		put_number(text, (uint32_t)(first + i * sizeof(struct ar_hdr)));
	for (size_t i = 0; i < COUNT; i++) {
		char name[sizeof("s000")];

		snprintf(name, sizeof(name), "s%03zu", i);
		text_bytes(text, name, sizeof(name));
	}
	for (size_t i = 0; i < COUNT; i++)
		put_header(text, "m/", (COUNT - 1 - i) * sizeof(struct ar_hdr) + 8000);
	text_bytes(text, long_name(text->arena, 8000), 8000);
}

static void put_repeated(struct text *text)
{
	for (size_t i = 0; i < 17; i++)
		put_header(text, "f.o/", 0);
}

static const struct {
	const char *name;
	const char *magic;
	void (*put)(struct text *text);
	const char *message;
} archives[] = {
	{ "names of endings", ARMAG, put_endings,
	  "archive is broken: names of members overlap more than any archiver would do" },
	{ "names of endings, thin", "!<thin>\n", put_endings,
	  "archive is broken: names of members overlap more than any archiver would do" },
	{ "members within each other", ARMAG, put_nested,
	  "archive is broken: members are within each other" },
	{ "one file", "!<thin>\n", put_repeated,
	  "archive is broken: it names one file again and again" },
};

// What an archive is linked with: it wants all that an index has.
static struct str make_user(struct arena *arena)
{
	struct text text = { .arena = arena };

	text_string(&text, "section .text AX");
	for (size_t i = 0; i < COUNT; i++)
		text_format(&text, " | call s%03zu", i);
	text_bytes(&text, " | exit", sizeof(" | exit"));
	return elf_text(arena, false, text.data);
}

static bool is_told(const struct bpfld_result *result, const char *message)
{
	for (size_t i = 0; i < result->diagnostic_count; i++) {
		if (!strcmp(result->diagnostics[i].text, message))
			return true;
	}
	return false;
}

static void expect_broken(const char *folder, size_t index)
{
	char *library = path_join(folder, "lib.a"), *user = path_join(folder, "user.o");
	struct bpfld_input inputs[] = { { .path = user }, { .path = library } };
	struct bpfld_options options = { .inputs = inputs,
					 .input_count = 2,
					 .output = { .kind = BPFLD_OUTPUT_MEMORY } };
	struct bpfld_result result;
	struct arena arena;
	struct text text = { .arena = &arena };
	struct str image;

	arena_init(&arena, SIZE_MAX);
	image = make_user(&arena);
	file_write(user, image.data, image.size);
	text_string(&text, archives[index].magic);
	archives[index].put(&text);
	file_write(library, text.data, text.size);
	cr_expect_not(bpfld_link(&options, &result), "%s", archives[index].name);
	cr_expect(is_told(&result, archives[index].message), "%s: %s", archives[index].name,
		  result.diagnostics->message);
	bpfld_result_deinit(&result);
	arena_deinit(&arena);
	free(library);
	free(user);
}

Test(overlap, of_archives_is_bounded)
{
	char *folder = folder_create(), *member = path_join(folder, "f.o");
	struct arena arena;
	struct str image;

	arena_init(&arena, SIZE_MAX);
	image = elf_text(&arena, false, "section .text AX | global func f 8 | exit");
	file_write(member, image.data, image.size);
	for (size_t i = 0; i < sizeof(archives) / sizeof(*archives); i++)
		expect_broken(folder, i);
	arena_deinit(&arena);
	folder_remove(folder);
	free(folder);
	free(member);
}
