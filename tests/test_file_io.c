/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/file_io.h"

// What is in a file to which @pieces were written.
static struct str written(struct arena *arena, const struct pieces *pieces)
{
	FILE *file = tmpfile();
	struct str bytes;

	cr_assert(write_all(fileno(file), pieces));
	cr_assert(read_all(fileno(file), (size_t)lseek(fileno(file), 0, SEEK_END), arena, &bytes));
	fclose(file);
	return bytes;
}

Test(file_io, pieces_stand_one_behind_the_other)
{
	static const struct {
		size_t count; // more than one call takes
		size_t empty; // every such piece has no bytes; 0: all have
	} cases[] = { { 0, 0 }, { 1, 0 }, { 2, 1 }, { 5, 2 }, { 600, 0 }, { 600, 3 }, { 3000, 1 } };

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct pieces pieces = { 0 };
		struct arena arena;
		size_t size = 0;
		char *bytes;

		arena_init(&arena, SIZE_MAX);
		for (size_t j = 0; j < cases[i].count; j++) {
			char *text = arena_format(&arena, "piece %zu;", j);
			bool empty = cases[i].empty && j % cases[i].empty == 0;

			*array_add(&arena, &pieces) = empty ? STR("") : str_of(text);
			size += pieces.items[j].size;
		}
		bytes = arena_alloc(&arena, size);
		pieces_copy(&pieces, bytes);
		cr_expect(str_equal(written(&arena, &pieces), (struct str){ bytes, size }),
			  "%zu pieces, every %zu", cases[i].count, cases[i].empty);
		arena_deinit(&arena);
	}
}

Test(file_io, says_what_cannot_be_written)
{
	struct str text = STR("text");
	struct pieces pieces = { &text, 1, 1 };
	int full = file_open_descriptor("/dev/full", O_WRONLY, 0);

	cr_expect_not(write_all(full, &pieces));
	cr_expect_eq(errno, ENOSPC);
	close(full);
}

// A file may have become shorter since its size was asked.
Test(file_io, reads_what_is_there)
{
	static const size_t sizes[] = { 0, 3, 4, 5, 100 };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		struct str text = STR("text"), bytes;
		struct pieces pieces = { &text, 1, 1 };
		FILE *file = tmpfile();
		struct arena arena;

		arena_init(&arena, SIZE_MAX);
		cr_assert(write_all(fileno(file), &pieces));
		cr_expect(read_all(fileno(file), sizes[i], &arena, &bytes), "%zu", sizes[i]);
		cr_expect_eq(bytes.size, sizes[i] < 4 ? sizes[i] : 4, "%zu", sizes[i]);
		cr_expect_eq(memcmp(bytes.data, "text", bytes.size), 0, "%zu", sizes[i]);
		cr_expect_eq(bytes.data[bytes.size], '\0', "%zu", sizes[i]);
		fclose(file);
		arena_deinit(&arena);
	}
}

Test(file_io, says_what_cannot_be_read)
{
	struct arena arena;
	struct str bytes;

	arena_init(&arena, SIZE_MAX);
	cr_expect_not(read_all(-1, 4, &arena, &bytes));
	cr_expect_eq(errno, EBADF);
	arena_deinit(&arena);
}
