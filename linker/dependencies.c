/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The files that a link read, as a rule of make; as compilers' -MD -MP write it. Each file is also
 * a target without a rule, so that make goes on when one of them was removed.
 *
 * Source: GNU make's manual, "Rule Syntax"; how it reads backslashes before blanks.
 */
#include "reports.h"

// make wants backslashes doubled only where a blank or '#' follows them.
static void add_path(struct text *text, const char *path)
{
	size_t backslashes = 0;

	for (; *path; path++) {
		bool special = *path == ' ' || *path == '\t' || *path == '#';

		for (; special && backslashes; backslashes--)
			text_string(text, "\\");
		if (special)
			text_string(text, "\\");
		if (*path == '$')
			text_string(text, "$");
		backslashes = *path == '\\' ? backslashes + 1 : 0;
		text_bytes(text, path, 1);
	}
}

static bool is_listed(const char *const *paths, size_t count, const char *path)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(paths[i], path) == 0)
			return true;
	}
	return false;
}

void report_dependencies(struct linker *linker, struct text *text)
{
	const struct bpfld_options *options = linker->options;
	size_t count = 0, most = linker->files.count + options->read_files.count;
	const char **paths = arena_new_array(linker->arena, const char *, most);

	array_each(file, &linker->files) {
		if ((*file)->path && !is_listed(paths, count, (*file)->path))
			paths[count++] = (*file)->path;
	}
	for (size_t i = 0; i < options->read_files.count; i++) {
		if (!is_listed(paths, count, options->read_files.items[i]))
			paths[count++] = options->read_files.items[i];
	}
	add_path(text, options->output.path ? options->output.path : "-");
	text_string(text, ":");
	for (size_t i = 0; i < count; i++) {
		text_string(text, " \\\n  ");
		add_path(text, paths[i]);
	}
	text_string(text, "\n");
	for (size_t i = 0; i < count; i++) {
		text_string(text, "\n");
		add_path(text, paths[i]);
		text_string(text, ":\n");
	}
}
