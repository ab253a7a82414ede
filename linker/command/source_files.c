/* SPDX-License-Identifier: BSD-2-Clause */
#include "source_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "base/file_io.h"

// Bytes of a file, and of all. (A header with all types of a kernel has 3 to 6 MB.)
#define FILE_SIZE_MAX  ((size_t)16 << 20)
#define FILES_SIZE_MAX ((size_t)64 << 20)
// Files that are looked for: each takes a comparison for each message.
#define FILES_MAX 256
// Bytes of a line in which a name is looked for.
#define LINE_SIZE_MAX 4096

struct source_file {
	struct source_file *next;
	const char *path;
	struct str bytes;       // empty when it cannot be read
	ARRAY(uint32_t) starts; // of lines
	size_t number;          // of files before it
};

// Nothing waits for a FIFO, and the files of /proc have no size.
static bool read_source(const char *path, size_t room, struct arena *arena, struct str *bytes)
{
	int fd = file_open_descriptor(path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
	struct stat status;
	bool read = fd >= 0 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode) &&
		    status.st_size > 0 && status.st_size <= (off_t)FILE_SIZE_MAX &&
		    (size_t)status.st_size <= room &&
		    read_all(fd, (size_t)status.st_size, arena, bytes);

	if (fd >= 0)
		close(fd);
	return read;
}

static void find_starts(struct source_file *file, struct arena *arena)
{
	const char *at = file->bytes.data, *end = at + file->bytes.size;

	while (at && at < end) {
		*array_add(arena, &file->starts) = (uint32_t)(at - file->bytes.data);
		at = memchr(at, '\n', (size_t)(end - at));
		at = at ? at + 1 : NULL;
	}
}

static struct source_file *find_file(struct source_files *files, const char *path,
				     struct arena *arena)
{
	struct source_file *file;

	for (file = files->first; file; file = file->next) {
		if (strcmp(file->path, path) == 0)
			return file;
	}
	if (files->first && files->first->number + 1 >= FILES_MAX)
		return NULL;
	file = arena_new(arena, struct source_file);
	file->path = arena_strndup(arena, path, strlen(path));
	file->number = files->first ? files->first->number + 1 : 0;
	file->next = files->first;
	files->first = file;
	if (!read_source(path, FILES_SIZE_MAX - files->size, arena, &file->bytes))
		return file;
	files->size += file->bytes.size;
	find_starts(file, arena);
	return file;
}

static bool is_word(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
	       (byte >= '0' && byte <= '9') || byte == '_' || (unsigned char)byte >= 0x80;
}

// Whether the word before @at, in @line, says that a tag follows, which is another thing.
static bool is_tag(const char *line, const char *at)
{
	static const struct str keywords[] = { STR("struct"), STR("union"), STR("enum") };

	while (at > line && (at[-1] == ' ' || at[-1] == '\t'))
		at--;
	for (size_t i = 0; i < sizeof(keywords) / sizeof(*keywords); i++) {
		size_t size = keywords[i].size;

		if ((size_t)(at - line) >= size && memcmp(at - size, keywords[i].data, size) == 0 &&
		    ((size_t)(at - line) == size || !is_word(at[-size - 1])))
			return true;
	}
	return false;
}

// Where @name is in @line as an identifier; NULL: nowhere.
static const char *find_word(const char *line, const char *name)
{
	size_t size = strlen(name);
	bool in_string = false;

	for (const char *at = line; *at; at++) {
		in_string ^= *at == '"' && (at == line || at[-1] != '\\');
		if (!in_string && strncmp(at, name, size) == 0 &&
		    (at == line || !is_word(at[-1])) && !is_word(at[size]) && !is_tag(line, at))
			return at;
	}
	return NULL;
}

const char *source_line(struct source_files *files, const char *path, uint32_t line,
			const char *name, uint32_t *column, struct arena *arena)
{
	const struct source_file *file = find_file(files, path, arena);
	const char *text, *start, *word;
	size_t size;

	if (!file || line == 0 || line > file->starts.count || !*name)
		return NULL;
	start = file->bytes.data + file->starts.items[line - 1];
	size = strcspn(start, "\r\n");
	text = arena_strndup(arena, start, size < LINE_SIZE_MAX ? size : LINE_SIZE_MAX);
	word = find_word(text, name);
	if (!word)
		return NULL;
	*column = (uint32_t)(word - text) + 1;
	return text;
}
