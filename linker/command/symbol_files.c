/* SPDX-License-Identifier: BSD-2-Clause */
#include "symbol_files.h"

#include <errno.h>
#include <string.h>

#include "base/file_io.h"

// A file and the position in it.
struct lexer {
	struct parser *parser;
	const char *path;
	const char *at;  // next byte; the text ends with a NUL
	size_t line;     // line of the next byte, from 1
	bool statements; // braces, semicolons, colons and quotes mean something
};

bool locate_in_list(const struct place *where, struct position *ret, void *context)
{
	const struct lexer *lexer = where->origin;

	(void)context;
	*ret = (struct position){ .file = lexer->path, .line = (uint32_t)lexer->line };
	return true;
}

static void list_error(struct lexer *lexer, const char *what, const char *hint)
{
	// Report only the first error: later ones may be its consequences.
	if (lexer->parser->command != COMMAND_WRONG)
		diag_error(lexer->parser->diag, ERROR_LIST_SYNTAX,
			   (struct place){ .offset = NO_OFFSET, .origin = lexer }, "%s; %s", what,
			   hint);
	lexer->parser->command = COMMAND_WRONG;
}

static void report_found(struct lexer *lexer, const char *word)
{
	list_error(lexer,
		   arena_format(lexer->parser->arena,
				"expected 'global:', 'local:', or a name and ';', not '%s'", word),
		   "the form is '{ global: NAME; local: *; };'");
}

static const char *read_list(struct parser *parser, const char *path)
{
	struct str text;

	*array_add(parser->arena, &parser->read_files) = path;
	if (read_text(path, &parser->lists_size, parser->arena, &text))
		return text.data;
	diag_error(parser->diag, ERROR_CANNOT_READ, place_in(path, NULL), "%s",
		   text_error(errno, parser->arena));
	parser->command = COMMAND_WRONG;
	return "";
}

static struct lexer open_lexer(struct parser *parser, const char *path, bool statements)
{
	return (struct lexer){ parser, path, read_list(parser, path), 1, statements };
}

static void skip(struct lexer *lexer, size_t size)
{
	for (; size && *lexer->at; size--, lexer->at++)
		lexer->line += *lexer->at == '\n';
}

static void skip_blanks(struct lexer *lexer)
{
	for (;;) {
		const char *comment_end = NULL;

		skip(lexer, strspn(lexer->at, " \t\r\n"));
		if (*lexer->at == '#') {
			skip(lexer, strcspn(lexer->at, "\n"));
		} else if (lexer->statements && strncmp(lexer->at, "/*", 2) == 0) {
			comment_end = strstr(lexer->at + 2, "*/");
			if (!comment_end)
				list_error(lexer, "the comment has no end", "end it with '*/'");
			skip(lexer, comment_end ? (size_t)(comment_end + 2 - lexer->at)
						: strlen(lexer->at));
		} else {
			return;
		}
	}
}

// The next word or mark, in the arena; "" at the end of the file.
static const char *next(struct lexer *lexer)
{
	struct arena *arena = lexer->parser->arena;
	const char *start;
	size_t size;

	skip_blanks(lexer);
	start = lexer->at;
	if (lexer->statements && *start == '"') {
		size = strcspn(start + 1, "\"\n");
		skip(lexer, size + 2);
		return arena_strndup(arena, start + 1, size);
	}
	size = strcspn(start, lexer->statements ? " \t\r\n{};:\"#" : " \t\r\n#");
	if (size == 0 && *start)
		size = 1;
	skip(lexer, size);
	return arena_strndup(arena, start, size);
}

void read_lines(struct parser *parser, const char *path, take_line *take)
{
	struct lexer lexer = open_lexer(parser, path, false);

	while (*lexer.at) {
		size_t size = strcspn(lexer.at, "\n");
		size_t end = size && lexer.at[size - 1] == '\r' ? size - 1 : size;
		const char *line = arena_strndup(parser->arena, lexer.at, end);
		const char *start = line + strspn(line, " \t");
		const char *fault = *start && *start != '#' ? take(parser, line) : NULL;

		if (fault)
			list_error(&lexer, fault, "");
		skip(&lexer, size + 1);
	}
}

void read_symbol_list(struct parser *parser, const char *path, add_symbol *add)
{
	struct lexer lexer = open_lexer(parser, path, false);

	for (const char *word = next(&lexer); *word; word = next(&lexer))
		add(parser, word);
}

// Read the symbols between braces, up to the closing one.
static bool read_version(struct lexer *lexer, add_symbol *add_global, add_symbol *add_local)
{
	add_symbol *add = add_global;

	const char *word;

	for (word = next(lexer); *word; word = next(lexer)) {
		const char *mark;

		if (strcmp(word, "}") == 0)
			return true;
		if (strcmp(word, ";") == 0)
			continue;
		if (strpbrk(word, "{:") || strcmp(word, "extern") == 0)
			break;
		mark = next(lexer);
		if (strcmp(mark, ":") == 0 && strcmp(word, "global") == 0)
			add = add_global;
		else if (strcmp(mark, ":") == 0 && strcmp(word, "local") == 0)
			add = add_local;
		else if (strcmp(mark, ";") == 0 || strcmp(mark, "}") == 0)
			add(lexer->parser, word);
		else {
			word = mark;
			break;
		}
		if (strcmp(mark, "}") == 0)
			return true;
	}
	if (*word)
		report_found(lexer, word);
	else
		list_error(lexer, "the file ends within '{'", "end it with '}'");
	return false;
}

void read_version_script(struct parser *parser, const char *path, add_symbol *add_global,
			 add_symbol *add_local)
{
	struct lexer lexer = open_lexer(parser, path, true);

	// NAME { ... } PARENT...; any number of times
	for (const char *word = next(&lexer); *word; word = next(&lexer)) {
		if (strcmp(word, "{") == 0 && !read_version(&lexer, add_global, add_local))
			return;
		if (strcmp(word, "}") == 0)
			return list_error(&lexer, "'}' without '{'", "");
	}
}
