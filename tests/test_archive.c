/* SPDX-License-Identifier: BSD-2-Clause */
#include <ar.h>
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "archive.h"
#include "elf_text.h"
#include "support/command.h"
#include "world.h"

// How an archive spells names and what it knows of its members.
enum dialect {
	PLAIN,     // short names, no index
	INDEXED,   // GNU's, with an index
	INDEXED64, // with an index of 64-bit words
	LONG,      // GNU's table of long names
	BSD,       // names before the data
	THIN,      // members are files of their own
};

static const enum dialect dialects[] = { PLAIN, INDEXED, INDEXED64, LONG, BSD };

struct archive_member {
	const char *name;
	const char *text;    // elf_text.h
	const char *symbols; // what the index says it defines, separated by spaces; NULL: nothing
};

struct builder {
	struct arena *arena;
	ARRAY(char) bytes;
};

static void put(struct builder *builder, const void *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		*array_add(builder->arena, &builder->bytes) = ((const char *)bytes)[i];
}

static void put_number(struct builder *builder, size_t bytes, uint64_t value)
{
	for (size_t i = bytes; i-- > 0;)
		*array_add(builder->arena, &builder->bytes) = (char)(value >> 8 * i);
}

static void put_header(struct builder *builder, const char *name, size_t size)
{
	char header[sizeof(struct ar_hdr) + 1];

	snprintf(header, sizeof(header), "%-16s%-12d%-6d%-6d%-8o%-10zu`\n", name, 0, 0, 0, 0644,
		 size);
	put(builder, header, sizeof(struct ar_hdr));
}

static void pad(struct builder *builder)
{
	if (builder->bytes.count % 2)
		put(builder, "\n", 1);
}

static size_t count_words(const char *text)
{
	size_t count = 0;

	for (; text && *text; text += strcspn(text, " "), text += strspn(text, " "))
		count++;
	return count;
}

// The index without the offsets, which are not known yet.
static void put_index(struct builder *builder, enum dialect dialect,
		      const struct archive_member *members)
{
	size_t word = dialect == INDEXED64 ? 8 : 4, count = 0, size;

	for (size_t i = 0; members[i].name; i++)
		count += count_words(members[i].symbols);
	size = (count + 1) * word;
	for (size_t i = 0; members[i].name; i++)
		size += members[i].symbols ? strlen(members[i].symbols) + 1 : 0;
	put_header(builder, dialect == INDEXED64 ? "/SYM64/" : "/", size);
	put_number(builder, word, count);
	for (size_t i = 0; i < count; i++)
		put_number(builder, word, 0);
	for (size_t i = 0; members[i].name; i++) {
		for (const char *c = members[i].symbols; c && *c; c++)
			put(builder, *c == ' ' ? "" : c, 1);
		if (members[i].symbols)
			put(builder, "", 1);
	}
	pad(builder);
}

// Tell the index that the next member is at the end; @symbol counts those before its own.
static void set_offset(struct builder *builder, enum dialect dialect, size_t symbol)
{
	size_t word = dialect == INDEXED64 ? 8 : 4;
	char *field = builder->bytes.items + SARMAG + sizeof(struct ar_hdr) + (symbol + 1) * word;

	for (size_t i = 0; i < 4; i++)
		field[word - 1 - i] = (char)(builder->bytes.count >> 8 * i);
}

static void put_member(struct builder *builder, enum dialect dialect, const char *name,
		       size_t long_name, struct str image)
{
	size_t name_size = dialect == BSD ? strlen(name) : 0;
	char spelling[64];

	if (dialect == LONG)
		snprintf(spelling, sizeof(spelling), "/%zu", long_name);
	else if (dialect == BSD)
		snprintf(spelling, sizeof(spelling), "#1/%zu", name_size);
	else
		snprintf(spelling, sizeof(spelling), "%s/", name);
	put_header(builder, spelling, image.size + name_size);
	put(builder, name, name_size);
	if (dialect != THIN)
		put(builder, image.data, image.size);
	pad(builder);
}

