/* SPDX-License-Identifier: BSD-2-Clause */
/* What a section of an input is for, by its name, type and flags. */
#ifndef BPFLD_CLASSIFY_H
#define BPFLD_CLASSIFY_H

#include "model.h"

/** The role of @section, of which name, type and flags are set; reports what cannot be linked. */
enum role classify_section(struct linker *linker, const struct section *section);

/** What the output section is called that @section, whose role is set, becomes part of; not
 * NUL-terminated. */
struct str classify_output(const struct section *section);

#endif
