/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/integers.h"
#include "bpfld.h"
#include "elf_text.h"
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

// What comes of a link: the bytes of the output, or of the first error.
static struct str link_as(struct arena *arena, const struct bpfld_options *options)
{
	struct bpfld_result result;
	struct str outcome;

	if (bpfld_link(options, &result)) {
		expect_sound(result.data, result.size, 0, "output");
		outcome = (struct str){ result.data, result.size };
	} else {
		outcome = str_of(result.diagnostics->message);
	}
	outcome.data = arena_strndup(arena, outcome.data, outcome.size);
	bpfld_result_deinit(&result);
	return outcome;
}

static struct str link_some(struct arena *arena, const struct bpfld_input *inputs, size_t count,
			    bool copy)
{
	struct bpfld_options options = options_of(inputs, count);

	options.copy_inputs = copy;
	return link_as(arena, &options);
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
		{ "/", "/: error: is a folder, not an object; name the files in it" },
		{ "/no/such", "/no/such: error: cannot open: No such file or directory" },
		{ "/dev/null/a", "/dev/null/a: error: cannot open: Not a directory" },
		{ "/dev/null", "/dev/null: error: is empty; did the compiler fail?" },
		// Reading address 0 fails as a broken disk does.
		{ "/proc/self/mem", "/proc/self/mem: error: cannot read: Input/output error" },
		// Without an end.
		{ "/dev/zero", "/dev/zero: error: is no object: it does not begin as ELF files do; "
			       "give what the compiler wrote" },
		{ "/proc/self/cmdline", "/proc/self/cmdline: error: is no object: it does not "
					"begin as ELF files do; give what the compiler wrote" },
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
		  result.diagnostic_count ? result.diagnostics->message : "");
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
			result.diagnostics->message,
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

// What a child writes to a pipe has no size, and no place to read twice from.
Test(input, may_be_a_stream)
{
	struct workshop shop;

	begin(&shop);
	for (size_t i = 0; i < OBJECTS; i++) {
		struct bpfld_input memory = { .data = shop.objects[i].data,
					      .size = shop.objects[i].size };
		struct bpfld_input stream = { .name = "stream" };
		int pipes[2];

		cr_assert(pipe(pipes) == 0);
		if (fork() == 0) {
			// In parts, of which the first is less than a header.
			for (size_t at = 0, size = 5; at < memory.size; at += size, size = 3000) {
				if (size > memory.size - at)
					size = memory.size - at;
				if (write(pipes[1], shop.objects[i].data + at, size) < 0)
					_exit(1);
			}
			_exit(0);
		}
		close(pipes[1]);
		stream.fd = pipes[0];
		cr_expect(str_equal(link_one(&shop.arena, &stream, false),
				    link_one(&shop.arena, &memory, false)),
			  "%s", kinds[i].file);
		close(pipes[0]);
		cr_assert(wait(NULL) > 0);
	}
	end(&shop);
}

// A thin archive of one member, at @path.
static void write_thin_archive(struct arena *arena, const char *path, const char *member)
{
	const char *text = arena_format(
		arena,
		"!<thin>\n%-16s%-12s%-6s%-6s%-8s%-10zu`\n%s/\n%s%-16s%-12d%-6d%-6d%-8d%-10d`\n",
		"//", "", "", "", "", strlen(member) + 2, member, strlen(member) % 2 ? "\n" : "",
		"/0", 0, 0, 0, 0, 1000);

	file_write(path, text, strlen(text));
}

