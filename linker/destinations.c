/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A link writes an output and reports, and must not destroy one by the other, or what it reads.
 *
 * Files are made beside their place and renamed to it (see output.c), so what counts is the name
 * that they replace: two hard links are two files, two ways to write one path are one.
 */
#include <sys/stat.h>

#include "output.h"
#include "passes.h"

// Where a file is or will be.
struct spot {
	dev_t device; // of the folder
	ino_t folder;
	const char *name; // in it; NULL: nothing is replaced there, as of a pipe or /dev/null
};

static struct spot find_spot(struct linker *linker, const char *path)
{
	const char *file = output_file(linker, path), *slash;
	struct stat status;

	if (!file || (stat(path, &status) == 0 && !S_ISREG(status.st_mode)))
		return (struct spot){ 0 };
	slash = strrchr(file, '/');
	if (slash)
		path = arena_strndup(linker->arena, file, (size_t)(slash + 1 - file));
	// A folder that is missing is an error, but a later one.
	if (stat(slash ? path : ".", &status) < 0)
		return (struct spot){ 0 };
	return (struct spot){ status.st_dev, status.st_ino, slash ? slash + 1 : file };
}

static bool is_at(struct linker *linker, const struct spot *spot, const char *path)
{
	struct spot other;

	if (!spot->name || !path)
		return false;
	other = find_spot(linker, path);
	return other.name && other.device == spot->device && other.folder == spot->folder &&
	       strcmp(other.name, spot->name) == 0;
}

// An input is not to be lost under any of its names.
static bool is_input(const struct linker *linker, const char *path)
{
	struct stat status;

	if (stat(path, &status) < 0 || !S_ISREG(status.st_mode))
		return false;
	array_each(file, &linker->files) {
		if ((*file)->device == status.st_dev && (*file)->inode == status.st_ino)
			return true;
	}
	return false;
}

// What the caller read to know what to link, likewise.
static bool is_list(const struct linker *linker, const char *path)
{
	const struct bpfld_strings *lists = &linker->options->read_files;
	struct stat status, list;

	for (size_t i = 0; i < lists->count; i++) {
		if (stat(path, &status) == 0 && S_ISREG(status.st_mode) &&
		    stat(lists->items[i], &list) == 0 && list.st_dev == status.st_dev &&
		    list.st_ino == status.st_ino)
			return true;
	}
	return false;
}

// What is given to the caller has no place.
static const char *report_path(const struct linker *linker, size_t report)
{
	const char *path = linker->options->reports[report];

	return path && strcmp(path, "-") != 0 ? path : NULL;
}

const char *report_conflict(struct linker *linker, enum bpfld_report report)
{
	const struct bpfld_output *output = &linker->options->output;
	const char *path = report_path(linker, report);
	struct spot spot;

	if (!path)
		return NULL;
	if (is_input(linker, path) || is_list(linker, path))
		return "an input";
	spot = find_spot(linker, path);
	if (output->kind == BPFLD_OUTPUT_PATH && is_at(linker, &spot, output->path))
		return "the output";
	for (size_t i = 0; i < (size_t)report; i++) {
		if (is_at(linker, &spot, report_path(linker, i)))
			return "another one";
	}
	return NULL;
}

static void check_report(struct linker *linker, enum bpfld_report report)
{
	const char *other = report_conflict(linker, report);

	if (other)
		diag_error(linker->diag, place_in(linker->options->reports[report], NULL),
			   "is both a report and %s; give the report another name", other);
}

static void check_output(struct linker *linker)
{
	const char *path = linker->options->output.path;

	if (!path || !*path)
		diag_error(linker->diag, place_in(NULL, NULL), "no output file");
	// An object linked alone gives the same program: that may replace it.
	else if ((linker->objects.count != 1 && is_input(linker, path)) || is_list(linker, path))
		diag_error(linker->diag, place_in(path, NULL),
			   "is both an input and the output; give the output another name");
}

/*
 * Needs: linker->files. Gives: nothing but errors.
 */
void check_destinations(struct linker *linker)
{
	for (unsigned int i = 0; i < BPFLD_REPORTS; i++)
		check_report(linker, (enum bpfld_report)i);
	if (linker->options->output.kind == BPFLD_OUTPUT_PATH)
		check_output(linker);
}
