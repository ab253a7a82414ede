/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Types of plain BTF as C, for messages: on one line, without bodies, of bounded length.
 */
#ifndef BPFLD_PLAIN_TEXT_H
#define BPFLD_PLAIN_TEXT_H

#include "plain_btf.h"

/** Type @id as C names it: "struct sock", "size_t". */
const char *plain_type_text(const struct plain_btf *btf, uint32_t id, struct arena *arena);

/** @name declared with type @id: "int name(struct sock *, u32)"; in @arena. */
const char *plain_declaration(const struct plain_btf *btf, uint32_t id, const char *name,
			      struct arena *arena);

#endif