// Nobody knows what a device does when it is opened, or when a FIFO is.
Test(input, of_thin_archives_are_regular_files, .timeout = 20)
{
	static const struct {
		const char *member;
		const char *what;
	} cases[] = {
		{ "whole.o", NULL },
		{ "link", NULL },
		{ "fifo", "is no regular file, as members of thin archives have to be" },
		{ "device", "is no regular file, as members of thin archives have to be" },
		{ "/dev/zero", "is no regular file, as members of thin archives have to be" },
		{ "/proc/self/fd/0", "is no regular file, as members of thin archives have to be" },
		{ "/", "is a folder, not an object; name the files in it" },
		{ "missing", "cannot open: No such file or directory" },
		{ "/proc/self/cmdline",
		  "is no object: it does not begin as ELF files do; give what the compiler wrote" },
	};
	struct workshop shop;
	int standard = dup(STDIN_FILENO), pipes[2];
	char *archive;

	begin(&shop);
	archive = path_join(shop.folder, "thin.a");
	cr_assert(pipe(pipes) == 0 && dup2(pipes[0], STDIN_FILENO) == STDIN_FILENO);
	cr_assert(mkfifo(arena_format(&shop.arena, "%s/fifo", shop.folder), 0600) == 0);
	cr_assert(symlink("/dev/zero", arena_format(&shop.arena, "%s/device", shop.folder)) == 0);
	cr_assert(symlink("whole.o", arena_format(&shop.arena, "%s/link", shop.folder)) == 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct bpfld_input input = { .path = archive, .whole_archive = true };
		const char *line;

		write_thin_archive(&shop.arena, archive, cases[i].member);
		line = link_one(&shop.arena, &input, false).data;
		if (cases[i].what)
			cr_expect_str_eq(line,
					 arena_format(&shop.arena, "%s(%s): error: %s", archive,
						      cases[i].member, cases[i].what),
					 "%s", line);
		else
			cr_expect(memcmp(line, "\177ELF", 4) == 0, "%s: %s", cases[i].member, line);
	}
	dup2(standard, STDIN_FILENO);
	close(standard);
	close(pipes[0]);
	close(pipes[1]);
	free(archive);
	end(&shop);
}

// Reading that fails, as of a broken disk; see CMakeLists.txt.
static bool reading_fails, mapping_fails;
static unsigned int reads_that_succeed = UINT_MAX; // before reading fails

ssize_t __real_pread(int fd, void *data, size_t size, off_t offset);
ssize_t __wrap_pread(int fd, void *data, size_t size, off_t offset);
void *__real_mmap(void *start, size_t size, int protection, int flags, int fd, off_t offset);
void *__wrap_mmap(void *start, size_t size, int protection, int flags, int fd, off_t offset);

ssize_t __wrap_pread(int fd, void *data, size_t size, off_t offset)
{
	if (!reading_fails && reads_that_succeed) {
		reads_that_succeed -= reads_that_succeed < UINT_MAX;
		return __real_pread(fd, data, size, offset);
	}
	errno = EIO;
	return -1;
}

void *__wrap_mmap(void *start, size_t size, int protection, int flags, int fd, off_t offset)
{
	if (!mapping_fails || fd < 0)
		return __real_mmap(start, size, protection, flags, fd, offset);
	errno = ENODEV;
	return MAP_FAILED;
}

// Whichever read fails, there is one error, and nothing is done with what was not read.
Test(input, may_fail_at_any_read)
{
	struct workshop shop;

	begin(&shop);
	for (size_t i = 0; i < OBJECTS; i++) {
		struct bpfld_input input = { .path = shop.paths[i] };
		struct bpfld_options options = options_of(&input, 1);
		unsigned int reads = 0;
		bool linked;

		options.copy_inputs = true;
		do {
			struct bpfld_result result;

			reads_that_succeed = reads++;
			linked = bpfld_link(&options, &result);
			reads_that_succeed = UINT_MAX;
			cr_expect_eq(result.error_count, !linked, "%s, %u", kinds[i].file, reads);
			bpfld_result_deinit(&result);
		} while (!linked && reads < 100);
		cr_expect(linked && reads > 1, "%s, %u", kinds[i].file, reads);
	}
	end(&shop);
}

static struct str link_with_debug(struct arena *arena, const struct bpfld_input *input, bool copy)
{
	struct bpfld_options options = options_of(input, 1);

	options.copy_inputs = copy;
	options.keep_debug = true;
	return link_as(arena, &options);
}

// What is only read when all else was: it is mapped where it is large, unless copies are wanted.
static void expect_read_again(struct arena *arena, const struct bpfld_input *input,
			      const struct str *image, bool copy)
{
	struct bpfld_input memory = { .data = image->data, .size = image->size };
	struct str expected = link_with_debug(arena, &memory, false);
	bool mapped = image->size > 64 * 1024 && !copy;

	cr_expect(str_equal(link_with_debug(arena, input, copy), expected), "%zu, %d", image->size,
		  copy);
	mapping_fails = true;
	cr_expect_neq(str_equal(link_with_debug(arena, input, copy), expected), mapped, "%zu, %d",
		      image->size, copy);
	mapping_fails = false;
}