// An archive of members up to one without a name.
static struct str make_archive(struct arena *arena, enum dialect dialect,
			       const struct archive_member *members)
{
	struct builder builder = { .arena = arena };
	size_t symbol = 0, long_name = 0;
	const char *names = "";

	put(&builder, dialect == THIN ? "!<thin>\n" : ARMAG, SARMAG);
	if (dialect == INDEXED || dialect == INDEXED64)
		put_index(&builder, dialect, members);
	for (size_t i = 0; members[i].name; i++)
		names = arena_format(arena, "%s%s/\n", names, members[i].name);
	if (dialect == LONG) {
		put_header(&builder, "//", strlen(names));
		put(&builder, names, strlen(names));
		pad(&builder);
	}
	for (size_t i = 0; members[i].name; i++) {
		for (size_t count = count_words(members[i].symbols);
		     count && (dialect == INDEXED || dialect == INDEXED64); count--)
			set_offset(&builder, dialect, symbol++);
		put_member(&builder, dialect, members[i].name, long_name,
			   elf_text(arena, false, members[i].text));
		long_name += strlen(members[i].name) + 2;
	}
	return (struct str){ builder.bytes.items, builder.bytes.count };
}

// Names of the objects that are linked, separated by spaces.
static const char *describe(struct world *world)
{
	const char *text = "";

	array_each(object, &world->linker.objects)
		text = arena_format(&world->arena, "%s%s%s", text, *text ? " " : "",
				    (*object)->name);
	return text;
}

#define DEFINES(name) "section .text AX | global func " name " 8 | exit"
#define USES(name)    "section .text AX | call " name " | exit"

static const struct archive_member library[] = {
	{ "f.o", DEFINES("f"), "f" },
	{ "g.o", DEFINES("g") "| call h", "g" },
	{ "h.o", DEFINES("h"), "h" },
	{ "weak.o", "section .text AX | weak func w 8 | exit", "w" },
	{ "second.o", DEFINES("f"), "f" },
	{ "back.o", DEFINES("back") "| call main", "back" },
	{ 0 },
};

static const struct {
	const char *name;
	const char *main;
	const char *objects;
} extractions[] = {
	{ "nothing is needed", DEFINES("main"), "a.o" },
	{ "one", USES("f"), "a.o b.o(f.o)" },
	{ "one that needs another", USES("g"), "a.o b.o(g.o) b.o(h.o)" },
	{ "two, in the archive's order", USES("h") "| call f", "a.o b.o(f.o) b.o(h.o)" },
	{ "a weak definition", USES("w"), "a.o b.o(weak.o)" },
	{ "a weak reference", "section .text AX | load f | weak undefined f", "a.o" },
	{ "a strong reference beside a weak one",
	  "section .text AX | load f | weak undefined f | call h", "a.o b.o(h.o)" },
	{ "defined already", DEFINES("f") "| call f", "a.o" },
	{ "defined already, weakly", "section .text AX | weak func f 8 | call f", "a.o" },
	{ "in no member", USES("missing"), "a.o" },
	{ "back and forth", DEFINES("main") "| call back", "a.o b.o(back.o)" },
};

Test(archive, takes_the_members_that_are_needed)
{
	for (size_t i = 0; i < sizeof(extractions) / sizeof(*extractions); i++) {
		for (size_t j = 0; j < sizeof(dialects) / sizeof(*dialects); j++) {
			struct world world;
			const char *objects;

			world_begin(&world);
			world_add(&world, elf_text(&world.arena, false, extractions[i].main));
			world_add(&world, make_archive(&world.arena, dialects[j], library));
			cr_expect(world_run(&world, read_inputs), "%s: %s", extractions[i].name,
				  world_messages(&world));
			objects = describe(&world);
			cr_expect_str_eq(objects, extractions[i].objects, "%s, dialect %d: %s",
					 extractions[i].name, dialects[j], objects);
			world_deinit(&world);
		}
	}
}

// An index may be older than the members, and names may stand for what libbpf's linker only
// declares.
Test(archive, asks_all_members_that_are_said_to_define_a_name)
{
	static const struct archive_member stale[] = {
		{ "first.o", DEFINES("other"), "f" },
		{ "second.o", DEFINES("another"), "f" },
		{ "third.o", DEFINES("f"), "f" },
		{ "fourth.o", DEFINES("f"), "f" },
		{ 0 },
	};
	struct world world;

	world_begin(&world);
	world_add(&world, elf_text(&world.arena, false, USES("f")));
	world_add(&world, make_archive(&world.arena, INDEXED, stale));
	cr_expect(world_run(&world, read_inputs), "%s", world_messages(&world));
	cr_expect_str_eq(describe(&world), "a.o b.o(first.o) b.o(second.o) b.o(third.o)");
	world_deinit(&world);
}

