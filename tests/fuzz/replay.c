/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replay FOLDER [COUNT PREFIX]: give every file of the folder to the target, in place of libFuzzer;
 * then COUNT mutants of each. A mutant that fails becomes the file PREFIX, the name of what it was
 * made of, and its number.
 *
 * Files are what was found once; they are tried with every compiler, wherever the tests run.
 *
 * Mutants are for the gate that a change of the code has to pass. libFuzzer picks its next input by
 * what code the last one ran, so that any change leads it elsewhere, and the gate would fail by
 * chance, for faults that were there before. A mutant depends on its file and number alone. It may
 * use 10 seconds of the processor, whatever the load. Mutants are tried in a child process, which
 * leaves the index of the one it works on where it survives it.
 */
#define _GNU_SOURCE // asprintf()
#define _GNU_SOURCE // asprintf()
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "command.h"
#include "fuzz.h"
#include "mutate.h"

#define MUTANT_SECONDS_MAX 10
// A machine that is far too slow or busy tries fewer.
#define SECONDS_MAX 600
#define CAPACITY    ((size_t)32 << 10)

struct files {
	char **paths;
	struct bytes *bytes;
	size_t count;
};

// What LLVMFuzzerMutate() draws from; its caller has no way to tell.
static struct dice byte_dice;

// Bytes come, go or change.
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t capacity)
{
	size_t at = dice_below(&byte_dice, size + 1);
	size_t count = 1 + dice_below(&byte_dice, 8);

	switch (dice_below(&byte_dice, 3)) {
	case 0:
		if (count > capacity - size)
			return size;
		memmove(data + at + count, data + at, size - at);
		size += count;
		break;
	case 1:
		if (count > size - at)
			return size;
		memmove(data + at, data + at + count, size - at - count);
		return size - count;
	default:
		if (count > size - at)
			count = size - at;
	}
	for (size_t i = 0; i < count; i++)
		data[at + i] = (uint8_t)dice_below(&byte_dice, 256);
	return size;
}

static int is_input(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static struct files files_read(const char *folder)
{
	struct dirent **entries;
	int count = scandir(folder, &entries, is_input, alphasort);
	struct files files = { NULL, NULL, 0 };

	if (count <= 0) {
		fprintf(stderr, "replay: no inputs in %s\n", folder);
		exit(1);
	}
	files.count = (size_t)count;
	files.paths = calloc(files.count, sizeof(*files.paths));
	files.bytes = calloc(files.count, sizeof(*files.bytes));
	for (size_t i = 0; i < files.count; i++) {
		files.paths[i] = path_join(folder, entries[i]->d_name);
		files.bytes[i] = file_read(files.paths[i]);
		free(entries[i]);
	}
	free(entries);
	return files;
}

static void files_free(struct files *files)
{
	for (size_t i = 0; i < files->count; i++) {
		free(files->paths[i]);
		free(files->bytes[i].data);
	}
	free(files->paths);
	free(files->bytes);
}

// The input gets memory of exactly its size, so that a read beyond it is seen.
static void try(const void *data, size_t size)
{
	uint8_t *copy = malloc(size + !size);

	memcpy(copy, data, size);
	LLVMFuzzerTestOneInput(copy, size);
	free(copy);
}

// Mutant @index, counted over all files, into @data of CAPACITY bytes; returns its size.
static size_t make_mutant(const struct files *files, size_t index, uint8_t *data)
{
	const struct bytes *file = &files->bytes[index % files->count];
	size_t number = index / files->count;
	size_t size = file->size < CAPACITY ? file->size : CAPACITY;
	struct dice dice = { number };

	memcpy(data, file->data, size);
	byte_dice.state = ~number;
	return LLVMFuzzerCustomMutator(data, size, CAPACITY,
				       (unsigned int)dice_below(&dice, UINT32_MAX));
}

static void limit_processor_time(void)
{
	const struct itimerval limit = { .it_value.tv_sec = MUTANT_SECONDS_MAX };

	setitimer(ITIMER_PROF, &limit, NULL);
}

static void try_mutants(const struct files *files, volatile size_t *index, size_t count,
			time_t deadline)
{
	uint8_t *data = malloc(CAPACITY);

	for (; *index < count && time(NULL) < deadline; (*index)++) {
		limit_processor_time();
		try(data, make_mutant(files, *index, data));
	}
	free(data);
}

static void write_mutant(const struct files *files, size_t index, const char *prefix)
{
	uint8_t *data = malloc(CAPACITY);
	size_t size = make_mutant(files, index, data);
	const char *name = strrchr(files->paths[index % files->count], '/') + 1;
	char *path;

	if (asprintf(&path, "%s%s-%zu", prefix, name, index / files->count) < 0)
		abort();
	file_write(path, data, size);
	fprintf(stderr, "replay: what fails is %s now\n", path);
	free(path);
	free(data);
}

// Try @count mutants over all files; returns how many processes failed.
static int run_mutants(const struct files *files, size_t count, const char *prefix)
{
	volatile size_t *index = mmap(NULL, sizeof(*index), PROT_READ | PROT_WRITE,
				      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	time_t deadline = time(NULL) + SECONDS_MAX;
	int failures = 0, status;

	while (*index < count && time(NULL) < deadline) {
		pid_t pid = fork();

		if (pid == 0) {
			try_mutants(files, index, count, deadline);
			exit(0);
		}
		if (pid < 0 || waitpid(pid, &status, 0) < 0) {
			perror("replay");
			exit(1);
		}
		if (status == 0)
			continue;
		failures++;
		// A leak is told at the end of the process, when no mutant is worked on.
		if (*index < count)
			write_mutant(files, (*index)++, prefix);
	}
	printf("%zu of %zu mutants, %d failures\n", *index, count, failures);
	munmap((void *)index, sizeof(*index));
	return failures;
}

int main(int argc, char **argv)
{
	struct files files;
	int failures = 0;

	if (argc != 2 && argc != 4) {
		fputs("usage: replay FOLDER [COUNT PREFIX]\n", stderr);
		return 2;
	}
	files = files_read(argv[1]);
	for (size_t i = 0; i < files.count; i++) {
		printf("%s\n", files.paths[i]);
		fflush(stdout);
		try(files.bytes[i].data, files.bytes[i].size);
	}
	printf("%zu inputs\n", files.count);
	fflush(stdout);
	if (argc == 4)
		failures = run_mutants(&files, files.count * strtoul(argv[2], NULL, 10), argv[3]);
	files_free(&files);
	return failures != 0;
}
