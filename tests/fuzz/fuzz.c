/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE // memfd_create()
#include "fuzz.h"

#include <elf.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>

#include "check.h"

// Of which none is read whole; see linker/read/input.c.
#define LARGE_FILE (20 << 10)
// More than any target has.
#define INPUTS_MAX 4

// In place of the system's, where btf/base/hash.c has its seed from: what fails must fail again.
ssize_t getrandom(void *buffer, size_t size, unsigned int flags)
{
	(void)flags;
	memset(buffer, 0x5a, size);
	return (ssize_t)size;
}

void fuzz_fail(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fputs("fuzz: ", stderr);
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
	va_end(arguments);
	abort();
}

size_t fuzz_memory(size_t size)
{
	// Room for the zeroes that any input may ask for, in three copies, and what a byte of input
	// may come to: where strings are merged, a NUL is an atom, of which there are lists.
	return (16 << 20) + 128 * size;
}

static size_t input_size(const struct bpfld_options *options)
{
	size_t size = 0;

	for (size_t i = 0; i < options->input_count; i++)
		size += options->inputs[i].size;
	return size;
}

static const char *first_error(const struct bpfld_result *result)
{
	for (size_t i = 0; i < result->diagnostic_count; i++) {
		if (result->diagnostics[i].severity == BPFLD_ERROR)
			return result->diagnostics[i].text;
	}
	return "no error";
}

bool fuzz_link_once(struct bpfld_options *options, struct bpfld_result *result)
{
	bool linked;

	options->output.kind = BPFLD_OUTPUT_MEMORY;
	options->memory_limit = fuzz_memory(input_size(options));
	linked = bpfld_link(options, result);
	if (linked != (result->error_count == 0) || linked != (result->data != NULL))
		fuzz_fail("returned %d, %zu errors, output %p", linked, result->error_count,
			  result->data);
	if (!linked && !strcmp(first_error(result), "out of memory"))
		fuzz_fail("%zu bytes of input need more than %zu of memory", input_size(options),
			  options->memory_limit);
	return linked;
}

void fuzz_keep(const void *data, size_t size, const char *name)
{
	const char *folder = getenv("FUZZ_KEEP");
	char path[PATH_MAX];
	FILE *file;

	if (!folder || snprintf(path, sizeof(path), "%s/%s", folder, name) >= PATH_MAX)
		return;
	file = fopen(path, "wb");
	if (!file)
		return;
	fwrite(data, 1, size, file);
	fclose(file);
}

static void keep(const struct bpfld_result *result, const char *name)
{
	fuzz_keep(result->data, result->size, name);
}

static void check_output(const struct bpfld_result *result)
{
	char *problems = check_object(result->data, result->size, CHECK_ANY_INPUT);

	if (*problems) {
		keep(result, "out.o");
		fuzz_fail("the output is not consistent:\n%s", problems);
	}
	free(problems);
}

// Whether the inputs, too, made sense, as far as the output shows.
static bool is_sound(const struct bpfld_result *result)
{
	char *problems = check_object(result->data, result->size, CHECK_PARTIAL_BTF);
	bool sound = !*problems;

	free(problems);
	return sound;
}

static void check_relink(const struct bpfld_options *first, const struct bpfld_result *result)
{
	struct bpfld_input input = { .name = "out.o", .data = result->data, .size = result->size };
	struct bpfld_options options = {
		.inputs = &input,
		.input_count = 1,
		.no_type_check = first->no_type_check,
		.no_unique_locals = first->no_unique_locals,
		.build_id = first->build_id,
		.keep_debug = first->keep_debug,
		.compress_debug = first->compress_debug,
		.compress = first->compress,
		.decompress = first->decompress,
	};
	struct bpfld_result again;

	if (!fuzz_link_once(&options, &again)) {
		keep(result, "out.o");
		fuzz_fail("the output cannot be linked: %s", first_error(&again));
	}
	if (is_sound(result) &&
	    (again.size != result->size || memcmp(again.data, result->data, again.size))) {
		keep(result, "out.o");
		keep(&again, "again.o");
		fuzz_fail("linking the output changes it");
	}
	bpfld_result_deinit(&again);
}

// A file of an object and of zeroes, with which it is too large to be read whole.
static int make_file(const struct bpfld_input *input)
{
	int file = memfd_create("input", MFD_CLOEXEC);

	if (file < 0 || write(file, input->data, input->size) != (ssize_t)input->size ||
	    ftruncate(file, (off_t)input->size + LARGE_FILE) < 0)
		fuzz_fail("no file in memory");
	return file;
}

