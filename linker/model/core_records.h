/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The CO-RE records of an object that are about a section which it has and which goes out.
 *
 *	struct core_records records = { .object = object };
 *
 *	while (core_records_next(&records))
 *		... records.section, records.record ...
 */
#ifndef BPFLD_CORE_RECORDS_H
#define BPFLD_CORE_RECORDS_H

#include "model.h"

struct core_records {
	const struct object *object;
	size_t block;   // the one that is read, an index in the object's blocks
	uint32_t index; // of the next record in it
	// The record at hand, and what it is about:
	struct btf_ext_record record;
	struct section *section;
};

/** Go to the next record, at first to the first one; false when there is none. */
static inline bool core_records_next(struct core_records *records)
{
	const struct object *object = records->object;

	for (; object->ext && records->block < object->ext->blocks.count; records->block++) {
		const struct btf_ext_block *block = &object->ext->blocks.items[records->block];

		records->section = object->ext_sections[records->block];
		if (block->kind == BTF_EXT_CORE && records->section &&
		    records->index < block->count) {
			records->record = btf_ext_record(block, records->index++);
			return true;
		}
		records->index = 0;
	}
	return false;
}

#endif