Test(input, is_read_again_for_debug_information)
{
	static const char *const texts[] = {
		"section .text AX | global func f 8 | exit | section .debug_macro - | zero 20000",
		"section .text AX | global func f 8 | exit | section .debug_macro - | zero 70000",
	};
	char *folder = folder_create(), *path = path_join(folder, "a.o");
	struct arena arena;

	arena_init(&arena, SIZE_MAX);
	for (int i = 0; i < 4; i++) {
		struct str image = elf_text(&arena, false, texts[i / 2]);
		struct bpfld_input named = { .path = path }, descriptor = { .name = "a.o" };

		file_write(path, image.data, image.size);
		descriptor.fd = open(path, O_RDONLY);
		expect_read_again(&arena, &named, &image, i % 2);
		expect_read_again(&arena, &descriptor, &image, i % 2);
		cr_expect_eq(close(descriptor.fd), 0, "it is the caller's");
	}
	free(path);
	folder_remove(folder);
	free(folder);
	arena_deinit(&arena);
}

struct reproduction {
	struct arena *arena;
	struct str tar;
};

static void keep_tar(enum bpfld_report report, const char *text, size_t size, void *context)
{
	struct reproduction *reproduction = context;

	(void)report;
	reproduction->tar = (struct str){ arena_strndup(reproduction->arena, text, size), size };
}

// The tar archive that a link of @inputs, which may fail, makes of itself.
static struct str reproduce(struct arena *arena, const struct bpfld_input *inputs, size_t count,
			    const char *list)
{
	struct bpfld_options options = options_of(inputs, count);
	struct reproduction reproduction = { .arena = arena };
	struct bpfld_result result;

	options.reports[BPFLD_REPORT_REPRODUCTION] = "-";
	options.on_report = keep_tar;
	options.context = &reproduction;
	options.read_files = (struct bpfld_strings){ &list, list != NULL };
	bpfld_link(&options, &result);
	bpfld_result_deinit(&result);
	cr_assert(reproduction.tar.size);
	return reproduction.tar;
}

static bool has(struct str bytes, const char *text)
{
	size_t size = strlen(text);

	for (size_t i = 0; i + size <= bytes.size; i++) {
		if (memcmp(bytes.data + i, text, size) == 0)
			return true;
	}
	return false;
}

Test(input, that_cannot_be_read_is_not_reproduced)
{
	bool *const faults[] = { &reading_fails, &mapping_fails };
	struct workshop shop;

	begin(&shop);
	for (size_t i = 0; i < OBJECTS; i++) {
		struct bpfld_input input = { .path = shop.paths[i] };

		cr_expect(has(reproduce(&shop.arena, &input, 1, NULL), kinds[i].file), "%s",
			  kinds[i].file);
		for (size_t j = 0; j < 2; j++) {
			struct str tar;

			// Only what is large is mapped.
			if (j == 1 && i != 1)
				continue;
			*faults[j] = true;
			tar = reproduce(&shop.arena, &input, 1, NULL);
			*faults[j] = false;
			cr_expect(has(tar, "version.txt") && !has(tar, kinds[i].file), "%s",
				  kinds[i].file);
		}
	}
	end(&shop);
}

// A hostile thin archive names what it wants to have, and the user sends it with a report.
Test(input, that_is_no_object_is_not_reproduced)
{
	// Where the type and the machine of an ELF header are.
	enum { TYPE = 16, MACHINE = 18 };
	static const struct {
		const char *name;
		size_t at; // the byte that is changed
		char byte;
		size_t size; // what is left of the object; 0: all
		bool given;  // goes in when the user, not an archive, names it
		bool named;  // goes in in any case
	} cases[] = {
		{ "object", TYPE, ET_REL, 0, true, true },
		{ "core", TYPE, ET_CORE, 0, true, false },
		{ "program", TYPE, ET_EXEC, 0, true, false },
		{ "foreign", MACHINE, EM_386, 0, true, false },
		{ "cut", TYPE, ET_REL, 63, true, false },
		{ "text", 0, '#', 0, false, false },
		{ "archive", 0, '!', 0, false, false },
		{ "empty", 0, 0, 1, false, false },
	};
	struct workshop shop;
	char *path, *archive;

	begin(&shop);
	path = path_join(shop.folder, "secret");
	archive = path_join(shop.folder, "thin.a");
	write_thin_archive(&shop.arena, archive, "secret");
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct bpfld_input given = { .path = path };
		struct bpfld_input thin[2] = { { .path = shop.paths[1] },
					       { .path = archive, .whole_archive = true } };
		struct str image = shop.objects[0], tar;
		char *bytes = arena_strndup(&shop.arena, image.data, image.size);

		bytes[cases[i].at] = cases[i].byte;
		file_write(path, bytes, cases[i].size ? cases[i].size : image.size);
		cr_expect_eq(has(reproduce(&shop.arena, &given, 1, NULL), "/secret"),
			     cases[i].given, "%s, given", cases[i].name);
		tar = reproduce(&shop.arena, thin, 2, NULL);
		cr_expect(has(tar, "/thin.a") && has(tar, "/mapped.o"), "%s", cases[i].name);
		cr_expect_eq(has(tar, arena_format(&shop.arena, "%s%c", path + 1, 0)),
			     cases[i].named, "%s, named", cases[i].name);
	}
	free(path);
	free(archive);
	end(&shop);
}

