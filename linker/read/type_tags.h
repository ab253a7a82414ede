/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Structs that declaration tags name in their texts. A tag on the head of a kernel list or tree,
 * contains:TYPE:FIELD, says what is in it; the kernel looks for the first struct of that name in
 * all of BTF.
 */
#ifndef BPFLD_TYPE_TAGS_H
#define BPFLD_TYPE_TAGS_H

#include "model.h"

struct type_tag {
	const struct object *object;
	const struct input_tag *tag;
	uint32_t target; // node of the type that it is on; 0: it is on a declaration
	uint32_t node;   // node of the struct: the object's own, or else `any`; 0 for none
	uint32_t any;    // the first struct of that name in all objects
};

struct type_tags {
	ARRAY_FIELDS(struct type_tag); // by target
	uint32_t *first; // by node that is a target: index in items, plus 1; NULL when count is 0
};

/** The name of the struct that a tag with text @value names; 0 for none. */
uint32_t type_tag_structure(struct linker *linker, uint32_t value);

/** All such tags of all objects, in the link's arena. */
struct type_tags type_tags_read(struct linker *linker);

/**
 * Warn of tags that go out and name several structs, or another one than their neighbours. Changes
 * the order of @tags. @reached has one byte per node: whether it goes out.
 */
void type_tags_check(struct linker *linker, struct type_tags *tags, const uint8_t *reached);

/** Whether the declaration that @tag is on goes out. Only for tags without a target. */
bool type_tag_goes_out(const struct type_tag *tag);

#endif
