/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * threads OUTPUT1 OUTPUT2 OBJECT...: link the same objects in two threads at once, the second time
 * without local symbols. The threads share the inputs, which nobody changes.
 *
 *	cc -pthread -o threads threads.c $(pkg-config --cflags --libs bpfld)
 */
#include <bpfld.h>
#include <pthread.h>
#include <stdio.h>

enum { INPUTS_MAX = 16, LINKS = 2 };

struct link {
	struct bpfld_options options;
	struct bpfld_result result;
	bool linked;
};

static void *run(void *argument)
{
	struct link *link = argument;

	link->linked = bpfld_link(&link->options, &link->result);
	return NULL;
}

int main(int argc, char **argv)
{
	struct bpfld_input inputs[INPUTS_MAX] = { 0 };
	struct link links[LINKS] = { 0 };
	pthread_t threads[LINKS];
	size_t count = 0;
	int status = 0;

	if (argc < 2 + LINKS)
		return 2;
	for (int i = 1 + LINKS; i < argc && count < INPUTS_MAX; i++)
		inputs[count++].path = argv[i];
	for (int i = 0; i < LINKS; i++) {
		links[i].options.inputs = inputs;
		links[i].options.input_count = count;
		links[i].options.output.path = argv[1 + i];
		links[i].options.strip_all = i == 1;
		if (pthread_create(&threads[i], NULL, run, &links[i]) != 0)
			return 1;
	}
	for (int i = 0; i < LINKS; i++) {
		pthread_join(threads[i], NULL);
		for (size_t k = 0; k < links[i].result.diagnostic_count; k++)
			fprintf(stderr, "%s\n", links[i].result.diagnostics[k].message);
		status |= !links[i].linked;
		bpfld_result_deinit(&links[i].result);
	}
	return status;
}
