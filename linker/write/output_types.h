/* SPDX-License-Identifier: BSD-2-Clause */
/* Ids and strings of the output's BTF. */
#ifndef BPFLD_OUTPUT_TYPES_H
#define BPFLD_OUTPUT_TYPES_H

#include "model.h"

/** The id in the output of @object's type or declaration @type_id; 0 when it has none. */
uint32_t output_type_id(const struct linker *linker, const struct object *object, uint32_t type_id);

/** Set @reached[n] for each node n of the graph that goes out; needs the fate of declarations. */
void reach_types(struct linker *linker, uint8_t *reached);

/** Write linker->btf_ext, of the records of live code; strings enter linker->encoder. */
void encode_ext(struct linker *linker);

#endif
