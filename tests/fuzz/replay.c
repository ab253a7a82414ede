/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replay FOLDER...: give every file of the folders to the target, in place of libFuzzer. What was
 * found once is tried with every compiler, wherever the tests run.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "fuzz.h"

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t capacity)
{
	(void)data, (void)capacity;
	return size;
}

static int is_input(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int replay_folder(const char *folder)
{
	struct dirent **entries;
	int count = scandir(folder, &entries, is_input, alphasort);

	for (int i = 0; i < count; i++) {
		char *path = path_join(folder, entries[i]->d_name);
		struct bytes file = file_read(path);
		// Exactly as large as the input, so that a read beyond it is seen.
		uint8_t *copy = malloc(file.size + !file.size);

		memcpy(copy, file.data, file.size);
		printf("%s\n", path);
		fflush(stdout);
		LLVMFuzzerTestOneInput(copy, file.size);
		free(copy);
		free(file.data);
		free(path);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
	return count;
}

int main(int argc, char **argv)
{
	int total = 0;

	for (int i = 1; i < argc; i++) {
		int count = replay_folder(argv[i]);

		if (count <= 0) {
			fprintf(stderr, "replay: no inputs in %s\n", argv[i]);
			return 1;
		}
		total += count;
	}
	printf("%d inputs\n", total);
	return total == 0;
}
