/* SPDX-License-Identifier: BSD-2-Clause */
/* Getting an input's bytes. */
#ifndef BPFLD_INPUT_H
#define BPFLD_INPUT_H

#include "model.h"

/** The name of @input in messages; made in @arena where it must be. */
const char *input_name(const struct bpfld_input *input, struct arena *arena);

/** Set object->data and object->size from @input; false when an error was reported. */
bool input_load(struct linker *linker, struct object *object, const struct bpfld_input *input);

/** Give back what input_load() took. */
void input_unload(struct object *object);

#endif
