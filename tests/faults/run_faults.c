/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * run_faults [--full]: link while things go wrong, and print what came of it as a table.
 *
 * Exit status: 0 when each time the old output stayed whole or the new one came, with the right
 * status and message; 1 otherwise.
 */
#include <dirent.h>
#include <err.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "elf_text.h"
#include "faults.h"
#include "support/command.h"

const struct str old_output = STR("old");

static const struct fault faults[] = {
	{ "one call fails: malloc, open, mmap, read, write, rename and others", fail_calls },
	{ "the same, and so does each call after it", fail_calls_on },
	{ "one call is interrupted by a signal", interrupt_calls },
	{ "all reads and writes stop after a byte", shorten_calls },
	{ "a limit on memory, in ever larger steps", limit_memory },
	{ "a limit on the size of files", limit_file_size },
	{ "a disk without enough room", fill_disk },
	{ "SIGKILL at a random moment", send_kill },
	{ "SIGINT at a random moment", send_interrupt },
	{ "SIGTERM at a random moment", send_terminate },
	{ "SIGHUP at a random moment", send_hangup },
	{ "two links to one output at once, which a third process reads", link_twice_at_once },
	{ "an input becomes shorter at a random moment", truncate_inputs },
};

void reset_output(struct site *site)
{
	file_write(site->output, old_output.data, old_output.size);
}

bool output_is(const struct site *site, struct str bytes)
{
	struct bytes found = file_read(site->output);
	bool same = found.data && str_equal((struct str){ found.data, found.size }, bytes);

	free(found.data);
	return same;
}

unsigned int count_others(const struct site *site)
{
	DIR *folder = opendir(site->folder);
	unsigned int count = 0;

	for (struct dirent *entry; (entry = readdir(folder));)
		count += strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..") &&
			 strcmp(entry->d_name, "out") && strncmp(entry->d_name, "report", 6);
	closedir(folder);
	return count;
}

void count_outcome(struct site *site, struct tally *tally, enum outcome outcome, const char *format,
		   ...)
{
	struct bytes messages = file_read(site->messages);
	va_list arguments;

	tally->counts[outcome]++;
	if (outcome == WRONG) {
		fprintf(stderr, "WRONG: %s: ", site->fault);
		va_start(arguments, format);
		vfprintf(stderr, format, arguments);
		va_end(arguments);
		fprintf(stderr, "\n%s", messages.data ? messages.data : "");
	}
	free(messages.data);
}

// Objects with @size bytes of data each, but for the first, which is small enough to be read rather
// than mapped. Each has a function, which calls the next one's.
static void make_work(struct site *site, struct work *work, const char *name, size_t count,
		      size_t size)
{
	for (size_t i = 0; i < count; i++) {
		size_t zeros = i ? size : 1000;
		const char *text = arena_format(
			&site->arena,
			"section .text AX | global func %s%zu 24 | call %s%zu | load @.data+8 | "
			"exit | section .data WA | local object x 8 | quad %s%zu |"
			"local object y %zu | zero %zu | btf",
			name, i, name, (i + 1) % count, name, i, zeros, zeros);

		work->images[i] = elf_text(&site->arena, false, text);
		work->paths[i] = arena_format(&site->arena, "%s/%s%zu.o", site->inputs, name, i);
		file_write(work->paths[i], work->images[i].data, work->images[i].size);
	}
}

static void link_work(struct site *site, struct work *work)
{
	const char *argv[INPUTS_MAX + 4] = { BPFLD, "-o", site->output };
	struct command_result result;
	struct bytes output;

	for (size_t i = 0; work->paths[i]; i++)
		argv[3 + i] = work->paths[i];
	result = command_run(site->folder, argv);
	output = file_read(site->output);
	if (result.status || !output.data)
		errx(1, "cannot link at all: %s", result.err.data);
	work->expected.data = arena_strndup(&site->arena, output.data, output.size);
	work->expected.size = output.size;
	free(output.data);
	command_result_free(&result);
}

static void site_init(struct site *site)
{
	size_t size = site->full ? 1000000 : 200000;

	arena_init(&site->arena, SIZE_MAX);
	site->random = 0x9e3779b97f4a7c15;
	site->inputs = folder_create();
	site->folder = folder_create();
	site->output = path_join(site->folder, "out");
	site->messages = path_join(site->inputs, "messages");
	make_work(site, &site->small, "s", 2, 80000);
	make_work(site, &site->large, "l", INPUTS_MAX, size);
	make_work(site, &site->other, "o", INPUTS_MAX - 1, size);
	link_work(site, &site->small);
	link_work(site, &site->large);
	link_work(site, &site->other);
}

static void site_deinit(struct site *site)
{
	folder_remove(site->inputs);
	folder_remove(site->folder);
	free(site->inputs);
	free(site->folder);
	free(site->output);
	free(site->messages);
	arena_deinit(&site->arena);
}

static void print_row(const struct fault *fault, const struct tally *tally)
{
	unsigned int total = 0;

	for (int i = 0; i < OUTCOMES; i++)
		total += tally->counts[i];
	printf("| %s | %u | %u | %u | %u | %u | %u |\n", fault->what, total, tally->counts[LINKED],
	       tally->counts[REFUSED], tally->counts[KILLED], tally->left, tally->counts[WRONG]);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	struct site site = { .full = argc > 1 && strcmp(argv[1], "--full") == 0 };
	bool wrong = false;

	site_init(&site);
	printf("| fault | times | linked | error, old output | ended by the signal | temporary "
	       "files left | wrong |\n|--|--|--|--|--|--|--|\n");
	for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++) {
		struct tally tally = { 0 };

		site.fault = faults[i].what;
		unlink(site.messages);
		if (faults[i].make(&site, &tally))
			print_row(&faults[i], &tally);
		else
			fprintf(stderr, "SKIP: %s\n", faults[i].what);
		wrong |= tally.counts[WRONG] > 0;
	}
	site_deinit(&site);
	return wrong;
}
