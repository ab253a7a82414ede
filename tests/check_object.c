/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check_object FILE...: the checker of tests/support/check.h as a command. Prints one line for
 * each problem; exits 1 when there was any.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/check.h"

int main(int argc, char **argv)
{
	int status = 0;

	for (int i = 1; i < argc; i++) {
		char *problems = check_object_file(argv[i], 0), *rest = problems;

		for (char *line; (line = strsep(&rest, "\n")) && *line; status = 1)
			printf("%s: %s\n", argv[i], line);
		free(problems);
	}
	return status;
}
