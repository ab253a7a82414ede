/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * load OBJECT...: link objects that are in memory, and load what comes out, without a file between.
 * Loading needs root; others see what would be loaded.
 *
 *	cc -o load load.c $(pkg-config --cflags --libs bpfld libbpf)
 */
#include <bpf/libbpf.h>
#include <bpfld.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { INPUTS_MAX = 16 };

// The file at @path in memory: here an object may as well be a part of the program, or come from
// elsewhere.
static void *read_all(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	char *data = NULL;
	long end;

	*size = 0;
	if (!file)
		return NULL;
	if (fseek(file, 0, SEEK_END) == 0 && (end = ftell(file)) > 0 &&
	    (data = malloc((size_t)end))) {
		rewind(file);
		*size = fread(data, 1, (size_t)end, file);
	}
	fclose(file);
	return data;
}

static int load(const void *data, size_t size)
{
	struct bpf_object *object = bpf_object__open_mem(data, size, NULL);
	struct bpf_program *program;
	int status = 0;

	if (!object)
		return 1;
	bpf_object__for_each_program(program, object) printf(
		"%s in %s\n", bpf_program__name(program), bpf_program__section_name(program));
	if (geteuid() == 0) {
		status = bpf_object__load(object) != 0;
		printf("%s\n", status ? "not loaded" : "loaded");
	}
	bpf_object__close(object);
	return status;
}

int main(int argc, char **argv)
{
	struct bpfld_input inputs[INPUTS_MAX] = { 0 };
	struct bpfld_options options = {
		.inputs = inputs,
		.output = { .kind = BPFLD_OUTPUT_MEMORY },
	};
	struct bpfld_result result;
	int status = 1;

	for (int i = 1; i < argc && options.input_count < INPUTS_MAX; i++) {
		struct bpfld_input *input = &inputs[options.input_count++];

		input->name = argv[i]; // for messages
		input->data = read_all(argv[i], &input->size);
		if (!input->data) {
			perror(argv[i]);
			return 1;
		}
	}
	if (bpfld_link(&options, &result))
		status = load(result.data, result.size);
	for (size_t i = 0; i < result.diagnostic_count; i++)
		fprintf(stderr, "%s\n", result.diagnostics[i].message);
	bpfld_result_deinit(&result);
	for (size_t i = 0; i < options.input_count; i++)
		free((void *)inputs[i].data);
	return status;
}
