/* SPDX-License-Identifier: BSD-2-Clause */
/* A link as a tar archive: its inputs, and a response file that links them once more. */
#include "reproduce.h"

#include <limits.h>
#include <unistd.h>

#include "input.h"
#include "reports.h"
#include "tar.h"

// Append the components of @path to @clean, of which ".." takes one away.
static void add_components(struct text *clean, const char *path)
{
	while (*path) {
		struct str name = { path, strcspn(path, "/") };

		path += name.size;
		path += *path == '/';
		if (name.size == 0 || str_equal(name, STR(".")))
			continue;
		if (str_equal(name, STR(".."))) {
			while (clean->size && clean->data[--clean->size] != '/')
				;
			continue;
		}
		text_string(clean, "/");
		text_bytes(clean, name.data, name.size);
	}
}

const char *reproduced_path(const char *path, struct arena *arena)
{
	struct text clean = { .arena = arena };
	char folder[PATH_MAX];

	if (*path != '/' && getcwd(folder, sizeof(folder)))
		add_components(&clean, folder);
	add_components(&clean, path);
	return clean.size ? arena_strndup(arena, clean.data + 1, clean.size - 1) : "";
}

// The folder in the archive: its own name, up to ".tar".
static struct str top_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	struct str name = str_of(slash ? slash + 1 : path);

	if (name.size > 4 && memcmp(name.data + name.size - 4, ".tar", 4) == 0)
		name.size -= 4;
	return str_equal(name, STR("-")) ? STR("reproduce") : name;
}

struct reproduction {
	struct linker *linker;
	struct text *tar;
	struct str top;
	struct strings names; // those in the archive
};

static void add_file(struct reproduction *reproduction, const char *name, struct str content)
{
	struct arena *arena = reproduction->linker->arena;

	if (strings_has(&reproduction->names, str_of(name)))
		return;
	strings_intern(&reproduction->names, str_of(name));
	tar_add(reproduction->tar,
		arena_format(arena, "%.*s/%s", STR_ARGS(reproduction->top), name), content);
}

// Lists of symbols and the like, which the caller has read.
static void open_read_files(struct linker *linker)
{
	const struct bpfld_strings *paths = &linker->options->read_files;

	for (size_t i = 0; i < paths->count; i++) {
		struct bpfld_input *input = arena_new(linker->arena, struct bpfld_input);

		input->path = paths->items[i];
		file_open(linker, input, 0);
	}
}

void report_reproduction(struct linker *linker, struct text *text)
{
	const struct bpfld_options *options = linker->options;
	struct reproduction reproduction = {
		.linker = linker,
		.tar = text,
		.top = top_folder(options->reports[BPFLD_REPORT_REPRODUCTION]),
	};

	strings_init(&reproduction.names, linker->arena);
	if (options->response)
		add_file(&reproduction, "response.txt", str_of(options->response));
	add_file(&reproduction, "version.txt", STR("bpfld " BPFLD_VERSION "\n"));
	open_read_files(linker);
	array_each(each, &linker->files) {
		const struct file *file = *each;

		if (file->path)
			add_file(&reproduction, reproduced_path(file->path, linker->arena),
				 (struct str){ (const char *)file->data, file->size });
	}
	tar_end(text);
}
