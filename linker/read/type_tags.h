/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Structs that declaration tags name in their texts. What is in a list or tree of the kernel's is
 * said by a tag of its head, contains:TYPE:FIELD; the kernel looks for the first struct of that
 * name in all of BTF.
 */
#ifndef BPFLD_TYPE_TAGS_H
#define BPFLD_TYPE_TAGS_H

#include "model.h"

struct type_tag {
	const struct object *object;
	const struct input_tag *tag;
	uint32_t target; // node of the type that it is on; 0: it is on a declaration
	uint32_t node;   // of the struct: the object's own, or else `any`; 0: there is none
	uint32_t any;    // the first struct of that name in all objects
};

struct type_tags {
	ARRAY_FIELDS(struct type_tag); // by target
	uint32_t *first; // by node that is a target: index in items, plus 1; NULL when count is 0
};

/** The name of the struct that a tag of the text @value names; 0: none. */
uint32_t type_tag_structure(struct linker *linker, uint32_t value);

/** All such tags of @linker's objects, in its arena. */
struct type_tags type_tags_read(struct linker *linker);

/** Warn of tags that go out and mean several structs, or others than their neighbours; changes the
 * order of @tags. @reached has a byte a node: what goes out. */
void type_tags_check(struct linker *linker, struct type_tags *tags, const uint8_t *reached);

/** Whether the declaration that @tag, which has no target, is on goes out. */
bool type_tag_goes_out(const struct type_tag *tag);

#endif
