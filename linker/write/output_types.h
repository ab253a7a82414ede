/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writing the output's .BTF and .BTF.ext: what encode_types.c, encode_ext.c and reach_types.c
 * share.
 */
#ifndef BPFLD_OUTPUT_TYPES_H
#define BPFLD_OUTPUT_TYPES_H

#include "model.h"

/** The id in the output of type or declaration @type_id of @object; 0 when it does not go out. */
uint32_t output_type_id(const struct linker *linker, const struct object *object, uint32_t type_id);

/**
 * The id of the output's FUNC of a function; 0 when there is none, as where its name is no
 * symbol's. Of two FUNCs of one function one goes out.
 */
uint32_t output_function_id(const struct declaration *function);

/** Set @reached[n] for each node n of the graph that goes out. Needs the fate of declarations. */
void reach_types(struct linker *linker, uint8_t *reached);

/** Make linker->btf_ext of the records of live code. Its strings go to linker->encoder. */
void encode_ext(struct linker *linker);

#endif