static bool are_objects(const struct bpfld_options *options)
{
	for (size_t i = 0; i < options->input_count; i++) {
		if (options->inputs[i].size < SELFMAG ||
		    memcmp(options->inputs[i].data, ELFMAG, SELFMAG) != 0)
			return false;
	}
	return options->input_count <= INPUTS_MAX;
}

static void check_parts(struct bpfld_options options, const struct bpfld_result *result)
{
	struct bpfld_input inputs[INPUTS_MAX];
	struct bpfld_result again;

	if (!are_objects(&options))
		return;
	for (size_t i = 0; i < options.input_count; i++) {
		inputs[i] = options.inputs[i];
		inputs[i].fd = make_file(&inputs[i]);
		inputs[i].data = NULL;
		inputs[i].size = 0;
	}
	options.inputs = inputs;
	if (!fuzz_link_once(&options, &again))
		fuzz_fail("cannot be linked in parts: %s", first_error(&again));
	if (again.size != result->size || memcmp(again.data, result->data, again.size) != 0) {
		keep(result, "out.o");
		keep(&again, "again.o");
		fuzz_fail("parts give another output");
	}
	bpfld_result_deinit(&again);
	for (size_t i = 0; i < options.input_count; i++)
		close(inputs[i].fd);
}

void fuzz_link(struct bpfld_options options)
{
	struct bpfld_result result;

	if (fuzz_link_once(&options, &result)) {
		check_output(&result);
		check_relink(&options, &result);
		// A third link of each takes too long.
		if (result.size / 8 % 4 == 0)
			check_parts(options, &result);
	}
	bpfld_result_deinit(&result);
}

struct arena_work {
	struct arena *arena;
	void (*work)(struct arena *arena, const void *data, size_t size);
	const void *data;
	size_t size;
};

static bool call_work(void *argument)
{
	struct arena_work *work = argument;

	work->work(work->arena, work->data, work->size);
	return true;
}

void fuzz_in_arena(size_t size, void (*work)(struct arena *arena, const void *data, size_t size),
		   const void *data)
{
	struct arena arena;
	struct arena_work argument = { &arena, work, data, size };
	bool exhausted;

	arena_init(&arena, fuzz_memory(size));
	if (!arena_protect(&arena, call_work, &argument, &exhausted))
		fuzz_fail("%zu bytes of input need more than %zu of memory", size,
			  fuzz_memory(size));
	arena_deinit(&arena);
}

void fuzz_expect_outcome(bool done, const struct diag *diag)
{
	if (done != (diag->error_count == 0))
		fuzz_fail("%s with %zu errors", done ? "done" : "not done", diag->error_count);
}

struct parts parts_split(const uint8_t *data, size_t size)
{
	struct parts parts = { { (const char *)data, 0 }, { (const char *)data, 0 } };
	size_t first;

	if (size < 4)
		return parts;
	first = (size_t)data[0] | (size_t)data[1] << 8 | (size_t)data[2] << 16 |
		(size_t)data[3] << 24;
	if (first > size - 4)
		first = size - 4;
	parts.first = (struct str){ (const char *)data + 4, first };
	parts.second = (struct str){ (const char *)data + 4 + first, size - 4 - first };
	return parts;
}

bool fuzz_split_objects(const uint8_t *data, size_t size, uint32_t *bits,
			struct bpfld_input inputs[2])
{
	struct parts parts;

	if (size < FUZZ_OPTION_BYTES)
		return false;
	memcpy(bits, data, sizeof(*bits));
	parts = parts_split(data + FUZZ_OPTION_BYTES, size - FUZZ_OPTION_BYTES);
	inputs[0] = (struct bpfld_input){ .name = "a.o",
					  .data = parts.first.data,
					  .size = parts.first.size };
	inputs[1] = (struct bpfld_input){ .name = "b.o",
					  .data = parts.second.data,
					  .size = parts.second.size };
	return true;
}

size_t parts_join(struct parts parts, uint8_t *data, size_t capacity)
{
	if (parts.first.size > UINT32_MAX || capacity < 4 || parts.first.size > capacity - 4 ||
	    parts.second.size > capacity - 4 - parts.first.size)
		return 0;
	for (size_t i = 0; i < 4; i++)
		data[i] = (uint8_t)(parts.first.size >> 8 * i);
	memcpy(data + 4, parts.first.data, parts.first.size);
	memcpy(data + 4 + parts.first.size, parts.second.data, parts.second.size);
	return 4 + parts.first.size + parts.second.size;
}
