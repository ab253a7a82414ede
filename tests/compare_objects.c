/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * compare_objects LINKED INPUT...: tests/support/compare.h as a command. Prints one line for each
 * difference; exits 1 when there is any.
 *
 * compare_objects --type-ids OBJECT: list_type_id_users().
 */
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/command.h"
#include "support/compare.h"

static struct compared_file file_of(char *path)
{
	struct bytes bytes = file_read(path);

	return (struct compared_file){ basename(path), bytes.data, bytes.size };
}

static int compare(char **paths, size_t count)
{
	struct compared_file *files = calloc(count, sizeof(*files));
	char *differences;
	int status;

	for (size_t i = 0; i < count; i++)
		files[i] = file_of(paths[i]);
	differences = compare_objects(&files[0], &files[1], count - 1);
	printf("%s", differences);
	status = *differences ? 1 : 0;
	free(differences);
	for (size_t i = 0; i < count; i++)
		free((void *)files[i].image);
	free(files);
	return status;
}

static void list_users(char *path)
{
	struct compared_file file = file_of(path);
	char *users = list_type_id_users(&file);

	printf("%s", users);
	free(users);
	free((void *)file.image);
}

int main(int argc, char **argv)
{
	if (argc < 3) {
		fprintf(stderr, "usage: compare_objects LINKED INPUT...\n");
		return 2;
	}
	if (strcmp(argv[1], "--type-ids"))
		return compare(argv + 1, (size_t)argc - 1);
	list_users(argv[2]);
	return 0;
}
