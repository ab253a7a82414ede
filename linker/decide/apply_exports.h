/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rules of scope (--export, --hide, --localize, version scripts): what the passes that check
 * options need to know of them.
 */
#ifndef BPFLD_APPLY_EXPORTS_H
#define BPFLD_APPLY_EXPORTS_H

#include "model.h"

/** By enum bpfld_scope: what a rule makes of a symbol, in words. */
extern const char *const scope_texts[];

/**
 * Whether @section goes into .data, .rodata, .bss or the like: loaders make a map of variables of
 * it.
 */
bool section_has_variables(const struct section *section);

#endif
