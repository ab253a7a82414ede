/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What end-to-end tests need of the system: folders that go away, files, commands.
 *
 * A failure of the system itself (no space, no such tool) ends the test process with a message:
 * there is nothing to test then.
 */
#ifndef BPFLD_TESTS_COMMAND_H
#define BPFLD_TESTS_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

struct bytes {
	char *data; // always followed by a NUL; free() it
	size_t size;
};

struct command_result {
	int status;       // exit status; 128 + signal when a signal ended it
	struct bytes out; // what it wrote to standard output
	struct bytes err;
};

/** Run @argv (ended by NULL) in @folder, with no standard input. */
struct command_result command_run(const char *folder, const char *const argv[]);
void command_result_free(struct command_result *result);

/** A new empty folder; the caller frees the name and removes the folder. */
char *folder_create(void);
/** Remove @folder and the files in it. */
void folder_remove(const char *folder);

/** "@folder/@name", to be freed. */
char *path_join(const char *folder, const char *name);

/** The file's bytes; data is NULL when there is no such file. */
struct bytes file_read(const char *path);
void file_write(const char *path, const void *data, size_t size);
bool file_same(const char *path, const char *other);

#endif
