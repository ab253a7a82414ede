/* SPDX-License-Identifier: BSD-2-Clause */
#include "find_runtime.h"

#include <limits.h>
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

// The folder of this program, in @path, of PATH_MAX bytes; false when that is not known.
static bool find_program(char *path)
{
	ssize_t size = readlink("/proc/self/exe", path, PATH_MAX - 1);

	if (size <= 0 || *path != '/')
		return false;
	path[size] = '\0';
	go_up(path);
	return true;
}

// The folder with the archives of both byte orders, which need not be there; or NULL.
static const char *find_folder(struct arena *arena)
{
	const char *relative = BPFLD_RUNTIME_FOLDER, *built;
	char program[PATH_MAX];

	if (!find_program(program))
		return NULL;
	built = arena_format(arena, "%s/%s", program, BUILT_FOLDER);
	if (access(built, F_OK) == 0)
		return built;
	if (*relative == '/')
		return relative;
	for (; strncmp(relative, "../", 3) == 0; relative += 3)
		go_up(program);
	return arena_format(arena, "%s/%s", program, relative);
}

const char *find_runtime(bool big_endian, void *context)
{
	const struct runtime_place *place = context;
	const char *folder = place->folder ? place->folder : find_folder(place->arena);

	if (!folder)
		return NULL;
	return arena_format(place->arena, "%s/bpfe%c/libbpfrt.a", folder, big_endian ? 'b' : 'l');
}
