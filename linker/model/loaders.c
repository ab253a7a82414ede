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

// What users call them, too.
static const struct {
	const char *name;
	enum loader loader;
} others[] = {
	{ "bpftool-skeleton", LOADER_BPFTOOL },
	{ "tc", LOADER_IPROUTE2 },
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

static const char *unknown(struct str name, struct arena *arena)
{
	struct similar similar;

	similar_begin(&similar, name);
	for (size_t i = 0; i < LOADER_COUNT; i++)
		similar_try(&similar, str_of(names[i]));
	if (similar.found.data)
		return arena_format(arena, "did you mean '%s'?", similar.found.data);
	return "the loaders are aya, bpftool, cilium-ebpf, iproute2, libbpf and xdp-loader";
}

// The loader that @name means; LOADER_COUNT: none.
static enum loader find_loader(struct str name)
{
	for (int i = 0; i < LOADER_COUNT; i++) {
		if (str_equal(name, str_of(names[i])))
			return (enum loader)i;
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		if (str_equal(name, str_of(others[i].name)))
			return others[i].loader;
	}
	return LOADER_COUNT;
}

const char *loader_parse(const char *text, struct loader_version *ret, struct arena *arena)
{
	struct str name = { text, strcspn(text, ":") };

	*ret = (struct loader_version){ find_loader(name), LOADER_NEWEST };
	if (ret->loader == LOADER_COUNT)
		return unknown(name, arena);
	if (text[name.size] && !read_version(text + name.size + 1, &ret->version))
		return "a version is up to three numbers, as in 1.2.3";
	return NULL;
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
