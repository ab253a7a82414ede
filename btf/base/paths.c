/* SPDX-License-Identifier: BSD-2-Clause */
#include "paths.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "str.h"
#include "text.h"

// Append the components of @path to @clean; ".." removes the last one.
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

const char *path_below_root(const char *path, struct arena *arena)
{
	struct text clean = { .arena = arena };
	char folder[PATH_MAX];

	if (*path != '/' && getcwd(folder, sizeof(folder)))
		add_components(&clean, folder);
	add_components(&clean, path);
	return clean.size ? arena_strndup(arena, clean.data + 1, clean.size - 1) : "";
}

const char *path_from_here(const char *path)
{
	char folder[PATH_MAX];
	size_t size;

	if (*path != '/' || !getcwd(folder, sizeof(folder)))
		return path;
	size = strlen(folder);
	if (strncmp(path, folder, size) != 0 || path[size] != '/' || !path[size + 1] ||
	    path[size + 1] == '/')
		return path;
	path += size + 1;
	while (strncmp(path, "./", 2) == 0 && path[2] && path[2] != '/')
		path += 2;
	return path;
}
