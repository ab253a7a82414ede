/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE // memfd_create()

#include <criterion/criterion.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bpfld.h"
#include "elf_text.h"
#include "support/command.h"
#include "support/sound.h"

// Two objects with something of everything, and their files.
struct inputs {
	struct arena arena;
	struct str images[2];
	int fds[2];
	struct bpfld_input memory[2];
};

static const char *const texts[] = {
	"section .text AX | global func f 40 | line f | call g | load @.data+4 | load x |"
	"local func s 16 | line s | near -6 | exit | section .data WA | global object x 4 | word 1 "
	"|"
	"local object y 4 | word 2 | local object p 8 | quad f | btf",
	"section .text AX | global func g 8 | line g | exit | local func s 24 | line s | call f |"
	"typeid 6 struct t 8 { a 0 int ; b 32 int ; } | section .data WA | weak object x 4 | word "
	"3 |"
	"local object z 4 | word 4 | section .bss WAN | global object b 8 | zero 8 | btf",
};

static void begin(struct inputs *inputs)
{
	arena_init(&inputs->arena, SIZE_MAX);
	for (int i = 0; i < 2; i++) {
		inputs->images[i] = elf_text(&inputs->arena, false, texts[i]);
		inputs->fds[i] = memfd_create("input", 0);
		cr_assert_eq(write(inputs->fds[i], inputs->images[i].data, inputs->images[i].size),
			     (ssize_t)inputs->images[i].size);
		inputs->memory[i] = (struct bpfld_input){
			.data = inputs->images[i].data,
			.size = inputs->images[i].size,
		};
	}
}

static void end(struct inputs *inputs)
{
	close(inputs->fds[0]);
	close(inputs->fds[1]);
	arena_deinit(&inputs->arena);
}

static struct bpfld_options options_of(const struct bpfld_input *inputs, size_t count)
{
	return (struct bpfld_options){
		.inputs = inputs,
		.input_count = count,
		.output = { .kind = BPFLD_OUTPUT_MEMORY },
	};
}

// The output of @inputs, in @arena.
static struct str link_all(struct arena *arena, const struct bpfld_input *inputs, size_t count)
{
	struct bpfld_options options = options_of(inputs, count);
	struct bpfld_result result;
	struct str output;

	cr_assert(bpfld_link(&options, &result), "%s",
		  result.diagnostic_count ? result.diagnostics->message : "");
	output = (struct str){ arena_strndup(arena, result.data, result.size), result.size };
	bpfld_result_deinit(&result);
	expect_sound(output.data, output.size, CHECK_PARTIAL_BTF | CHECK_CODE_GAPS, "output");
	return output;
}

Test(link, takes_paths_descriptors_and_memory)
{
	struct inputs inputs;
	struct str expected;
	int pipes[2];

	begin(&inputs);
	expected = link_all(&inputs.arena, inputs.memory, 2);
	cr_assert(pipe(pipes) == 0);
	cr_assert(write(pipes[1], inputs.images[0].data, inputs.images[0].size) > 0);
	close(pipes[1]);

	struct bpfld_input paths[2] = {
		{ .path = arena_format(&inputs.arena, "/proc/self/fd/%d", inputs.fds[0]) },
		{ .path = arena_format(&inputs.arena, "/proc/self/fd/%d", inputs.fds[1]) },
	};
	struct bpfld_input fds[2] = { { .fd = inputs.fds[0] }, { .fd = inputs.fds[1] } };
	struct bpfld_input mixed[2] = { { .fd = pipes[0] }, { .path = paths[1].path } };

	cr_expect(str_equal(link_all(&inputs.arena, paths, 2), expected));
	cr_expect(str_equal(link_all(&inputs.arena, fds, 2), expected));
	cr_expect(str_equal(link_all(&inputs.arena, mixed, 2), expected));
	cr_expect_neq(fcntl(inputs.fds[0], F_GETFD), -1, "stays open");
	close(pipes[0]);
	end(&inputs);
}

