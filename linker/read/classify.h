/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a section of an input is for, by its name, type and flags: its role, and the output section
 * that it goes into.
 */
#ifndef BPFLD_CLASSIFY_H
#define BPFLD_CLASSIFY_H

#include "model.h"

/** The role of @section. Needs its name, type and flags. Reports sections that cannot be linked. */
enum role classify_section(struct linker *linker, const struct section *section);

/**
 * The name of the output section that @section goes into; not NUL-terminated. Needs section->role.
 */
struct str classify_output(const struct bpfld_options *options, const struct section *section);

#endif
