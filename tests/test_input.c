/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bpfld.h"
#include "elf_text.h"
#include "integers.h"
#include "support/command.h"
#include "support/sound.h"

// A name that is longer than what is read with section headers.
#define TEN(text) text text text text text text text text text text
#define LONG      TEN(TEN(TEN("name")))

// Objects that are read each in another way.
static const struct {
	const char *file;
	const char *text;
} kinds[] = {
	{ "whole.o", "section .text AX | global func f 8 | exit | btf" },
	{ "mapped.o", "section .text AX | global func f 8 | exit |"
		      "section .data WA | local object x 70000 | zero 70000 | btf" },
	{ "parts.o", "section .text AX | global func f 24 | load x | exit |"
		     "section .debug_a - | zero 1000 |"
		     "section .data WA | global object x 4 | word 17 |"
		     "section .debug_b - | zero 2001 |"
		     "section .rodata A | global object y 8 | word 3 | word 4 |"
		     "section .debug_c - | zero 20000 |"
		     "section tc AX | global func g 16 | call f | exit | btf" },
	{ "empty.o", "section .text AX | global func f 8 | exit | section .BTF - |"
		     "section .debug_a - | zero 20000" },
	{ "names.o", "section .debug_a - | zero 20000 |"
		     "section .text AX | global func f 8 | exit | global func " LONG " 8 | exit" },
	{ "shared.o", "section .text.a AX | global func f 8 | exit |"
		      "section .text.b AX | global func g 16 | mov | exit |"
		      "section .data WA | global object x 8 | quad @.text.a+8 |"
		      "section .data.b WA | global object y 8 | quad @.text.b+8 |"
		      "section .debug_a - | zero 20000" },
};

#define OBJECTS (sizeof(kinds) / sizeof(*kinds))

// A folder with them; in the last one, two sections have the same bytes.
struct workshop {
	struct arena arena;
	char *folder;
	char *paths[OBJECTS];
	struct str objects[OBJECTS];
};

// Let section @to of @image be where @from is.
static void share_bytes(struct str image, size_t from, size_t to)
{
	Elf64_Shdr *headers =
		(Elf64_Shdr *)(image.data +
			       get64(image.data + offsetof(Elf64_Ehdr, e_shoff), false));

	headers[to].sh_offset = headers[from].sh_offset;
}

static void begin(struct workshop *shop)
{
	arena_init(&shop->arena, SIZE_MAX);
	shop->folder = folder_create();
	for (size_t i = 0; i < OBJECTS; i++) {
		shop->paths[i] = path_join(shop->folder, kinds[i].file);
		shop->objects[i] = elf_text(&shop->arena, false, kinds[i].text);
	}
	share_bytes(shop->objects[OBJECTS - 1], 3, 4);
	for (size_t i = 0; i < OBJECTS; i++)
		file_write(shop->paths[i], shop->objects[i].data, shop->objects[i].size);
}

static void end(struct workshop *shop)
{
	folder_remove(shop->folder);
	free(shop->folder);
	for (size_t i = 0; i < OBJECTS; i++)
		free(shop->paths[i]);
	arena_deinit(&shop->arena);
}

static struct bpfld_options options_of(const struct bpfld_input *inputs, size_t count)
{
	return (struct bpfld_options){
		.inputs = inputs,
		.input_count = count,
		.output = { .kind = BPFLD_OUTPUT_MEMORY },
	};
}

// What comes of @inputs: the bytes of the output, or of the first error.
static struct str link_some(struct arena *arena, const struct bpfld_input *inputs, size_t count,
			    bool copy)
{
	struct bpfld_options options = options_of(inputs, count);
	struct bpfld_result result;
	struct str outcome;

	options.copy_inputs = copy;
	if (bpfld_link(&options, &result)) {
		expect_sound(result.data, result.size, 0, "output");
		outcome = (struct str){ result.data, result.size };
	} else {
		outcome = str_of(result.diagnostics->line);
	}
	outcome.data = arena_strndup(arena, outcome.data, outcome.size);
	bpfld_result_deinit(&result);
	return outcome;
}

static struct str link_one(struct arena *arena, const struct bpfld_input *input, bool copy)
{
	return link_some(arena, input, 1, copy);
}

