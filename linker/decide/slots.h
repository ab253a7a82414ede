/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Functions that only return a number (--bind-return), after read/slot_object.h made them: whether
 * they are static, and what their prototypes are.
 */
#ifndef BPFLD_SLOTS_H
#define BPFLD_SLOTS_H

#include "model.h"

/**
 * Add the functions to linker->bindings; report slots that nothing refers to. Needs the mentions of
 * all globals, which have no definition yet; programs that are bound are in .text.
 */
void bind_slots(struct linker *linker);

/**
 * Finish @function, that of the slot @global, which has the prototype of its callers: it returns
 * the number, or an error is reported at @caller.
 */
void slot_finish(struct linker *linker, struct global *global, struct declaration *function,
		 const struct declaration *caller);

#endif