// More than a pipe and one reading hold.
Test(link, takes_long_streams)
{
	struct bpfld_input memory = { 0 }, stream = { 0 };
	struct arena arena;
	struct str image;
	int pipes[2];

	arena_init(&arena, SIZE_MAX);
	image = elf_text(&arena, false, "section .data WA | global object x 300000 | zero 300000");
	memory.data = image.data;
	memory.size = image.size;
	cr_assert(pipe(pipes) == 0);
	if (fork() == 0) {
		close(pipes[0]);
		while (image.size) {
			ssize_t count = write(pipes[1], image.data, image.size);

			image.data += count;
			image.size -= (size_t)count;
		}
		_exit(0);
	}
	close(pipes[1]);
	stream.fd = pipes[0];
	cr_expect(str_equal(link_all(&arena, &stream, 1), link_all(&arena, &memory, 1)));
	close(pipes[0]);
	wait(NULL);
	arena_deinit(&arena);
}

Test(link, gives_files_descriptors_and_memory)
{
	struct bpfld_result result;
	struct inputs inputs;
	struct str expected;
	char *folder = folder_create();
	char *path = path_join(folder, "out");

	begin(&inputs);
	expected = link_all(&inputs.arena, inputs.memory, 2);
	for (int i = 0; i < 2; i++) {
		struct bpfld_options options = options_of(inputs.memory, 2);
		struct bytes found;

		options.output.kind = i ? BPFLD_OUTPUT_FD : BPFLD_OUTPUT_PATH;
		options.output.path = path;
		options.output.fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
		cr_expect(bpfld_link(&options, &result));
		cr_expect_null(result.data);
		bpfld_result_deinit(&result);
		close(options.output.fd);
		found = file_read(path);
		cr_expect(str_equal((struct str){ found.data, found.size }, expected));
		free(found.data);
	}
	folder_remove(folder);
	free(folder);
	free(path);
	end(&inputs);
}

Test(link, outputs_are_consistent_and_stable)
{
	static const struct {
		const char *name;
		const char *texts[3];
		unsigned int flags;
	} cases[] = {
		{ "something of everything", { texts[0], texts[1] }, 0 },
		{ "the same, reversed", { texts[1], texts[0] }, 0 },
		{ "overridden, but needed",
		  { "section .text AX | weak func f 8 | exit | local func g 16 | near -2 | exit | "
		    "btf",
		    "section .text AX | global func f 8 | exit | btf" },
		  0 },
		{ "overridden variable",
		  { "section .data WA | weak object x 4 | word 1 | global object y 4 | word 1 | "
		    "btf",
		    "section .data.x WA | global object x 4 | word 1 | btf" },
		  0 },
		{ "commons", { "global common x 4 4", "global common x 8 8" }, CHECK_PARTIAL_BTF },
		{ "kernel symbols",
		  { "section .text AX | global func f 24 | load k | exit | btf | type k@.ksyms int",
		    "section .text AX | global func g 16 | call h | exit | btf |"
		    "type h@.ksyms func int ( )" },
		  0 },
		{ "functions of one name, without func_info",
		  { "section .text AX | local func f 8 | exit | local func f 8 | exit | "
		    "local func f.part.0 8 | exit | type f func int ( ) | unplaced",
		    "section .text AX | global func f 8 | exit | local func f.part.1 8 | exit | "
		    "type f func int ( ) | unplaced" },
		  0 },
		{ "two FUNCs of a global function, without func_info",
		  { "section .text AX | global func f 8 | exit | global func g 8 | exit | btf | "
		    "unplaced | called g f",
		    "section .text AX | exit" },
		  CHECK_PARTIAL_BTF | CHECK_CODE_GAPS },
		{ "one without BTF",
		  { texts[0], "section .text AX | global func g 8 | exit" },
		  CHECK_PARTIAL_BTF },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		for (int big_endian = 0; big_endian < 2; big_endian++) {
			struct bpfld_input inputs[2] = { 0 };
			struct arena arena;
			struct str once, twice;

			arena_init(&arena, SIZE_MAX);
			for (int j = 0; j < 2; j++) {
				struct str image = elf_text(&arena, big_endian, cases[i].texts[j]);

				inputs[j].data = image.data;
				inputs[j].size = image.size;
			}
			once = link_all(&arena, inputs, 2);
			expect_sound(once.data, once.size, cases[i].flags, cases[i].name);
			cr_expect(str_equal(link_all(&arena, inputs, 2), once), "%s",
				  cases[i].name);
			inputs[0].data = once.data;
			inputs[0].size = once.size;
			twice = link_all(&arena, inputs, 1);
			cr_expect(str_equal(once, twice), "%s", cases[i].name);
			arena_deinit(&arena);
		}
	}
}

