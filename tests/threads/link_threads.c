/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * link_threads FOLDER OBJECT...: links at the same time, of all kinds that a caller may run so: the
 * same inputs by path and in memory, into memory and into files, with every report. Each gives what
 * it gave alone. Built with ThreadSanitizer by ../thread_sanitizer.
 *
 * link_threads race: two threads write one variable, which a sanitizer that works reports.
 */
#define _GNU_SOURCE // pthread_barrier_t
#include <err.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bpfld.h"

#define THREADS     8
#define OBJECTS_MAX 8
#define ROUNDS      4

// What all threads read.
static struct {
	struct bpfld_input paths[OBJECTS_MAX];
	struct bpfld_input memory[OBJECTS_MAX];
	size_t count;
	const char *folder;
	pthread_barrier_t start;
} shared;

// What came of a link.
struct outcome {
	void *data;
	size_t size;
	size_t told; // bytes of reports and messages
};

struct worker {
	pthread_t thread;
	int number;
	char path[4096];
	struct bpfld_options options;
	struct outcome expected; // as it is alone
	size_t told;
};

static void *read_file(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	char *data = malloc(1 << 20);

	if (!file || !data)
		err(2, "%s", path);
	*size = fread(data, 1, 1 << 20, file);
	fclose(file);
	return data;
}

static void hear_report(enum bpfld_report report, const char *text, size_t size, void *context)
{
	struct worker *worker = context;

	(void)text;
	if (report != BPFLD_REPORT_STATS && report != BPFLD_REPORT_TIME_TRACE)
		worker->told += size;
}

static void hear_diagnostic(const struct bpfld_diagnostic *diagnostic, void *context)
{
	struct worker *worker = context;

	worker->told += strlen(diagnostic->message);
}

static void worker_init(struct worker *worker, int number)
{
	static const char *const unknown[] = { "unknown" };

	worker->number = number;
	snprintf(worker->path, sizeof(worker->path), "%s/out%d", shared.folder, number);
	worker->options = (struct bpfld_options){
		.inputs = number & 1 ? shared.memory : shared.paths,
		.input_count = shared.count,
		.output = { .kind = number & 2 ? BPFLD_OUTPUT_PATH : BPFLD_OUTPUT_MEMORY,
			    .path = worker->path },
		.gc_sections = number & 4,
		.icf = number & 4 ? BPFLD_ICF_ALL : BPFLD_ICF_NONE,
		.build_id = number & 1 ? BPFLD_BUILD_ID_SHA1 : BPFLD_BUILD_ID_XXH128,
		.undefined = { unknown, 1 }, // a warning
		.on_diagnostic = hear_diagnostic,
		.on_report = hear_report,
		.context = worker,
	};
	for (int i = 0; i < BPFLD_REPORTS; i++)
		worker->options.reports[i] = "-";
}

static struct outcome link_once(struct worker *worker)
{
	struct outcome outcome = { 0 };
	struct bpfld_result result;

	worker->told = 0;
	if (!bpfld_link(&worker->options, &result))
		errx(1, "link %d: %s", worker->number, result.diagnostics->message);
	outcome.told = worker->told;
	if (worker->options.output.kind == BPFLD_OUTPUT_PATH) {
		outcome.data = read_file(worker->path, &outcome.size);
	} else {
		outcome.size = result.size;
		outcome.data = memcpy(malloc(result.size), result.data, result.size);
	}
	bpfld_result_deinit(&result);
	return outcome;
}

static void *link_often(void *argument)
{
	struct worker *worker = argument;
	const struct outcome *expected = &worker->expected;

	pthread_barrier_wait(&shared.start);
	for (int i = 0; i < ROUNDS; i++) {
		struct outcome found = link_once(worker);

		if (found.size != expected->size || found.told != expected->told ||
		    memcmp(found.data, expected->data, found.size) != 0)
			errx(1, "link %d: not as it is alone", worker->number);
		free(found.data);
	}
	return NULL;
}

static void link_in_threads(int count)
{
	struct worker *workers = calloc((size_t)count, sizeof(*workers));

	for (int i = 0; i < count; i++) {
		worker_init(&workers[i], i);
		workers[i].expected = link_once(&workers[i]);
	}
	pthread_barrier_init(&shared.start, NULL, (unsigned int)count);
	for (int i = 0; i < count; i++)
		pthread_create(&workers[i].thread, NULL, link_often, &workers[i]);
	for (int i = 0; i < count; i++) {
		pthread_join(workers[i].thread, NULL);
		free(workers[i].expected.data);
	}
	pthread_barrier_destroy(&shared.start);
	free(workers);
	printf("%d threads, %d links each\n", count, ROUNDS);
}

static void *write_race(void *argument)
{
	++*(int *)argument;
	return NULL;
}

static int race(void)
{
	pthread_t threads[2];
	int raced = 0;

	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, write_race, &raced);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	return raced == 0;
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "race") == 0)
		return race();
	if (argc < 3 || argc > 2 + OBJECTS_MAX)
		errx(2, "usage: link_threads FOLDER OBJECT...");
	shared.folder = argv[1];
	for (int i = 2; i < argc; i++) {
		size_t size;
		const void *data = read_file(argv[i], &size);

		shared.paths[shared.count].path = argv[i];
		shared.memory[shared.count++] =
			(struct bpfld_input){ .name = argv[i], .data = data, .size = size };
	}
	link_in_threads(2);
	link_in_threads(THREADS);
	for (size_t i = 0; i < shared.count; i++)
		free((void *)shared.memory[i].data);
	return 0;
}
