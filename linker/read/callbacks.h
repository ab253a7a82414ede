/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Functions that programs name in texts. A program says what runs when it throws an exception by a
 * declaration tag, exception_callback:F; libbpf and the kernel look for a global FUNC of that name.
 * So the text is a reference, and F what the name means in the program's object: its own static
 * function, or else the definition of all objects.
 */
#ifndef BPFLD_CALLBACKS_H
#define BPFLD_CALLBACKS_H

#include "model.h"

/** Note the callback that @tag of @object, on FUNC @user, may name. */
void callback_note(struct linker *linker, struct object *object, const struct input_tag *tag,
		   struct declaration *user);

/** Find out which symbols of @object its callbacks, all of which are noted, mean: by name, or else
 * by the place that func_info has for the FUNC of the name. Needs object->ext. */
void callbacks_resolve(struct linker *linker, struct object *object);

/**
 * The name that @callback has outside of its object: another one with --wrap or --defsym. 0 when it
 * means a symbol that the object defines.
 */
uint32_t callback_wants(const struct linker *linker, const struct callback *callback);

/** What @callback means in the whole link; NULL for a local symbol, and when no symbol has its
 * name. Needs linker->globals. */
struct global *callback_global(const struct linker *linker, const struct callback *callback);

/** Write names of the output into the texts of tags; needs output_name of symbols. */
void callbacks_rename(struct linker *linker);

#endif