// A link of all, and links of which the first is an input of the second.
struct nested_case {
	const char *name;
	const char *texts[3];
	const char *symbol;
	uint64_t size;  // of the symbol, and
	uint64_t align; // its alignment, whichever way
	bool fails;     // the last definition is smaller than what others take it for
};

static const Elf64_Sym *find_symbol(struct str image, const char *name, uint8_t binding)
{
	const Elf64_Ehdr *header = (const void *)image.data;
	const Elf64_Shdr *sections = (const void *)(image.data + header->e_shoff);

	for (int i = 1; i < header->e_shnum; i++) {
		const Elf64_Sym *symbols = (const void *)(image.data + sections[i].sh_offset);
		const char *names = image.data + sections[sections[i].sh_link].sh_offset;

		for (size_t j = 0; sections[i].sh_type == SHT_SYMTAB &&
				   j < sections[i].sh_size / sizeof(*symbols);
		     j++) {
			if (strcmp(names + symbols[j].st_name, name) == 0 &&
			    ELF64_ST_BIND(symbols[j].st_info) == binding)
				return &symbols[j];
		}
	}
	return NULL;
}

static void expect_nested(struct arena *arena, const struct nested_case *row, const int order[3],
			  bool first_alone)
{
	struct bpfld_input inputs[3] = { 0 }, outer[2] = { 0 };
	struct bpfld_options options = options_of(outer, 2);
	struct bpfld_result result;
	const Elf64_Sym *symbol;
	struct str inner, image;

	for (int i = 0; i < 3; i++) {
		image = elf_text(arena, false, row->texts[order[i]]);
		inputs[i].data = image.data;
		inputs[i].size = image.size;
	}
	inner = first_alone ? link_all(arena, inputs + 1, 2) : link_all(arena, inputs, 2);
	image = link_all(arena, &(struct bpfld_input){ .data = inner.data, .size = inner.size }, 1);
	cr_expect(str_equal(image, inner), "%s: linked again", row->name);
	outer[first_alone] = (struct bpfld_input){ .data = inner.data, .size = inner.size };
	outer[!first_alone] = inputs[first_alone ? 0 : 2];
	cr_expect_eq(bpfld_link(&options, &result), !row->fails, "%s: %s", row->name,
		     result.diagnostic_count ? result.diagnostics->message : "");
	if (!row->fails && result.data) {
		image = (struct str){ result.data, result.size };
		symbol = find_symbol(image, row->symbol, STB_GLOBAL);
		cr_assert(symbol, "%s", row->name);
		cr_expect_eq(symbol->st_size, row->size, "%s: %lu", row->name, symbol->st_size);
		cr_expect_eq(symbol->st_value % row->align, 0, "%s", row->name);
		expect_sound(image.data, image.size, CHECK_PARTIAL_BTF, row->name);
	}
	bpfld_result_deinit(&result);
}

