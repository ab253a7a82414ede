/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Debug information as text that has no offsets, so that it is the same wherever the linker puts
 * it: a text for the line rows of each function, and one for each entry (DIE) of a unit.
 */
#ifndef BPFLD_TESTS_DEBUG_TEXT_H
#define BPFLD_TESTS_DEBUG_TEXT_H

#include "debug_image.h"

struct debug_text {
	char *key;  // what it is about: "lines of f", "subprogram f"
	char *text; // starts with the key
	bool gone;  // it is about something that is not in the object
};

struct debug_texts {
	struct debug_text *items; // by text
	size_t count, capacity;
	size_t units;
};

/** Describe all debug information of @image. */
struct debug_texts debug_texts_make(struct debug_image *image);
void debug_texts_free(struct debug_texts *texts);

#endif
