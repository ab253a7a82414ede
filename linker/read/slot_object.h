/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Functions that only return a number (--bind-return), as one more object of the link: what an
 * assembler would make of
 *
 *	NAME:	r0 = VALUE
 *		exit
 *
 * They are for slots of a dispatcher that stay empty. The object is bare, so they have no
 * prototypes; decide/slots.h gives them those of their callers.
 */
#ifndef BPFLD_SLOT_OBJECT_H
#define BPFLD_SLOT_OBJECT_H

#include "model.h"

/**
 * Add the object behind all others, with a function for each of linker->options->slots that some
 * object refers to and none defines. Needs the objects, in their order. Sets linker->slots.
 */
void add_slot_object(struct linker *linker);

#endif
