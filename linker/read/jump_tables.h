/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Jump tables (.jumptables) of indirect jumps.
 */
#ifndef BPFLD_JUMP_TABLES_H
#define BPFLD_JUMP_TABLES_H

#include "model.h"

/**
 * Add the entries of @object's jump tables to the references of .jumptables. Needs all other
 * references.
 */
void read_jump_tables(struct linker *linker, struct object *object);

#endif