Test(input, lists_are_reproduced_where_they_are_files, .timeout = 20)
{
	struct workshop shop;
	char *list, *fifo;
	struct bpfld_input input;

	begin(&shop);
	input = (struct bpfld_input){ .path = shop.paths[0] };
	list = path_join(shop.folder, "list");
	fifo = path_join(shop.folder, "fifo");
	file_write(list, "a symbol", 8);
	cr_assert(mkfifo(fifo, 0600) == 0);
	cr_expect(has(reproduce(&shop.arena, &input, 1, list), "a symbol"));
	// Nobody writes to it any more.
	cr_expect_not(has(reproduce(&shop.arena, &input, 1, fifo), "/fifo"));
	cr_expect_not(has(reproduce(&shop.arena, &input, 1, "/dev/zero"), "/zero"));
	cr_expect_not(has(reproduce(&shop.arena, &input, 1, "/no/such"), "/such"));
	free(list);
	free(fifo);
	end(&shop);
}

// What is unpacked stays in the folder where it is unpacked.
Test(input, reproduced_has_a_folder_of_its_own)
{
	static const struct {
		const char *name, *folder;
	} cases[] = {
		{ "link.tar", "link" },   { "link", "link" },        { ".tar", ".tar" },
		{ "..tar", "reproduce" }, { "...tar", "reproduce" }, { "....tar", "..." },
	};
	struct workshop shop;

	begin(&shop);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char *path = path_join(shop.folder, cases[i].name);
		struct bpfld_input input = { .path = shop.paths[0] };
		struct bpfld_options options = options_of(&input, 1);
		struct bpfld_result result;
		struct bytes tar;

		options.reports[BPFLD_REPORT_REPRODUCTION] = path;
		cr_assert(bpfld_link(&options, &result));
		bpfld_result_deinit(&result);
		tar = file_read(path);
		cr_expect_str_eq(tar.data,
				 arena_format(&shop.arena, "%s/version.txt", cases[i].folder));
		free(tar.data);
		unlink(path);
		free(path);
	}
	end(&shop);
}

// It has what inputs have that others may not read.
Test(input, reproduced_is_for_the_user_alone)
{
	struct workshop shop;
	struct bpfld_input input;
	struct bpfld_options options;
	struct bpfld_result result;
	struct stat tar, map;
	char *paths[2];

	begin(&shop);
	umask(022);
	for (size_t i = 0; i < 2; i++)
		paths[i] = path_join(shop.folder, i ? "map" : "tar");
	file_write(paths[0], "old", 3);
	input = (struct bpfld_input){ .path = shop.paths[0] };
	options = options_of(&input, 1);
	options.reports[BPFLD_REPORT_REPRODUCTION] = paths[0];
	options.reports[BPFLD_REPORT_MAP] = paths[1];
	cr_expect(bpfld_link(&options, &result));
	bpfld_result_deinit(&result);
	cr_assert(stat(paths[0], &tar) == 0 && stat(paths[1], &map) == 0);
	cr_expect_eq(tar.st_mode & 07777, 0600, "%o", tar.st_mode);
	cr_expect_eq(map.st_mode & 07777, 0644, "%o", map.st_mode);
	for (size_t i = 0; i < 2; i++)
		free(paths[i]);
	end(&shop);
}
