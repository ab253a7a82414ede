/* SPDX-License-Identifier: BSD-2-Clause */
#include "loaders.h"

#include <string.h>

#include "base/similar.h"

#define PART_MAX 1023 // of a version

static const char *const names[LOADER_COUNT] = {
	[LOADER_AYA] = "aya",
	[LOADER_BPFTOOL] = "bpftool",
	[LOADER_CILIUM_EBPF] = "cilium-ebpf",
	[LOADER_IPROUTE2] = "iproute2",
	[LOADER_LIBBPF] = "libbpf",
	[LOADER_XDP_LOADER] = "xdp-loader",
};

// Read one to three numbers with dots between them.
static bool read_version(const char *text, uint32_t *ret)
{
	uint32_t parts[3] = { 0 };

	for (size_t i = 0; i < 3; i++) {
		if (*text < '0' || *text > '9')
			return false;
		while (*text >= '0' && *text <= '9' && parts[i] <= PART_MAX)
			parts[i] = parts[i] * 10 + (uint32_t)(*text++ - '0');
		if (parts[i] > PART_MAX)
			return false;
		if (!*text) {
			*ret = LOADER_VERSION(parts[0], parts[1], parts[2]);
			return true;
		}
		if (*text++ != '.')
			return false;
	}
	return false;
}

static const char *unknown(const char *text, size_t size, struct arena *arena)
{
	struct similar similar;

	similar_begin(&similar, (struct str){ text, size });
	for (size_t i = 0; i < LOADER_COUNT; i++)
		similar_try(&similar, str_of(names[i]));
	if (similar.found.data)
		return arena_format(arena, "did you mean '%s'?", similar.found.data);
	return "the loaders are aya, bpftool, cilium-ebpf, iproute2, libbpf and xdp-loader";
}

const char *loader_parse(const char *text, struct loader_version *ret, struct arena *arena)
{
	size_t size = strcspn(text, ":");

	for (int i = 0; i < LOADER_COUNT; i++) {
		if (strlen(names[i]) != size || memcmp(names[i], text, size) != 0)
			continue;
		*ret = (struct loader_version){ (enum loader)i, LOADER_NEWEST };
		if (!text[size] || read_version(text + size + 1, &ret->version))
			return NULL;
		return "a version is up to three numbers, as in 1.2.3";
	}
	return unknown(text, size, arena);
}

const char *loader_name(enum loader loader)
{
	return names[loader];
}

const char *loader_version_text(uint32_t version, struct arena *arena)
{
	uint32_t patch = version & PART_MAX;

	if (patch)
		return arena_format(arena, "%u.%u.%u", version >> 20, version >> 10 & PART_MAX,
				    patch);
	return arena_format(arena, "%u.%u", version >> 20, version >> 10 & PART_MAX);
}
