/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The files that a link read, as a rule for make, like -MD -MP of compilers. Each file is also a
 * target without a rule, so that make continues when a file was removed.
 *
 * Names are written for GNU make, 3.81 and later. Where possible by the escapes that POSIX and
 * Ninja also know (backslashes and "$$"), else by functions of make. Two kinds of names cannot be
 * written in a makefile: one with a line break, which is an error, and "archive(member)", which
 * make takes for a member that is always out of date.
 *
 * Source: GNU make's manual, "Rule Syntax", "Wildcards", "Archive Members"; eval(),
 * find_map_unquote() and parse_file_seq() in its src/read.c.
 */
#include "reports.h"

enum side {
	TARGET,
	PREREQUISITE,
};

// The escape for @c, if make would misread it; NULL if not. Before an escape that starts with a
// backslash, backslashes must be doubled.
static const char *escape(char c, enum side side)
{
	switch (c) {
	case ' ':
		return "\\ ";
	case '\t': // in a target make reads "\\<tab>" as a blank
		return "\\$(if ,,\t)";
	case '#':
		return "\\#";
	case ':':
		return "\\:";
	case ';': // make looks for it before and after expansion
		return "\\$(or ;)";
	case '%':
		return side == TARGET ? "\\%" : NULL;
	case '|':
		return side == PREREQUISITE ? "\\|" : NULL;
	case '=': // make sees an assignment, whatever precedes it
		return "$(or =)";
	case '$':
		return "$$";
	default:
		return NULL;
	}
}

// Bytes of the part of @path ("./") that make removes before it looks for users and wildcards.
static size_t dots_size(const char *path)
{
	size_t size = 0;

	while (strncmp(path + size, "./", 2) == 0)
		size += 2;
	return size;
}

static void add_backslashes(struct text *text, size_t count)
{
	for (; count; count--)
		text_string(text, "\\");
}

// Write the start of @path; return how much of it.
static size_t add_start(struct text *text, const char *path)
{
	size_t size = dots_size(path);

	text_bytes(text, path, size);
	if (path[size] == '~') {
		text_string(text, "[~]");
		return size + 1;
	}
	if (strcmp(path, "define") == 0 || strcmp(path, "undefine") == 0)
		text_string(text, "$()");
	return size;
}

static bool is_wildcard(char c)
{
	return c == '*' || c == '?' || c == '[';
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static char last_character(const char *path)
{
	return *path ? path[strlen(path) - 1] : '\0';
}

static void add_path(struct text *text, const char *path, enum side side)
{
	// In a pattern backslashes are also read by glob().
	bool pattern = path[dots_size(path)] == '~' || strpbrk(path, "*?[");
	size_t backslashes = 0;

	for (const char *at = path + add_start(text, path); *at; at++) {
		const char *escaped = escape(*at, side);

		if (side == TARGET && *at == '&' && !at[1])
			escaped = "$(or &)";
		if (is_wildcard(*at))
			add_backslashes(text, 1);
		if (escaped && *escaped == '\\')
			add_backslashes(text, backslashes);
		if (*at == '\\')
			add_backslashes(text, 1 + pattern);
		else if (escaped)
			text_string(text, escaped);
		else
			text_bytes(text, at, 1);
		backslashes = *at == '\\' ? backslashes + 1 + pattern : 0;
	}
	// A blank, a colon or the end of the line follows; make drops blanks before these.
	add_backslashes(text, backslashes);
	if (is_blank(last_character(path)))
		text_string(text, "$()");
}

static bool is_listed(const char *const *paths, size_t count, const char *path)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(paths[i], path) == 0)
			return true;
	}
	return false;
}

// List each path once, in the order of reading.
static size_t list_paths(struct linker *linker, const char ***paths)
{
	const struct bpfld_options *options = linker->options;
	size_t count = 0, most = linker->files.count + options->read_files.count;

	*paths = arena_new_array(linker->arena, const char *, most);
	array_each(file, &linker->files) {
		if ((*file)->path && !is_listed(*paths, count, (*file)->path))
			(*paths)[count++] = (*file)->path;
	}
	for (size_t i = 0; i < options->read_files.count; i++) {
		if (!is_listed(*paths, count, options->read_files.items[i]))
			(*paths)[count++] = options->read_files.items[i];
	}
	return count;
}

static bool has_form(struct linker *linker, const char *path)
{
	if (!strchr(path, '\n'))
		return true;
	diag_error(linker->diag, ERROR_UNSUITABLE_PATH, place_in(path, NULL),
		   "has a line break in its name, which no makefile can express: --dependency-file "
		   "cannot tell of it");
	return false;
}

void report_dependencies(struct linker *linker, struct text *text)
{
	const char *output = linker->options->output.path ? linker->options->output.path : "-";
	const char **paths;
	size_t count = list_paths(linker, &paths);
	bool ok = has_form(linker, output);
	char last;

	for (size_t i = 0; i < count; i++)
		ok &= has_form(linker, paths[i]);
	if (!ok)
		return;
	add_path(text, output, TARGET);
	text_string(text, ":");
	for (size_t i = 0; i < count; i++) {
		text_string(text, " \\\n  ");
		add_path(text, paths[i], PREREQUISITE);
	}
	// At the end of a line make drops blanks, and reads backslashes differently. An empty list
	// of order-only prerequisites ("|") prevents both.
	last = count ? last_character(paths[count - 1]) : '\0';
	text_string(text, is_blank(last) || last == '\\' ? " |\n" : "\n");
	for (size_t i = 0; i < count; i++) {
		text_string(text, "\n");
		add_path(text, paths[i], TARGET);
		text_string(text, ":\n");
	}
}