Test(archive, has_no_place_on_the_command_line)
{
	struct world world;

	world_begin(&world);
	world_add(&world, make_archive(&world.arena, INDEXED, library));
	world_add(&world, elf_text(&world.arena, false, USES("g")));
	world_add(&world, make_archive(&world.arena, PLAIN, library));
	cr_expect(world_run(&world, read_inputs), "%s", world_messages(&world));
	cr_expect_str_eq(describe(&world), "a.o(g.o) a.o(h.o) b.o");
	world_deinit(&world);
}

Test(archive, options_say_what_is_needed)
{
	static const char *const f[] = { "f" }, *const none[] = { "none" };
	static const struct {
		const char *name;
		struct bpfld_strings undefined, required;
		bool whole, lazy;
		const char *objects;
	} cases[] = {
		{ "-u", { f, 1 }, { 0 }, false, false, "a.o b.o(f.o)" },
		{ "-u of what is not there", { none, 1 }, { 0 }, false, false, "a.o" },
		{ "--require-defined", { 0 }, { f, 1 }, false, false, "a.o b.o(f.o)" },
		{ "--whole-archive",
		  { 0 },
		  { 0 },
		  true,
		  false,
		  "a.o b.o(f.o) b.o(g.o) b.o(h.o) b.o(weak.o) b.o(second.o) b.o(back.o)" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct world world;
		const char *objects;

		world_begin(&world);
		world_add(&world, elf_text(&world.arena, false, DEFINES("main")));
		world_add(&world, make_archive(&world.arena, INDEXED, library));
		world.options.undefined = cases[i].undefined;
		world.options.required = cases[i].required;
		world.inputs[1].whole_archive = cases[i].whole;
		cr_expect(world_run(&world, read_inputs), "%s: %s", cases[i].name,
			  world_messages(&world));
		objects = describe(&world);
		cr_expect_str_eq(objects, cases[i].objects, "%s: %s", cases[i].name, objects);
		world_deinit(&world);
	}
}

Test(archive, objects_may_be_lazy)
{
	struct world world;

	world_init(&world, false, (const char *[]){ DEFINES("f"), USES("f"), DEFINES("g"), NULL });
	world.inputs[0].lazy = true;
	world.inputs[2].lazy = true;
	cr_expect(world_run(&world, read_inputs), "%s", world_messages(&world));
	cr_expect_str_eq(describe(&world), "a.o b.o");
	world_deinit(&world);
}

Test(archive, without_anything_needed_is_an_error)
{
	struct world world;

	world_begin(&world);
	world_add(&world, make_archive(&world.arena, PLAIN, library));
	cr_expect_not(world_run(&world, read_inputs));
	cr_expect_str_eq(world_messages(&world),
			 "bpfld: error: no objects to link: nothing refers to a member of the "
			 "archives\n");
	world_deinit(&world);
}

// A copy that the sanitizer sees the end of; to be freed.
static struct str own_memory(struct str image)
{
	char *copy = malloc(image.size);

	memcpy(copy, image.data, image.size);
	return (struct str){ copy, image.size };
}

// An archive with one member, changed at one place.
Test(archive, says_what_is_broken)
{
	static const struct archive_member one[] = { { "f.o", DEFINES("f"), "f" }, { 0 } };
	enum { HEADER = SARMAG, NAME = HEADER, SIZE = HEADER + 48, END = HEADER + 58, DATA = 68 };
	static const struct {
		const char *name;
		enum dialect dialect;
		size_t offset;
		struct str bytes;
		const char *message;
	} cases[] = {
		{ "end of the header", PLAIN, END, STR("x"),
		  "a.o:(file+0x8): error: archive is "
		  "broken: there is no member" },
		{ "size", PLAIN, SIZE, STR("x"), "a member's size is no number" },
		{ "blank size", PLAIN, SIZE, STR("          "), "a member's size is no number" },
		{ "size and more", PLAIN, SIZE, STR("1 2       "), "a member's size is no number" },
		{ "large size", PLAIN, SIZE, STR("9999999999"),
		  "a.o(f.o): error: archive is truncated: the member has 9999999999 bytes, of "
		  "which the file has " },
		{ "large size, long name", LONG, DATA + 6 + SIZE - HEADER, STR("9999999999"),
		  "a.o(f.o): error: archive is truncated: the member has 9999999999 bytes" },
		{ "large table of names", LONG, SIZE, STR("9999999999"),
		  "a.o: error: archive is truncated: a part of it has 9999999999 bytes" },
		{ "large size, BSD name", BSD, SIZE, STR("9999999999"),
		  "a.o(f.o): error: archive is truncated: the member has 9999999999 bytes" },
		{ "large size, BSD name too long", BSD, NAME, STR("#1/9999 "),
		  "beyond the end of the names" },
		{ "long name without a table", PLAIN, NAME, STR("/0  "),
		  "beyond the end of the names" },
		{ "long name that is none", PLAIN, NAME, STR("/x  "),
		  "beyond the end of the names" },
		// Its table has five bytes, and one of padding.
		{ "long name past the table", LONG, DATA + 6, STR("/5"),
		  "beyond the end of the names" },
		{ "BSD name", BSD, NAME, STR("#1/9999"), "beyond the end of the names" },
		{ "BSD name that is none", BSD, NAME, STR("#1/x"), "beyond the end of the names" },
		{ "large index", INDEXED, DATA, STR("\xff"), "the index is too short" },
		{ "large index of 64 bits", INDEXED64, DATA, STR("\xff"),
		  "the index is too short" },
		{ "index without names", INDEXED, DATA + 8, STR("xx"), "fewer names than members" },
		{ "empty index", INDEXED, SIZE, STR("0         "), "the index is too short" },
		{ "thin with BSD names", THIN, NAME, STR("#1/100"), "archive is broken" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct world world;
		struct str image;

		world_begin(&world);
		image = own_memory(make_archive(&world.arena, cases[i].dialect, one));
		memcpy((char *)image.data + cases[i].offset, cases[i].bytes.data,
		       cases[i].bytes.size);
		world_add(&world, image);
		cr_expect_not(world_run(&world, read_inputs), "%s", cases[i].name);
		cr_expect(strstr(world_messages(&world), cases[i].message), "%s: %s", cases[i].name,
			  world_messages(&world));
		world_deinit(&world);
		free((char *)image.data);
	}
}

// Set the offset that the index of @image has for a symbol.
static void set_index(struct str image, size_t symbol, uint32_t offset)
{
	uint8_t *field = (uint8_t *)image.data + SARMAG + sizeof(struct ar_hdr) + (symbol + 1) * 4;

	for (size_t i = 0; i < 4; i++)
		field[i] = (uint8_t)(offset >> 8 * (3 - i));
}

static uint32_t get_index(struct str image, size_t symbol)
{
	const uint8_t *field =
		(const uint8_t *)image.data + SARMAG + sizeof(struct ar_hdr) + (symbol + 1) * 4;

	return (uint32_t)(field[0] << 24 | field[1] << 16 | field[2] << 8 | field[3]);
}

Test(archive, an_index_may_lead_anywhere)
{
	static const struct archive_member two[] = {
		{ "f.o", DEFINES("f"), "f" },
		{ "g.o", DEFINES("g"), "g" },
		{ 0 },
	};
	static const uint32_t offsets[] = { 0, 1, SARMAG, SARMAG + 60, 0xffffffff };
	struct str images[2];
	struct arena arena;

	arena_init(&arena, SIZE_MAX);
	images[0] = elf_text(&arena, false, USES("f"));
	images[1] = own_memory(make_archive(&arena, INDEXED, two));
	for (size_t i = 0; i < sizeof(offsets) / sizeof(*offsets) + 2; i++) {
		uint32_t offset = i == 0   ? (uint32_t)images[1].size
				  : i == 1 ? get_index(images[1], 1) + 2
					   : offsets[i - 2];
		struct world world;

		set_index(images[1], 0, offset);
		world_init_images(&world, images, 2);
		cr_expect_not(world_run(&world, read_inputs), "%u", offset);
		cr_expect(strstr(world_messages(&world), "archive is broken: there is no member"),
			  "%u: %s", offset, world_messages(&world));
		world_deinit(&world);
	}
	free((char *)images[1].data);
	arena_deinit(&arena);
}

// In any order, with what is not true: a member is one object all the same.
Test(archive, an_index_may_be_unsorted)
{
	static const struct archive_member three[] = {
		{ "f.o", DEFINES("f"), "f" },
		{ "g.o", DEFINES("g"), "g" },
		{ "h.o", DEFINES("h"), "h not-there" },
		{ 0 },
	};
	struct str archive;
	struct world world;

	world_begin(&world);
	archive = make_archive(&world.arena, INDEXED, three);
	set_index(archive, 3, get_index(archive, 0));
	world_add(&world, elf_text(&world.arena, false, USES("f") "| call not-there | call h"));
	world_add(&world, archive);
	cr_expect(world_run(&world, read_inputs), "%s", world_messages(&world));
	cr_expect_str_eq(describe(&world), "a.o b.o(f.o) b.o(h.o)");
	world_deinit(&world);
}

// What makes a large archive cheap: with an index, members that nothing needs are not looked at.
Test(archive, reads_only_what_is_needed)
{
	struct str images[2];
	struct arena arena;
	struct world world;
	size_t weak;

	arena_init(&arena, SIZE_MAX);
	images[0] = elf_text(&arena, false, USES("f"));
	images[1] = make_archive(&arena, INDEXED, library);
	weak = get_index(images[1], 3);
	memset((char *)images[1].data + weak, 'x', images[1].size - weak);
	world_init_images(&world, images, 2);
	cr_expect(world_run(&world, read_inputs), "%s", world_messages(&world));
	cr_expect_str_eq(describe(&world), "a.o b.o(f.o)");
	world_deinit(&world);
	world_init_images(&world, images, 2);
	world.inputs[1].whole_archive = true;
	cr_expect_not(world_run(&world, read_inputs));
	world_deinit(&world);
	arena_deinit(&arena);
}

// Whatever the bytes are: objects or an error.
Test(archive, bytes_may_be_wrong)
{
	static const uint8_t changes[] = { 0x01, 0x10, 0xff };

	for (size_t i = PLAIN; i <= THIN; i++) {
		struct str images[2];
		struct arena arena;
		uint8_t *bytes;

		arena_init(&arena, SIZE_MAX);
		images[0] = elf_text(&arena, false, USES("g"));
		images[1] = own_memory(make_archive(&arena, (enum dialect)i, library));
		bytes = (uint8_t *)images[1].data;
		for (size_t at = 0; at < images[1].size && at < 400; at++) {
			for (size_t j = 0; j < sizeof(changes); j++) {
				struct world world;
				bool read;

				bytes[at] ^= changes[j];
				world_init_images(&world, images, 2);
				read = world_run(&world, read_inputs);
				cr_expect(read || *world_messages(&world), "at %zu", at);
				world_deinit(&world);
				bytes[at] ^= changes[j];
			}
		}
		free(bytes);
		arena_deinit(&arena);
	}
}

Test(archive, thin_ones_name_files)
{
	struct arena arena;
	struct world world;
	struct str image;
	char *folder = folder_create();
	char *path = path_join(folder, "lib.a");

	arena_init(&arena, SIZE_MAX);
	for (size_t i = 0; library[i].name; i++) {
		char *member = path_join(folder, library[i].name);

		image = elf_text(&arena, false, library[i].text);
		file_write(member, image.data, image.size);
		free(member);
	}
	image = make_archive(&arena, THIN, library);
	file_write(path, image.data, image.size);
	world_init(&world, false, (const char *[]){ USES("g"), "", NULL });
	world.inputs[1] = (struct bpfld_input){ .path = path };
	cr_expect(world_run(&world, read_inputs), "%s", world_messages(&world));
	cr_expect_str_eq(describe(&world), arena_format(&arena, "a.o %s(g.o) %s(h.o)", path, path));
	world_deinit(&world);

	image = (struct str){ path_join(folder, "h.o"), 0 };
	cr_assert(unlink(image.data) == 0);
	free((char *)image.data);
	world_init(&world, false, (const char *[]){ USES("g"), "", NULL });
	world.inputs[1] = (struct bpfld_input){ .path = path };
	cr_expect_not(world_run(&world, read_inputs));
	cr_expect(strstr(world_messages(&world), "(h.o): error: cannot open: No such file"), "%s",
		  world_messages(&world));
	world_deinit(&world);
	folder_remove(folder);
	free(folder);
	free(path);
	arena_deinit(&arena);
}
