/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Arguments still to be read are a stack. A file that includes itself would never end, and files
 * that each include the next one twice would end very late. So bytes, files and depth have limits
 * far above honest use.
 */
#include "response.h"

#include <errno.h>
#include <sys/stat.h>

#include "base/file_io.h"

#define FILES_MAX 2000
#define DEPTH_MAX 64

// An argument that may be a response file, and its depth: how many files it is in.
struct pending {
	const char *argument;
	size_t depth;
};

struct expansion {
	struct arena *arena;
	struct diag *diag;
	struct arguments *files;
	ARRAY(struct pending) stack; // the next argument is last
	size_t size;                 // bytes of all files
	bool options_end;            // "--" was seen
	struct identity {
		dev_t device;
		ino_t inode;
	} within[DEPTH_MAX]; // by depth: the files that the next argument is in
};

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

// Move the word at the start of @text to @word, without quotes and with a NUL. Returns the end of
// the copy, which is never longer than what was read.
static char *take_word(struct str *text, char *word)
{
	char quote = '\0';
	size_t at = 0;

	for (; at < text->size && (quote || !is_space(text->data[at])); at++) {
		char c = text->data[at];

		if (c == '\\' && at + 1 < text->size)
			*word++ = text->data[++at];
		else if (c == quote)
			quote = '\0';
		else if (!quote && (c == '"' || c == '\''))
			quote = c;
		else
			*word++ = c;
	}
	text->data += at;
	text->size -= at;
	*word++ = '\0';
	return word;
}

static void reverse(struct pending *items, size_t count)
{
	for (size_t i = 0; i < count / 2; i++) {
		struct pending item = items[i];

		items[i] = items[count - 1 - i];
		items[count - 1 - i] = item;
	}
}

// Push the words of a file.
static void push_words(struct expansion *expansion, struct str text, size_t depth)
{
	// The NUL of a word takes the place of the blank behind it; the last one needs one byte
	// more.
	char *end = arena_alloc(expansion->arena, text.size + 1);
	size_t first = expansion->stack.count;

	for (;;) {
		while (text.size && is_space(*text.data)) {
			text.data++;
			text.size--;
		}
		if (text.size == 0)
			break;
		*array_add(expansion->arena, &expansion->stack) = (struct pending){ end, depth };
		end = take_word(&text, end);
	}
	reverse(expansion->stack.items + first, expansion->stack.count - first);
}

// Push the parts of a list that commas separate; empty ones are no arguments.
static void push_parts(struct expansion *expansion, const char *list, size_t depth)
{
	size_t first = expansion->stack.count;

	for (size_t size; *list; list += size + (list[size] == ',')) {
		size = strcspn(list, ",");
		if (size)
			*array_add(expansion->arena, &expansion->stack) =
				(struct pending){ arena_strndup(expansion->arena, list, size),
						  depth };
	}
	reverse(expansion->stack.items + first, expansion->stack.count - first);
}

// Expand what compilers take for arguments of their linker; false when @next is none of that.
static bool expand_compilers(struct expansion *expansion, struct pending next)
{
	static const struct str list = STR("-Wl,");

	if (expansion->options_end)
		return false;
	if (str_starts_with(str_of(next.argument), list)) {
		push_parts(expansion, next.argument + list.size, next.depth);
		return true;
	}
	return strcmp(next.argument, "-Xlinker") == 0;
}

// Why one more file at @depth must not be read; NULL when it may.
static const char *find_loop(struct expansion *expansion, const char *path, size_t depth)
{
	struct stat status;

	if (expansion->files->count == FILES_MAX)
		return arena_format(expansion->arena, "is one more than the %d that may be read",
				    FILES_MAX);
	if (depth == DEPTH_MAX)
		return arena_format(expansion->arena, "is within %d others, which is too deep",
				    DEPTH_MAX);
	expansion->within[depth] = (struct identity){ 0 };
	if (stat(path, &status) < 0)
		return NULL;
	for (size_t i = 0; i < depth; i++) {
		if (expansion->within[i].inode == status.st_ino &&
		    expansion->within[i].device == status.st_dev)
			return "is read within itself, without end";
	}
	expansion->within[depth] = (struct identity){ status.st_dev, status.st_ino };
	return NULL;
}

// Whether there is no such file, so that the argument is a name that starts with '@'.
static bool is_no_file(int error)
{
	return error == ENOENT || error == ENOTDIR || error == EISDIR || error == ENAMETOOLONG;
}

static bool refuse(const struct expansion *expansion, enum code code, const char *path,
		   const char *what)
{
	diag_error(expansion->diag, code, place_in(NULL, NULL), "response file '%s' %s", path,
		   what);
	return false;
}

// Expand @next, an argument that was popped from the stack.
static bool expand(struct expansion *expansion, struct pending next, struct arguments *expanded)
{
	const char *path = next.argument + 1, *loop;
	struct str text;

	if (expand_compilers(expansion, next))
		return true;
	if (*next.argument != '@') {
		expansion->options_end |= strcmp(next.argument, "--") == 0;
		*array_add(expansion->arena, expanded) = next.argument;
		return true;
	}
	loop = find_loop(expansion, path, next.depth);
	if (!loop && !read_text(path, &expansion->size, expansion->arena, &text)) {
		if (!is_no_file(errno))
			return refuse(expansion, ERROR_CANNOT_READ, path,
				      text_error(errno, expansion->arena));
		*array_add(expansion->arena, expanded) = next.argument;
		return true;
	}
	if (loop)
		return refuse(expansion, ERROR_RESPONSE_FILE, path, loop);
	*array_add(expansion->arena, expansion->files) = path;
	push_words(expansion, text, next.depth + 1);
	return true;
}

bool expand_responses(const char *const *arguments, size_t count, struct arena *arena,
		      struct diag *diag, struct arguments *expanded, struct arguments *files)
{
	struct expansion expansion = { .arena = arena, .diag = diag, .files = files };

	while (count)
		*array_add(arena, &expansion.stack) = (struct pending){ arguments[--count], 0 };
	while (expansion.stack.count) {
		if (!expand(&expansion, expansion.stack.items[--expansion.stack.count], expanded))
			return false;
	}
	return true;
}