Test(input, is_the_same_however_it_is_read)
{
	struct workshop shop;

	begin(&shop);
	for (size_t i = 0; i < OBJECTS; i++) {
		struct bpfld_input memory = { .data = shop.objects[i].data,
					      .size = shop.objects[i].size };
		struct bpfld_input path = { .path = shop.paths[i] };
		struct bpfld_input descriptor = { .fd = open(shop.paths[i], O_RDONLY) };
		struct str expected = link_one(&shop.arena, &memory, false);

		// A file is read from its start, wherever its descriptor stands.
		lseek(descriptor.fd, 100, SEEK_SET);
		for (int copy = 0; copy < 2; copy++) {
			cr_expect(str_equal(link_one(&shop.arena, &path, copy), expected));
			cr_expect(str_equal(link_one(&shop.arena, &descriptor, copy), expected));
		}
		close(descriptor.fd);
	}
	end(&shop);
}

// Of objects that are read in parts, the types of one overwrite those of the one before, unless it
// may yet be left out.
Test(input, is_the_same_beside_others)
{
	static const char *const texts[] = {
		"section .text AX | line here | global func f 24 | load x | exit |"
		"section .debug_a - | zero 30000 |"
		"section .data WA | global object x 4 | word 17 | local object s 8 | zero 8 |"
		"section tc AX | line one | global func p 24 | relo 0 0:1 struct one 8 { a 0 int ; "
		"b 32 int ; "
		"} | call g | call k | exit |"
		"type x const int | type s ptr struct two 8 { a 0 int ; b 32 int ; } | type "
		"k@.ksyms func int ( a : int ) |"
		"tag f first | tag s second | btf",
		"section .text AX | line two | global func g 16 | call h | exit |"
		"line there | local func h 8 | exit | section .debug_a - | zero 30000 |"
		"section .bss WAN | local object t 16 | zero 16 |"
		"type t struct two 8 { c 0 long ; } | tag h third | tag g fourth 0 | type g func "
		"int ( b : long ) | btf",
	};
	struct bpfld_input paths[2] = { 0 }, memory[2] = { 0 };
	char *folder = folder_create();
	struct arena arena;

	arena_init(&arena, SIZE_MAX);
	for (int i = 0; i < 2; i++) {
		struct str object = elf_text(&arena, false, texts[i]);

		paths[i].path = path_join(folder, i ? "b.o" : "a.o");
		file_write(paths[i].path, object.data, object.size);
		memory[i].data = object.data;
		memory[i].size = object.size;
	}
	for (int lazy = 0; lazy < 2; lazy++) {
		paths[1].lazy = memory[1].lazy = lazy;
		cr_expect(str_equal(link_some(&arena, paths, 2, false),
				    link_some(&arena, memory, 2, false)),
			  "%d", lazy);
	}
	for (int i = 0; i < 2; i++)
		free((char *)paths[i].path);
	folder_remove(folder);
	free(folder);
	arena_deinit(&arena);
}

Test(input, says_what_cannot_be_read)
{
	static const struct {
		const char *path, *line;
	} cases[] = {
		{ "/", "/: error: is a directory, not an object file" },
		{ "/no/such", "/no/such: error: cannot open: No such file or directory" },
		{ "/dev/null/a", "/dev/null/a: error: cannot open: Not a directory" },
		{ "/dev/null", "/dev/null: error: is empty; did the compiler fail?" },
		// Reading address 0 fails as a broken disk does.
		{ "/proc/self/mem", "/proc/self/mem: error: cannot read: Input/output error" },
		{ "/proc/self/cmdline", "/proc/self/cmdline: error: is not an ELF object" },
	};
	struct arena arena;

	arena_init(&arena, SIZE_MAX);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct bpfld_input input = { .path = cases[i].path };

		cr_expect_str_eq(link_one(&arena, &input, false).data, cases[i].line);
	}
	arena_deinit(&arena);
}

Test(input, may_be_none_of_ours)
{
	struct workshop shop;
	struct bpfld_input input;

	begin(&shop);
	input = (struct bpfld_input){ .name = "a.o", .path = shop.paths[0] };
	cr_assert(chmod(shop.folder, 0755) == 0 && chmod(shop.paths[0], 0) == 0);
	// root may read anything
	cr_assert(geteuid() || seteuid(65534) == 0);
	cr_expect_str_eq(link_one(&shop.arena, &input, false).data,
			 "a.o: error: cannot open: Permission denied");
	cr_assert(getuid() || seteuid(0) == 0);
	end(&shop);
}

