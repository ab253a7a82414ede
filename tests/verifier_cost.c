/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * verifier_cost OBJECT: how many instructions the verifier processed of each program, which is what
 * its limit of a million counts. A line "PROGRAM COUNT" for each.
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

		if (found)
			printf("%s %ld\n", bpf_program__name(program),
			       strtol(found + strlen(before), NULL, 10));
		known &= found != NULL;
		free(log);
	}
	return known;
}

int main(int argc, char **argv)
{
	struct bpf_object *object = argc == 2 ? bpf_object__open_file(argv[1], NULL) : NULL;
	bool loaded, known;

	if (!object) {
		fprintf(stderr, "Usage: verifier_cost OBJECT\n");
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
