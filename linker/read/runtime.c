/* SPDX-License-Identifier: BSD-2-Clause */
#include "runtime.h"

#include <string.h>
#include <unistd.h>

#include "input.h"

// What linker/runtime/ has; the test `runtime` compares.
static const char *const names[] = {
	"__clzdi2", "__ctzdi2", "__divdi3", "__moddi3", "__popcountdi2", "bcmp",
	"memcmp",   "memcpy",   "memmove",  "memset",   "strcmp",        "strlen",
};

bool runtime_defines(const char *name)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (strcmp(names[i], name) == 0)
			return true;
	}
	return false;
}

static const char *find_runtime(struct linker *linker)
{
	const struct bpfld_options *options = linker->options;
	const char *path;

	// A link that follows finds it for all of its inputs.
	if (!options->runtime || options->allow_undefined || linker->objects.count == 0)
		return NULL;
	path = options->runtime(linker->objects.items[0]->big_endian, options->runtime_context);
	if (path && access(path, F_OK) < 0) {
		linker->lost_runtime = path;
		return NULL;
	}
	return path;
}

struct file *runtime_open(struct linker *linker)
{
	const char *path = find_runtime(linker);
	struct bpfld_input *input;
	struct file *file;

	if (!path)
		return NULL;
	input = arena_new(linker->arena, struct bpfld_input);
	input->path = path;
	file = file_open(linker, input, (uint32_t)linker->options->input_count, false);
	if (file)
		file->runtime = true;
	return file;
}
