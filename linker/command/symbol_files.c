/* SPDX-License-Identifier: BSD-2-Clause */
#include "symbol_files.h"

#include <errno.h>
#include <string.h>

#include "base/file_io.h"
#include "complain.h"

// A file and how far it was read.
struct reader {
	struct parser *parser;
	const char *path;
	const char *at;  // the next byte; the text ends with a NUL
	size_t line;     // of that, from 1
	bool statements; // braces, semicolons, colons and quotes mean something
};

static void report(struct reader *reader, const char *what)
{
	// One that follows from another would only be confusing.
	if (reader->parser->command != COMMAND_WRONG)
		complain(reader->parser->errors, reader->parser->arena, "%s:%zu: error: %s",
			 reader->path, reader->line, what);
	reader->parser->command = COMMAND_WRONG;
}

static const char *read_list(struct parser *parser, const char *path)
{
	struct str text;

	*array_add(parser->arena, &parser->read_files) = path;
	if (read_text(path, &parser->lists_size, parser->arena, &text))
		return text.data;
	complain(parser->errors, parser->arena, "%s: error: %s", path,
		 text_error(errno, parser->arena));
	parser->command = COMMAND_WRONG;
	return "";
}

static struct reader open_reader(struct parser *parser, const char *path, bool statements)
{
	return (struct reader){ parser, path, read_list(parser, path), 1, statements };
}

static void skip(struct reader *reader, size_t size)
{
	for (; size && *reader->at; size--, reader->at++)
		reader->line += *reader->at == '\n';
}

static void skip_blanks(struct reader *reader)
{
	for (;;) {
		const char *comment_end = NULL;

		skip(reader, strspn(reader->at, " \t\r\n"));
		if (*reader->at == '#') {
			skip(reader, strcspn(reader->at, "\n"));
		} else if (reader->statements && strncmp(reader->at, "/*", 2) == 0) {
			comment_end = strstr(reader->at + 2, "*/");
			if (!comment_end)
				report(reader, "the comment has no end");
			skip(reader, comment_end ? (size_t)(comment_end + 2 - reader->at)
						 : strlen(reader->at));
		} else {
			return;
		}
	}
}

// The next word or mark, in the arena; "" at the end of the file.
static const char *next(struct reader *reader)
{
	struct arena *arena = reader->parser->arena;
	const char *start;
	size_t size;

	skip_blanks(reader);
	start = reader->at;
	if (reader->statements && *start == '"') {
		size = strcspn(start + 1, "\"\n");
		skip(reader, size + 2);
		return arena_strndup(arena, start + 1, size);
	}
	size = strcspn(start, reader->statements ? " \t\r\n{};:\"#" : " \t\r\n#");
	if (size == 0 && *start)
		size = 1;
	skip(reader, size);
	return arena_strndup(arena, start, size);
}

void read_symbol_list(struct parser *parser, const char *path, add_symbol *add)
{
	struct reader reader = open_reader(parser, path, false);

	for (const char *word = next(&reader); *word; word = next(&reader))
		add(parser, word);
}

// What stands between the braces, up to the closing one.
static bool read_version(struct reader *reader, add_symbol *add_global, add_symbol *add_local)
{
	add_symbol *add = add_global;

	for (const char *word = next(reader); *word; word = next(reader)) {
		const char *mark;

		if (strcmp(word, "}") == 0)
			return true;
		if (strcmp(word, ";") == 0)
			continue;
		if (strpbrk(word, "{:") || strcmp(word, "extern") == 0)
			break;
		mark = next(reader);
		if (strcmp(mark, ":") == 0 && strcmp(word, "global") == 0)
			add = add_global;
		else if (strcmp(mark, ":") == 0 && strcmp(word, "local") == 0)
			add = add_local;
		else if (strcmp(mark, ";") == 0 || strcmp(mark, "}") == 0)
			add(reader->parser, word);
		else
			break;
		if (strcmp(mark, "}") == 0)
			return true;
	}
	report(reader, "expected 'global:', 'local:', or a name and ';'");
	return false;
}

void read_version_script(struct parser *parser, const char *path, add_symbol *add_global,
			 add_symbol *add_local)
{
	struct reader reader = open_reader(parser, path, true);

	// NAME { ... } PARENT...; more than once
	for (const char *word = next(&reader); *word; word = next(&reader)) {
		if (strcmp(word, "{") == 0 && !read_version(&reader, add_global, add_local))
			return;
		if (strcmp(word, "}") == 0)
			return report(&reader, "'}' without '{'");
	}
}
