/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * compare_objects LINKED INPUT...: tests/support/compare.h as a command. Prints one line for each
 * difference; exits 1 when there is any.
 */
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>

#include "support/command.h"
#include "support/compare.h"

int main(int argc, char **argv)
{
	struct compared_file *files = calloc((size_t)argc, sizeof(*files));
	char *differences;
	int status;

	if (argc < 3) {
		fprintf(stderr, "usage: compare_objects LINKED INPUT...\n");
		return 2;
	}
	for (int i = 1; i < argc; i++) {
		struct bytes bytes = file_read(argv[i]);

		files[i - 1] = (struct compared_file){ basename(argv[i]), bytes.data, bytes.size };
	}
	differences = compare_objects(&files[0], &files[1], (size_t)argc - 2);
	printf("%s", differences);
	status = *differences ? 1 : 0;
	free(differences);
	for (int i = 0; i < argc - 1; i++)
		free((void *)files[i].image);
	free(files);
	return status;
}
