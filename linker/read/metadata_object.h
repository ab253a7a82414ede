/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Metadata that the user gives (--metadata), as one more object of the link: variables of .rodata
 * with their symbols and BTF, as a compiler would make them of
 *
 *	static const char bpf_metadata_KEY[] = "VALUE";
 *
 * No later pass need know where they come from, but reports about inputs and fold_metadata(), for
 * which this object wins.
 */
#ifndef BPFLD_METADATA_OBJECT_H
#define BPFLD_METADATA_OBJECT_H

#include "model.h"

/**
 * Add the object behind all others, if there is any metadata. Needs the objects, in their order.
 * Sets linker->metadata.
 */
void add_metadata_object(struct linker *linker);

#endif
