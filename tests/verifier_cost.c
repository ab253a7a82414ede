/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * verifier_cost [--each] OBJECT: how many instructions the verifier processed of each program,
 * which is what its limit of a million counts. A line "PROGRAM COUNT" for each. With --each they
 * are loaded one by one, and a line may be "PROGRAM refused".
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/libbpf.h>

enum { LOG_STATISTICS = 4, LOG_SIZE = 1 << 16 };

static void collect(struct bpf_object *object)
{
	struct bpf_program *program;

	bpf_object__for_each_program(program, object)
	{
		if (!bpf_program__autoload(program))
			continue;
		bpf_program__set_log_level(program, LOG_STATISTICS);
		bpf_program__set_log_buf(program, calloc(1, LOG_SIZE), LOG_SIZE);
	}
}

// Print the costs, and free what collect() made.
static bool print(struct bpf_object *object)
{
	static const char before[] = "processed ";
	struct bpf_program *program;
	bool known = true;

	bpf_object__for_each_program(program, object)
	{
		size_t size;
		char *log = (char *)bpf_program__log_buf(program, &size);
		const char *found = log ? strstr(log, before) : NULL;

		if (!bpf_program__autoload(program))
			continue;
		if (found)
			printf("%s %ld\n", bpf_program__name(program),
			       strtol(found + strlen(before), NULL, 10));
		known &= found != NULL;
		free(log);
	}
	return known;
}

// Load only the program of number @index; false when there is none.
static bool try_one(const char *path, int index)
{
	struct bpf_object *object = bpf_object__open_file(path, NULL);
	struct bpf_program *program, *chosen = NULL;

	if (!object)
		return false;
	bpf_object__for_each_program(program, object)
	{
		bpf_program__set_autoload(program, index == 0);
		chosen = index-- == 0 ? program : chosen;
	}
	collect(object);
	if (chosen && bpf_object__load(object))
		printf("%s refused\n", bpf_program__name(chosen));
	else if (chosen)
		print(object);
	bpf_object__close(object);
	return chosen;
}

int main(int argc, char **argv)
{
	bool each = argc == 3 && strcmp(argv[1], "--each") == 0;
	struct bpf_object *object = argc == 2 ? bpf_object__open_file(argv[1], NULL) : NULL;
	bool loaded, known;
	int index = 0;

	while (each && try_one(argv[2], index))
		index++;
	if (each)
		return index == 0;
	if (!object) {
		fprintf(stderr, "Usage: verifier_cost [--each] OBJECT\n");
		return 1;
	}
	collect(object);
	loaded = !bpf_object__load(object);
	known = print(object);
	bpf_object__close(object);
	if (loaded && known)
		return 0;
	fprintf(stderr, "%s: does not load, or the kernel tells no costs\n", argv[1]);
	return 1;
}
