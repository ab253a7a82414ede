/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checks that the output and the reports do not overwrite each other or any input.
 *
 * Files are made beside their destination and renamed (see output.c), so the name that is replaced
 * counts: two hard links are two destinations, two spellings of one path are one.
 */
#include <errno.h>

#include "guess.h"
#include "output.h"
#include "passes.h"

static bool is_same_file(const struct file_target *to, dev_t device, ino_t inode)
{
	return to->exists && S_ISREG(to->status.st_mode) && to->status.st_dev == device &&
	       to->status.st_ino == inode;
}

// Whether two destinations are one file. A pipe or /dev/null may take several.
static bool is_same_place(const struct file_target *a, const struct file_target *b)
{
	return !a->in_place && !b->in_place && a->device == b->device && a->folder == b->folder &&
	       strcmp(path_base(a->path), path_base(b->path)) == 0;
}

// Whether @to is an input, under any of its names.
static bool is_input(const struct linker *linker, const struct file_target *to)
{
	array_each(file, &linker->files) {
		if (is_same_file(to, (*file)->device, (*file)->inode))
			return true;
	}
	return false;
}

// Whether @to is a file of options or symbols that the caller read. False with *@problem set when
// such a file exists but cannot be examined.
static bool is_list(struct linker *linker, const struct file_target *to, const char **problem)
{
	const struct bpfld_strings *lists = &linker->options->read_files;
	struct stat list;

	for (size_t i = 0; i < lists->count && to->exists; i++) {
		if (stat(lists->items[i], &list) == 0) {
			if (is_same_file(to, list.st_dev, list.st_ino))
				return true;
		} else if (errno != ENOENT && errno != ENOTDIR) {
			*problem = arena_format(
				linker->arena,
				"may be the list '%s', of which nothing can be known: %s",
				lists->items[i], strerror(errno));
		}
	}
	return false;
}

// The path of a report; NULL when it goes to the caller.
static const char *report_path(const struct linker *linker, size_t report)
{
	const char *path = linker->options->reports[report];

	return path && strcmp(path, "-") != 0 ? path : NULL;
}

static const char *output_path(const struct linker *linker)
{
	const struct bpfld_output *output = &linker->options->output;

	return output->kind == BPFLD_OUTPUT_PATH ? output->path : NULL;
}

static bool is_at(struct linker *linker, const struct file_target *to, const char *path)
{
	struct file_target other;

	return path && !find_file_target(linker, path, &other) && is_same_place(to, &other);
}

const char *report_conflict(struct linker *linker, enum bpfld_report report)
{
	const char *path = report_path(linker, report), *problem, *other = NULL;
	struct file_target to;

	if (!path)
		return NULL;
	problem = find_file_target(linker, path, &to);
	if (problem)
		return problem;
	if (is_input(linker, &to) || is_list(linker, &to, &problem))
		other = "an input";
	else if (is_at(linker, &to, output_path(linker)))
		other = "the output";
	for (size_t i = 0; i < (size_t)report && !other; i++) {
		if (is_at(linker, &to, report_path(linker, i)))
			other = "another one";
	}
	return other ? arena_format(linker->arena,
				    "is both a report and %s; give the report another name", other)
		     : problem;
}

static const char *output_conflict(struct linker *linker, const char *path)
{
	const char *problem;
	struct file_target to;

	problem = find_file_target(linker, path, &to);
	if (problem)
		return problem;
	// A single object may be replaced by its own output.
	if ((linker->objects.count != 1 && is_input(linker, &to)) || is_list(linker, &to, &problem))
		return "is both an input and the output; give the output another name";
	return problem;
}

/*
 * Needs: linker->files. Gives: nothing but errors.
 */
void check_destinations(struct linker *linker)
{
	const struct bpfld_output *output = &linker->options->output;
	const char *problem;

	for (unsigned int i = 0; i < BPFLD_REPORTS; i++) {
		problem = report_conflict(linker, (enum bpfld_report)i);
		if (problem)
			diag_error(linker->diag, ERROR_PATH_CONFLICT,
				   place_in(linker->options->reports[i], NULL), "%s", problem);
	}
	if (output->kind != BPFLD_OUTPUT_PATH)
		return;
	if (!output->path || !*output->path) {
		diag_error(linker->diag, ERROR_NO_OUTPUT, place_in(NULL, NULL),
			   "the name of the output file is empty; name it with -o FILE");
		return;
	}
	problem = output_conflict(linker, output->path);
	if (problem)
		diag_error(linker->diag, ERROR_PATH_CONFLICT, place_in(output->path, NULL), "%s",
			   problem);
}
