/* SPDX-License-Identifier: BSD-2-Clause */
/* What rules of scope say, for those who judge them. */
#ifndef BPFLD_APPLY_EXPORTS_H
#define BPFLD_APPLY_EXPORTS_H

#include "model.h"

/** By enum bpfld_scope: what becomes of a symbol. */
extern const char *const scope_texts[];

/** Whether @text is a pattern of fnmatch(3), and not a name. */
bool is_pattern(const char *text);

/** Whether @section becomes part of .data, .rodata, .bss or one of that kind: a map of variables.
 */
bool section_has_variables(const struct section *section);

#endif
