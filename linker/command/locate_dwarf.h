/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Positions in source code by DWARF, through libdw: what bpfld_options.locate asks for.
 *
 *	struct locator locator;
 *
 *	locator_init(&locator);
 *	options.locate = locate_dwarf;
 *	options.locate_context = &locator;
 *	bpfld_link(&options, &result);
 *	locator_deinit(&locator);
 */
#ifndef BPFLD_LOCATE_DWARF_H
#define BPFLD_LOCATE_DWARF_H

#include "base/hash.h"
#include "bpfld.h"
#include "source_files.h"

struct debug;

// What is known in a link.
struct locator {
	struct arena arena;
	struct hash_key key;   // set when there is an object
	struct debug *objects; // the last asked for first
	struct source_files sources;
	uint64_t budget; // steps that are left for all objects
};

/** Prepare for a link. Takes no memory. */
void locator_init(struct locator *locator);

/**
 * A function for bpfld_options.locate. Its work and its memory are bounded for each link. Bytes of
 * objects have to stay until locator_deinit().
 *
 * @param locator  a struct locator
 */
bool locate_dwarf(const struct bpfld_question *question, struct bpfld_position *position,
		  void *locator);

void locator_deinit(struct locator *locator);

#endif
