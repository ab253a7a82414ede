/* SPDX-License-Identifier: BSD-2-Clause */
/* libbpf's linker by bpfld, in a program that has libbpf: what it returns, prints and writes. */
#define _GNU_SOURCE // memfd_create()
#include <bpf/libbpf.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bpfld.h"
#include "support/command.h"

#define OBJECT(name) FIXTURES "/recorded/externs-" name "-el.o"

// Since libbpf 1.6.
struct bpf_linker *bpf_linker__new_fd(int fd, struct bpf_linker_opts *opts);
int bpf_linker__add_fd(struct bpf_linker *linker, int fd, const struct bpf_linker_file_opts *opts);
int bpf_linker__add_buf(struct bpf_linker *linker, void *buf, size_t buf_sz,
			const struct bpf_linker_file_opts *opts);

static const char *const objects[] = { OBJECT("a-clang14"), OBJECT("b-clang22"),
				       OBJECT("c-gcc12") };
static char printed[4096];

static int keep_message(enum libbpf_print_level level, const char *format, va_list arguments)
{
	size_t size = strlen(printed);

	cr_expect_eq(level, LIBBPF_WARN);
	return vsnprintf(printed + size, sizeof(printed) - size, format, arguments);
}

static int keep_nothing(enum libbpf_print_level level, const char *format, va_list arguments)
{
	(void)level;
	(void)format;
	(void)arguments;
	return 0;
}

static void expect_printed(const char *text)
{
	cr_expect(strstr(printed, text), "'%s' is not in '%s'", text, printed);
	printed[0] = '\0';
}

static char *scratch_path(const char *name)
{
	char folder[] = "/tmp/bpfld-linker-XXXXXX";

	cr_assert(mkdtemp(folder));
	return path_join(folder, name);
}

static void scratch_free(char *path)
{
	unlink(path);
	*strrchr(path, '/') = '\0';
	rmdir(path);
	free(path);
}

// What bpfld makes of the objects.
static struct bpfld_result expected_link(void)
{
	struct bpfld_input inputs[3] = { 0 };
	struct bpfld_options options = { .inputs = inputs,
					 .input_count = 3,
					 .output.kind = BPFLD_OUTPUT_MEMORY };
	struct bpfld_result result;

	for (size_t i = 0; i < 3; i++)
		inputs[i].path = objects[i];
	cr_assert(bpfld_link(&options, &result));
	return result;
}

static void expect_same(struct bytes actual)
{
	struct bpfld_result expected = expected_link();

	cr_assert_eq(actual.size, expected.size);
	cr_expect_arr_eq(actual.data, expected.data, expected.size);
	bpfld_result_deinit(&expected);
	free(actual.data);
}

Test(bpf_linker, files)
{
	char *path = scratch_path("out.o");
	struct bpf_linker *linker = bpf_linker__new(path, NULL);

	cr_assert(linker);
	for (size_t i = 0; i < 3; i++)
		cr_assert_eq(bpf_linker__add_file(linker, objects[i], NULL), 0);
	cr_assert_eq(bpf_linker__finalize(linker), 0);
	expect_same(file_read(path));
	cr_expect_eq(bpf_linker__finalize(linker), -EINVAL);
	cr_expect_eq(bpf_linker__add_file(linker, objects[0], NULL), -EINVAL);
	bpf_linker__free(linker);
	scratch_free(path);
}

// A descriptor, a buffer and a file, of which nothing is left when they are linked.
Test(bpf_linker, descriptors_and_buffers)
{
	int out = memfd_create("out", 0), in = open(objects[0], O_RDONLY);
	struct bpf_linker *linker = bpf_linker__new_fd(out, NULL);
	struct bytes buffer = file_read(objects[1]), third = file_read(objects[2]), output;
	char *path = scratch_path("in.o");

	file_write(path, third.data, third.size);
	lseek(in, 100, SEEK_SET);
	cr_assert_eq(bpf_linker__add_fd(linker, in, NULL), 0);
	cr_assert_eq(bpf_linker__add_buf(linker, buffer.data, buffer.size, NULL), 0);
	cr_assert_eq(bpf_linker__add_file(linker, path, NULL), 0);
	close(in);
	memset(buffer.data, 0, buffer.size);
	scratch_free(path);
	cr_assert_eq(bpf_linker__finalize(linker), 0);
	bpf_linker__free(linker);
	output.size = (size_t)lseek(out, 0, SEEK_END);
	output.data = malloc(output.size);
	cr_assert_eq(pread(out, output.data, output.size, 0), (ssize_t)output.size);
	close(out);
	expect_same(output);
	free(buffer.data);
	free(third.data);
}

