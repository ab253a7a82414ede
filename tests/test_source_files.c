/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "source_files.h"
#include "support/command.h"
#include "support/toolbox.h"

static const char text[] = "int first;\n"
			   "struct limit limit = { 3 };\r\n"
			   "\n"
			   "char a[] = \"value\"; int value;\n"
			   "char b[] = \"\\\"value\"; int value;\n"
			   "int limits, limit2, my_limit, limit\n"
			   "\tenum\t limit x; union limit y; destruct limit;\n"
			   "int \xc3\xa4limit, lim\n"
			   "xa xz xA xZ x0 x9 x_ x\n"
			   "ax zx Ax Zx 0x 9x _x x\n"
			   "@p[q`r{s/t:u\n"
			   "last";

struct row {
	uint32_t line;
	const char *name;
	uint32_t column; // 0: nothing is shown
	const char *shown;
};

static const struct row rows[] = {
	{ 1, "first", 5, "int first;" },
	{ 1, "int", 1, "int first;" },
	{ 1, "second", 0, NULL },
	{ 1, "", 0, NULL },
	{ 0, "first", 0, NULL },
	{ 2, "limit", 14, "struct limit limit = { 3 };" },
	{ 3, "limit", 0, NULL },
	{ 4, "value", 25, "char a[] = \"value\"; int value;" },
	{ 5, "value", 27, "char b[] = \"\\\"value\"; int value;" },
	{ 6, "limit", 31, "int limits, limit2, my_limit, limit" },
	{ 7, "limit", 41, "\tenum\t limit x; union limit y; destruct limit;" },
	{ 8, "limit", 0, NULL },
	{ 8, "lim", 14, "int \xc3\xa4limit, lim" },
	{ 9, "x", 22, "xa xz xA xZ x0 x9 x_ x" },
	{ 10, "x", 22, "ax zx Ax Zx 0x 9x _x x" },
	{ 11, "p", 2, "@p[q`r{s/t:u" },
	{ 11, "q", 4, "@p[q`r{s/t:u" },
	{ 11, "r", 6, "@p[q`r{s/t:u" },
	{ 11, "s", 8, "@p[q`r{s/t:u" },
	{ 11, "t", 10, "@p[q`r{s/t:u" },
	{ 11, "u", 12, "@p[q`r{s/t:u" },
	{ 12, "last", 1, "last" },
	{ 13, "last", 0, NULL },
	{ UINT32_MAX, "last", 0, NULL },
};

Test(source_files, shows_lines_with_the_name)
{
	char *folder = folder_create(), *path = path_join(folder, "a.c");
	struct source_files files = { 0 };
	struct arena arena;

	file_write(path, text, strlen(text));
	arena_init(&arena, SIZE_MAX);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct row *row = &rows[i];
		uint32_t column = 0;
		const char *shown =
			source_line(&files, path, row->line, row->name, &column, &arena);

		cr_expect_str_eq(shown ? shown : "-", row->shown ? row->shown : "-", "row %zu", i);
		cr_expect_eq(column, row->column, "row %zu: %u", i, column);
	}
	cr_expect_eq(files.size, strlen(text), "it is read once");
	arena_deinit(&arena);
	folder_remove(folder);
	free(folder);
	free(path);
}

// A FIFO would wait for somebody who writes to it, a terminal for somebody who types.
Test(source_files, reads_regular_files_only)
{
	char *folder = folder_create();
	char *fifo = path_join(folder, "fifo"), *large = path_join(folder, "large");
	char *empty = path_join(folder, "empty"), *missing = path_join(folder, "missing");
	const char *const paths[] = {
		fifo, large, empty, missing, folder, "/dev/zero", "/dev/tty", "/proc/self/maps", "",
	};
	struct source_files files = { 0 };
	struct arena arena;

	cr_assert_eq(mkfifo(fifo, 0600), 0);
	file_write(large, "line\n", 5);
	cr_assert_eq(truncate(large, ((off_t)16 << 20) + 1), 0);
	file_write(empty, "", 0);
	arena_init(&arena, SIZE_MAX);
	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		uint32_t column;

		cr_expect_null(source_line(&files, paths[i], 1, "line", &column, &arena), "%s",
			       paths[i]);
	}
	cr_expect_eq(files.size, 0);
	cr_assert_eq(truncate(large, (off_t)16 << 20), 0);
	files = (struct source_files){ 0 };
	cr_expect_str_eq(source_line(&files, large, 1, "line", &(uint32_t){ 0 }, &arena), "line");
	arena_deinit(&arena);
	folder_remove(folder);
	free(folder);
	free(fifo);
	free(large);
	free(empty);
	free(missing);
}

// Together they may have as many bytes as four of the largest.
Test(source_files, bounds_bytes)
{
	char *folder = folder_create();
	struct source_files files = { 0 };
	struct arena arena;

	arena_init(&arena, SIZE_MAX);
	for (int i = 0; i < 5; i++) {
		char *name = text_of("%d.c", i), *path = path_join(folder, name);
		uint32_t column;

		file_write(path, "line\n", 5);
		cr_assert_eq(truncate(path, i < 4 ? (off_t)16 << 20 : 5), 0);
		cr_expect_eq(source_line(&files, path, 1, "line", &column, &arena) != NULL, i < 4,
			     "%d", i);
		free(name);
		free(path);
	}
	arena_deinit(&arena);
	folder_remove(folder);
	free(folder);
}

Test(source_files, bounds_files)
{
	char *folder = folder_create();
	struct source_files files = { 0 };
	struct arena arena;
	int shown = 0;

	arena_init(&arena, SIZE_MAX);
	for (int i = 0; i < 300; i++) {
		char *name = text_of("%d.c", i), *path = path_join(folder, name);
		uint32_t column;

		file_write(path, "line\n", 5);
		shown += source_line(&files, path, 1, "line", &column, &arena) != NULL;
		free(name);
		free(path);
	}
	cr_expect_eq(shown, 256, "%d", shown);
	arena_deinit(&arena);
	folder_remove(folder);
	free(folder);
}