Test(link, commons_nest)
{
	static const struct nested_case rows[] = {
		{ "largest",
		  { "global common x 4 4", "global common x 32 4", "global common x 8 4" },
		  "x",
		  32,
		  4,
		  false },
		{ "alignment of another",
		  { "section .bss WAN 1 | local object z 1 | zero 1 | global common x 8 4",
		    "global common x 4 64", "global common y 1 1" },
		  "x",
		  8,
		  64,
		  false },
		{ "a definition",
		  { "global common x 4 4", "global common x 4 4",
		    "section .data WA | global object x 4 | word 1" },
		  "x",
		  4,
		  4,
		  false },
		{ "a weak definition",
		  { "global common x 4 4", "section .data WA | weak object x 8 | quad 1",
		    "section .text AX | global func f 16 | load x" },
		  "x",
		  4,
		  4,
		  false },
		{ "used before",
		  { "section .text AX | global func f 16 | load x | global common x 2 2",
		    "section .text AX | global func g 16 | load x | global common x 16 8",
		    "global common x 8 2" },
		  "x",
		  16,
		  8,
		  false },
	};
	static const int orders[][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
					 { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		for (size_t j = 0; j < sizeof(orders) / sizeof(*orders); j++) {
			struct arena arena;

			arena_init(&arena, SIZE_MAX);
			expect_nested(&arena, &rows[i], orders[j], false);
			expect_nested(&arena, &rows[i], orders[j], true);
			arena_deinit(&arena);
		}
	}
}

Test(link, commons_that_shrink_are_errors)
{
	static const struct nested_case rows[] = {
		{ "definition",
		  { "global common x 4 4", "global common x 8 4",
		    "section .data WA | global object x 4 | word 1" },
		  "x",
		  8,
		  4,
		  true },
	};
	static const int order[] = { 0, 1, 2 };
	struct arena arena;

	arena_init(&arena, SIZE_MAX);
	expect_nested(&arena, rows, order, false);
	arena_deinit(&arena);
}

Test(link, names_inputs)
{
	static const struct {
		struct bpfld_input input;
		const char *line;
	} cases[] = {
		{ { .data = "x", .size = 1 },
		  "<memory>: error: is text, not an object; a list of inputs is given as @FILE, "
		  "and there are no linker scripts" },
		{ { .name = "n", .data = "x", .size = 1 },
		  "n: error: is text, not an object; a list of inputs is given as @FILE, and there "
		  "are no linker scripts" },
		{ { .path = "/dev/null" }, "/dev/null: error: is empty; did the compiler fail?" },
		{ { .path = "/" }, "/: error: is a folder, not an object; name the files in it" },
		{ { .path = "/no/such" },
		  "/no/such: error: cannot open: No such file or directory" },
		{ { .name = "n", .path = "/no/such" },
		  "n: error: cannot open: No such file or directory" },
		{ { .fd = -1 }, "<fd -1>: error: cannot read: Bad file descriptor" },
		{ { .name = "n", .fd = -1 }, "n: error: cannot read: Bad file descriptor" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct bpfld_options options = options_of(&cases[i].input, 1);
		struct bpfld_result result;

		cr_expect_not(bpfld_link(&options, &result));
		cr_assert_eq(result.diagnostic_count, 1);
		cr_expect_str_eq(result.diagnostics->message, cases[i].line);
		bpfld_result_deinit(&result);
	}
}

// What a callback was given.
struct heard {
	struct arena arena;
	ARRAY(struct bpfld_diagnostic) diagnostics;
};

// @text without the code that it quotes at its end, which a message has on lines of its own.
static const char *without_code(struct arena *arena, const char *text)
{
	const char *code = strstr(text, "here as '");

	return code ? arena_format(arena, "%.*s", (int)(code + strlen("here as") - text), text)
		    : text;
}

static void hear(const struct bpfld_diagnostic *diagnostic, void *context)
{
	struct heard *heard = context;
	struct bpfld_diagnostic *copy = array_add(&heard->arena, &heard->diagnostics);

	*copy = *diagnostic;
	copy->message =
		arena_strndup(&heard->arena, diagnostic->message, strlen(diagnostic->message));
}

Test(link, tells_diagnostics_as_data)
{
	static const char *const wrong[] = {
		"section .text AX | global func f 8 | exit | type f func int ( ) | section other - "
		"| byte 1",
		"section .text AX | mov | global func f 8 | exit | type f func int ( )",
		"type f func void ( )",
	};
	static const struct {
		enum bpfld_severity severity;
		const char *code, *input, *section;
		uint64_t offset;
		const char *symbol, *text;
	} expected[] = {
		{ BPFLD_WARNING, "dropped-section", "a", "other", UINT64_MAX, NULL,
		  "section is left out" },
		{ BPFLD_ERROR, "duplicate-definition", "b", ".text", 8, "f",
		  "'f' is defined more than once" },
		{ BPFLD_NOTE, "duplicate-definition", "a", ".text", 0, "f",
		  "the first definition of 'f'" },
		{ BPFLD_ERROR, "type-mismatch", "c", NULL, UINT64_MAX, "f",
		  "declaration of 'f' does not match" },
		{ BPFLD_NOTE, "type-mismatch", "c", NULL, UINT64_MAX, "f",
		  "declared here as 'void f(void)'" },
		{ BPFLD_NOTE, "type-mismatch", "a", ".text", 0, "f",
		  "defined here as 'int f(void)'" },
	};
	static const char *const names[] = { "a", "b", "c" };
	struct bpfld_input inputs[3] = { 0 };
	struct bpfld_options options = options_of(inputs, 3);
	struct heard heard = { 0 };
	struct bpfld_result result;

	arena_init(&heard.arena, SIZE_MAX);
	for (int i = 0; i < 3; i++) {
		struct str image = elf_text(&heard.arena, false, wrong[i]);

		inputs[i] = (struct bpfld_input){ .name = names[i],
						  .data = image.data,
						  .size = image.size };
	}
	options.on_diagnostic = hear;
	options.context = &heard;
	cr_expect_not(bpfld_link(&options, &result));
	cr_assert_eq(result.diagnostic_count, sizeof(expected) / sizeof(*expected));
	cr_assert_eq(heard.diagnostics.count, result.diagnostic_count);
	cr_expect_eq(result.error_count, 2);
	cr_expect_eq(result.warning_count, 1);
	for (size_t i = 0; i < result.diagnostic_count; i++) {
		const struct bpfld_diagnostic *found = &result.diagnostics[i];

		cr_expect_eq(found->severity, expected[i].severity, "%s", found->message);
		cr_expect_str_eq(found->code, expected[i].code, "%s", found->message);
		cr_expect_str_eq(found->input, expected[i].input, "%s", found->message);
		cr_expect_eq(found->section != NULL, expected[i].section != NULL, "%s",
			     found->message);
		if (found->section && expected[i].section)
			cr_expect_str_eq(found->section, expected[i].section, "%s", found->message);
		cr_expect_eq(found->offset, expected[i].offset, "%s", found->message);
		cr_expect_eq(found->symbol != NULL, expected[i].symbol != NULL, "%s",
			     found->message);
		cr_expect(strncmp(found->text, expected[i].text, strlen(expected[i].text)) == 0,
			  "%s", found->message);
		cr_expect(strstr(found->message, without_code(&heard.arena, found->text)), "%s",
			  found->message);
		cr_expect_str_eq(heard.diagnostics.items[i].message, found->message);
	}
	bpfld_result_deinit(&result);
	cr_expect_null(result.diagnostics);
	arena_deinit(&heard.arena);
}

// From the first of all checks to the last, so that a user need not link again for each error.
Test(link, tells_errors_of_all_checks)
{
	static const char *const wrong[] = {
		"section license WA | string GPL | section .text AX | global func f 8 | exit",
		"section license WA | string BSD | section .text AX | global func f 8 | exit",
		"section .text AX | global func g 16 | call u | exit",
	};
	static const char *const told[] = { "license", "defined more than once", "undefined" };
	struct bpfld_input inputs[3] = { 0 };
	struct bpfld_options options = options_of(inputs, 3);
	struct bpfld_result result;
	struct arena arena;
	size_t found = 0;

	arena_init(&arena, SIZE_MAX);
	for (int i = 0; i < 3; i++) {
		struct str image = elf_text(&arena, false, wrong[i]);

		inputs[i] = (struct bpfld_input){ .data = image.data, .size = image.size };
	}
	options.no_undefined = true;
	cr_expect_not(bpfld_link(&options, &result));
	cr_expect_eq(result.error_count, 3, "%zu", (size_t)result.error_count);
	for (size_t i = 0; i < result.diagnostic_count && found < 3; i++)
		found += result.diagnostics[i].severity == BPFLD_ERROR &&
			 strstr(result.diagnostics[i].text, told[found]) != NULL;
	cr_expect_eq(found, 3, "%zu", found);
	bpfld_result_deinit(&result);
	arena_deinit(&arena);
}

// Under every limit the link works, or says that it does not.
Test(link, out_of_memory_is_an_error)
{
	size_t linked = 0, failed = 0;
	struct inputs inputs;
	struct str expected;

	begin(&inputs);
	expected = link_all(&inputs.arena, inputs.memory, 2);
	for (size_t limit = 1; linked < 3; limit += limit < 4096 ? 1024 : 4096) {
		struct bpfld_options options = options_of(inputs.memory, 2);
		struct bpfld_result result;

		cr_assert_lt(limit, 64 << 20);
		options.memory_limit = limit;
		if (bpfld_link(&options, &result)) {
			linked++;
			cr_expect(str_equal((struct str){ result.data, result.size }, expected),
				  "limit %zu", limit);
		} else {
			failed++;
			cr_expect_eq(linked, 0, "limit %zu: less was enough", limit);
			cr_assert_eq(result.diagnostic_count, 1, "limit %zu", limit);
			cr_expect_str_eq(result.diagnostics->message, "bpfld: error: out of memory",
					 "limit %zu", limit);
			cr_expect_eq(result.error_count, 1);
			cr_expect_null(result.data);
		}
		bpfld_result_deinit(&result);
	}
	cr_expect_gt(failed, 5);
	end(&inputs);
}

static void *link_often(void *argument)
{
	struct inputs *inputs = argument;
	struct arena arena;
	struct str first;

	arena_init(&arena, SIZE_MAX);
	first = link_all(&arena, inputs->memory, 2);
	for (int i = 0; i < 50; i++)
		cr_expect(str_equal(link_all(&arena, inputs->memory, 2), first));
	arena_deinit(&arena);
	return NULL;
}

Test(link, threads_do_not_meet)
{
	struct inputs inputs[2];
	pthread_t threads[2];

	for (int i = 0; i < 2; i++) {
		begin(&inputs[i]);
		cr_assert(pthread_create(&threads[i], NULL, link_often, &inputs[i]) == 0);
	}
	for (int i = 0; i < 2; i++) {
		pthread_join(threads[i], NULL);
		end(&inputs[i]);
	}
}

Test(link, prints_nothing)
{
	struct bpfld_input inputs[2] = { { .data = "x", .size = 1 }, { .path = "/no/such" } };
	int streams[] = { STDOUT_FILENO, STDERR_FILENO };
	int saved[2], silent = memfd_create("silent", 0);
	struct bpfld_options options = options_of(inputs, 2);
	struct bpfld_result result;

	for (int i = 0; i < 2; i++) {
		saved[i] = dup(streams[i]);
		dup2(silent, streams[i]);
	}
	bpfld_link(&options, &result);
	bpfld_result_deinit(&result);
	fflush(NULL);
	for (int i = 0; i < 2; i++)
		dup2(saved[i], streams[i]);
	cr_expect_eq(lseek(silent, 0, SEEK_END), 0);
	close(silent);
}

Test(link, no_inputs_and_no_results)
{
	struct bpfld_options options = options_of(NULL, 0);
	struct bpfld_result result;

	cr_expect_not(bpfld_link(&options, &result));
	cr_expect_str_eq(result.diagnostics->message, "bpfld: error: no input files");
	bpfld_result_deinit(&result);
	bpfld_result_deinit(&result);
}