// Options of a later libbpf that ask for something; of an earlier one; for nothing.
Test(bpf_linker, options)
{
	struct {
		size_t sz, later;
	} asking = { sizeof(asking), 1 }, silent = { sizeof(silent), 0 }, tiny = { 1, 0 };
	char *path = scratch_path("out.o");
	struct bpf_linker *linker = bpf_linker__new(path, (struct bpf_linker_opts *)&silent);
	const struct bpf_linker_file_opts *wrong = (void *)&asking;

	cr_assert(linker);
	cr_expect_eq(bpf_linker__add_file(linker, objects[0], wrong), -EINVAL);
	cr_expect_eq(errno, EINVAL);
	cr_expect_eq(bpf_linker__add_file(linker, objects[0], (void *)&tiny), -EINVAL);
	cr_expect_eq(bpf_linker__add_file(linker, objects[0], (void *)&silent), 0);
	bpf_linker__free(linker);
	cr_expect_null(bpf_linker__new(path, (struct bpf_linker_opts *)&asking));
	cr_expect_null(bpf_linker__new_fd(1, (struct bpf_linker_opts *)&tiny));
	scratch_free(path);
}

Test(bpf_linker, wrong_calls)
{
	struct bpf_linker *linker = bpf_linker__new_fd(1, NULL);

	libbpf_set_print(keep_message);
	cr_expect_null(bpf_linker__new(NULL, NULL));
	cr_expect_eq(errno, EINVAL);
	cr_expect_null(bpf_linker__new_fd(-1, NULL));
	cr_expect_eq(errno, EINVAL);
	cr_expect_null(bpf_linker__new("/nowhere/out.o", NULL));
	cr_expect_eq(errno, ENOENT);
	expect_printed("/nowhere/out.o: error: cannot write: No such file or directory\n");
	cr_expect_eq(bpf_linker__add_file(NULL, objects[0], NULL), -EINVAL);
	cr_expect_eq(bpf_linker__add_file(linker, NULL, NULL), -EINVAL);
	cr_expect_eq(bpf_linker__add_file(linker, "/nowhere.o", NULL), -ENOENT);
	cr_expect_eq(errno, ENOENT);
	expect_printed("/nowhere.o: error: cannot open: No such file or directory\n");
	cr_expect_eq(bpf_linker__add_file(linker, "/", NULL), -EISDIR);
	expect_printed("/: error: cannot read: Is a directory\n");
	cr_expect_eq(bpf_linker__add_fd(linker, -1, NULL), -EINVAL);
	cr_expect_eq(bpf_linker__add_fd(linker, 12345, NULL), -EBADF);
	cr_expect_eq(bpf_linker__add_buf(linker, NULL, 1, NULL), -EINVAL);
	cr_expect_eq(bpf_linker__add_buf(linker, printed, 0, NULL), -EINVAL);
	cr_expect_eq(bpf_linker__finalize(NULL), -EINVAL);
	cr_expect_eq(bpf_linker__finalize(linker), -EINVAL);
	expect_printed("no input files");
	bpf_linker__free(linker);
	bpf_linker__free(NULL);
}

// A link that fails leaves the old output, and goes on when what it lacks is added.
Test(bpf_linker, failed_link)
{
	char *path = scratch_path("out.o");
	struct bpf_linker *linker = bpf_linker__new(path, NULL);
	struct bytes old;

	libbpf_set_print(keep_message);
	file_write(path, "old", 3);
	cr_assert_eq(bpf_linker__add_buf(linker, "no ELF", 6, NULL), 0);
	cr_expect_eq(bpf_linker__finalize(linker), -EINVAL);
	expect_printed("<buffer 1>: error: ");
	old = file_read(path);
	cr_expect_eq(old.size, 3);
	free(old.data);
	bpf_linker__free(linker);
	scratch_free(path);
}

Test(bpf_linker, disk_that_is_full)
{
	int full = open("/dev/full", O_WRONLY);
	struct bpf_linker *linker = bpf_linker__new_fd(full, NULL);

	libbpf_set_print(keep_message);
	cr_assert_eq(bpf_linker__add_file(linker, objects[0], NULL), 0);
	cr_expect_eq(bpf_linker__finalize(linker), -EIO);
	expect_printed("cannot write: No space left on device");
	bpf_linker__free(linker);
	close(full);
}

// What the program set is still set; who set nothing to be printed hears nothing.
Test(bpf_linker, print_function)
{
	struct bpf_linker *linker = bpf_linker__new_fd(1, NULL);

	libbpf_set_print(keep_nothing);
	bpf_linker__finalize(linker);
	cr_expect_eq(libbpf_set_print(keep_message), keep_nothing);
	bpf_linker__finalize(linker);
	expect_printed("no input files");
	cr_expect_eq(libbpf_set_print(NULL), keep_message);
	bpf_linker__finalize(linker);
	cr_expect_eq(printed[0], '\0');
	cr_expect_null(libbpf_set_print(NULL));
	bpf_linker__free(linker);
}
