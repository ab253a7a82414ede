/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Loaders that --check-loader names, such as "cilium-ebpf:0.9.1".
 */
#ifndef BPFLD_LOADERS_H
#define BPFLD_LOADERS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

// A version as a number: parts are below 1024.
#define LOADER_VERSION(major, minor, patch)                                                        \
	((uint32_t)(major) << 20 | (uint32_t)(minor) << 10 | (uint32_t)(patch))

// Later than all that are known.
#define LOADER_NEWEST UINT32_MAX

enum loader {
	LOADER_AYA,
	LOADER_BPFTOOL,
	LOADER_CILIUM_EBPF,
	LOADER_IPROUTE2,
	LOADER_LIBBPF,
	LOADER_XDP_LOADER,
	LOADER_COUNT,
};

struct loader_version {
	enum loader loader;
	uint32_t version;
};

/**
 * Read NAME or NAME:VERSION; without a version it is LOADER_NEWEST. "tc" is iproute2, and
 * "bpftool-skeleton" is bpftool, which makes what loads a skeleton's object.
 *
 * @return NULL, or what is wrong, in @arena
 */
const char *loader_parse(const char *text, struct loader_version *ret, struct arena *arena);

/** The name of a loader, as users write it. */
const char *loader_name(enum loader loader);

/** @version as users write it, in @arena. */
const char *loader_version_text(uint32_t version, struct arena *arena);

#endif
