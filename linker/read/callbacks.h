/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Callbacks: functions that a program names in a text. A program names its handler of exceptions by
 * a declaration tag, exception_callback:F; libbpf and the kernel look for a global FUNC of that
 * name. So the text is a reference to F in the program's object: its own static function, or else
 * the global of all objects.
 *
 * First callback_note() for each tag, then callbacks_resolve() for each object, then the others.
 */
#ifndef BPFLD_CALLBACKS_H
#define BPFLD_CALLBACKS_H

#include "model.h"

/** Note the callback that @tag of @object names, if any. @user is the FUNC that the tag is on. */
void callback_note(struct linker *linker, struct object *object, const struct input_tag *tag,
		   struct declaration *user);

/**
 * Set the symbols that the callbacks of @object mean: by name, or else by the place that func_info
 * has for the FUNC of that name. Needs all callbacks noted and object->ext.
 */
void callbacks_resolve(struct linker *linker, struct object *object);

/**
 * The name that @callback refers to outside of its object; --wrap and --defsym may change it. 0
 * when the object itself defines the function.
 */
uint32_t callback_wants(const struct linker *linker, const struct callback *callback);

/**
 * The global that @callback refers to; NULL for a local symbol, and when there is none of that
 * name. Needs linker->globals.
 */
struct global *callback_global(const struct linker *linker, const struct callback *callback);

/** Let callbacks of @object that no symbol of it is follow --rename. */
void callbacks_follow(struct linker *linker, struct object *object);

/** Replace names in texts of tags by those of the output. Needs symbol->output_name. */
void callbacks_rename(struct linker *linker);

#endif
