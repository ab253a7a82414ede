/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file_io.h"

// What is in a file to which @write wrote @pieces; *@room: the bytes that it takes on disk.
static struct str written(bool (*write)(int fd, const struct pieces *pieces), struct arena *arena,
			  const struct pieces *pieces, size_t *room)
{
	FILE *file = tmpfile();
	struct stat status;
	struct str bytes;

	cr_assert(write(fileno(file), pieces));
	cr_assert(fstat(fileno(file), &status) == 0);
	*room = (size_t)status.st_blocks * 512;
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
		size_t size = 0, room;
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
		cr_expect(str_equal(written(write_all, &arena, &pieces, &room),
				    (struct str){ bytes, size }),
			  "%zu pieces, every %zu", cases[i].count, cases[i].empty);
		cr_expect(str_equal(written(write_sparse, &arena, &pieces, &room),
				    (struct str){ bytes, size }),
			  "%zu pieces, every %zu, sparse", cases[i].count, cases[i].empty);
		arena_deinit(&arena);
	}
}

Test(file_io, zeros_become_holes)
{
	// Of each piece: bytes that are no zeros, then zeros, then others; in bytes.
	static const struct {
		size_t sizes[3][3];
		size_t holes; // at least, of the zeros
	} cases[] = {
		{ { { 0, 1 << 20, 0 } }, 1 << 20 },
		{ { { 1, 1 << 20, 1 } }, (1 << 20) - 2 * 4096 },
		{ { { 100, 0, 0 }, { 0, 1 << 20, 0 }, { 0, 0, 0 } }, (1 << 20) - 2 * 4096 },
		{ { { 0, 1 << 20, 0 }, { 0, 1 << 20, 0 }, { 7, 0, 0 } }, 2 << 20 },
		{ { { 5000, 1 << 17, 5000 }, { 0, 1 << 17, 9 }, { 1 << 17, 4096, 1 << 17 } },
		  (2 << 17) - 4 * 4096 },
		{ { { 4096, 4096, 1 << 17 }, { 0, 65535, 0 }, { 3, 0, 0 } }, 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct pieces pieces = { 0 };
		size_t size = 0, room;
		struct arena arena;
		struct str found;
		char *bytes;

		arena_init(&arena, SIZE_MAX);
		for (size_t j = 0; j < 3; j++) {
			const size_t *parts = cases[i].sizes[j];
			size_t all = parts[0] + parts[1] + parts[2];
			char *data = memset(arena_alloc(&arena, all), 'x', all);

			memset(data + parts[0], 0, parts[1]);
			*array_add(&arena, &pieces) = (struct str){ data, all };
			size += all;
		}
		bytes = arena_alloc(&arena, size);
		pieces_copy(&pieces, bytes);
		found = written(write_sparse, &arena, &pieces, &room);
		cr_expect(str_equal(found, (struct str){ bytes, size }), "case %zu", i);
		// A file system may keep its blocks in larger pieces, and needs some for itself.
		cr_expect_leq(room, size - cases[i].holes + 2 * 4096, "case %zu: %zu of %zu", i,
			      room, size);
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