// One at a time, however many inputs there are.
Test(input, needs_few_descriptors)
{
	struct bpfld_input inputs[20] = { 0 };
	struct bpfld_options options = options_of(inputs, 20);
	struct rlimit before, limit;
	struct bpfld_result result;
	struct workshop shop;
	int next;

	begin(&shop);
	for (size_t i = 0; i < 20; i++) {
		char *text = arena_format(
			&shop.arena, "section .data WA | global object x%zu %zu | zero %zu | btf",
			i, i % 2 * 100000 + 8, i % 2 * 100000 + 8);
		struct str image = elf_text(&shop.arena, false, text);

		inputs[i] = (struct bpfld_input){ .path = arena_format(&shop.arena, "%s/%zu.o",
								       shop.folder, i) };
		file_write(inputs[i].path, image.data, image.size);
	}
	next = dup(0);
	close(next);
	cr_assert(getrlimit(RLIMIT_NOFILE, &before) == 0);
	limit = (struct rlimit){ (rlim_t)next + 1, before.rlim_max };
	cr_assert(setrlimit(RLIMIT_NOFILE, &limit) == 0);
	cr_expect(bpfld_link(&options, &result), "%s",
		  result.diagnostic_count ? result.diagnostics->line : "");
	expect_sound(result.data, result.size, 0, "output");
	bpfld_result_deinit(&result);
	cr_assert(setrlimit(RLIMIT_NOFILE, &before) == 0);
	end(&shop);
}

// How a file changes behind the link's back.
struct change {
	const char *name;
	void (*make)(const char *path);
	bool mapped; // is noticed where the file is mapped
};

static void grow(const char *path)
{
	int fd = open(path, O_WRONLY | O_APPEND);

	cr_assert_eq(write(fd, "more", 4), 4);
	close(fd);
}

static void overwrite(const char *path)
{
	int fd = open(path, O_WRONLY);

	cr_assert_eq(write(fd, "\177ELF", 4), 4);
	close(fd);
}

static void truncate_all(const char *path)
{
	cr_assert(truncate(path, 0) == 0);
}

static void replace(const char *path)
{
	cr_assert(unlink(path) == 0);
	file_write(path, "new", 3);
}

static void take_away(const char *path)
{
	cr_assert(unlink(path) == 0);
}

struct meddler {
	const struct change *change;
	const char *path;
};

// Reports are made when all is read.
static void meddle(enum bpfld_report report, const char *text, size_t size, void *context)
{
	const struct meddler *meddler = context;

	(void)report, (void)text, (void)size;
	meddler->change->make(meddler->path);
}

static void expect_noticed(struct workshop *shop, const struct change *change, int large, bool copy)
{
	struct bpfld_input input = { .path = shop->paths[large] };
	struct bpfld_options options = options_of(&input, 1);
	struct meddler meddler = { change, input.path };
	bool noticed = change->mapped && large && !copy;
	struct bpfld_result result;

	// The time of a file is only as exact as the clock's tick.
	usleep(20000);
	options.copy_inputs = copy;
	options.reports[BPFLD_REPORT_TRACE] = "-";
	options.on_report = meddle;
	options.context = &meddler;
	cr_expect_eq(bpfld_link(&options, &result), !noticed, "%s, %d, %d", change->name, large,
		     copy);
	if (!noticed)
		expect_sound(result.data, result.size, 0, "output");
	else if (result.diagnostic_count)
		cr_expect_str_eq(
			result.diagnostics->line,
			arena_format(&shop->arena,
				     "%s: error: was changed while it was linked; link it again",
				     input.path));
	bpfld_result_deinit(&result);
}

Test(input, does_not_change_unnoticed)
{
	static const struct change changes[] = {
		{ "grow", grow, true },
		{ "overwrite", overwrite, true },
		{ "truncate", truncate_all, true },
		{ "replace", replace, false },
		{ "take away", take_away, false },
	};

	for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++) {
		for (int kind = 0; kind < 4; kind++) {
			struct workshop shop;

			begin(&shop);
			expect_noticed(&shop, &changes[i], kind & 1, kind & 2);
			end(&shop);
		}
	}
}
