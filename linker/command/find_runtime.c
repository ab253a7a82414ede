/* SPDX-License-Identifier: BSD-2-Clause */
#include "find_runtime.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

// In the build tree, from the folder of the program; installed it is BPFLD_RUNTIME_FOLDER.
#define BUILT_FOLDER "lib/bpfld"

// Remove the last component of @path.
static void go_up(char *path)
{
	char *slash = strrchr(path, '/');

	*(slash ? slash : path) = '\0';
}

// Append @relative to @path, which has the size PATH_MAX; false where there is no room.
static bool go_down(char *path, const char *relative)
{
	size_t size = strlen(path);

	return (size_t)snprintf(path + size, PATH_MAX - size, "/%s", relative) < PATH_MAX - size;
}

// The folder of this program; false when that is not known.
static bool find_program(char *path)
{
	ssize_t size = readlink("/proc/self/exe", path, PATH_MAX - 1);

	if (size <= 0 || *path != '/')
		return false;
	path[size] = '\0';
	go_up(path);
	return true;
}

static bool find_installed(char *path)
{
	const char *relative = BPFLD_RUNTIME_FOLDER;

	if (*relative == '/')
		return snprintf(path, PATH_MAX, "%s", relative) < PATH_MAX;
	for (; strncmp(relative, "../", 3) == 0; relative += 3)
		go_up(path);
	return go_down(path, relative);
}

// The folder with the archives of both byte orders, which need not be there. NULL when this
// program's own path is not known.
static const char *find_folder(struct runtime_place *place)
{
	char *found = place->found;

	if (place->folder)
		return place->folder;
	if (find_program(found) && go_down(found, BUILT_FOLDER) && access(found, F_OK) == 0)
		return found;
	return find_program(found) && find_installed(found) ? found : NULL;
}

const char *find_runtime(bool big_endian, void *context)
{
	struct runtime_place *place = context;
	const char *folder = find_folder(place);

	if (!folder || (size_t)snprintf(place->path, sizeof(place->path), "%s/bpfe%c/libbpfrt.a",
					folder, big_endian ? 'b' : 'l') >= sizeof(place->path))
		return NULL;
	return place->path;
}
