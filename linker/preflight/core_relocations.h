/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The CO-RE relocations of the output, as loaders find them in its .BTF and .BTF.ext.
 */
#ifndef BPFLD_CORE_RELOCATIONS_H
#define BPFLD_CORE_RELOCATIONS_H

#include "core_spec.h"
#include "model.h"

struct core_relocation {
	const struct output_section *section;
	const struct atom *atom; // the function
	uint32_t at;             // of the instruction in the atom, bytes
	enum bpf_core_relo_kind kind;
	uint32_t type;      // id in the output
	const char *access; // the access string
};

struct core_relocations {
	ARRAY_FIELDS(struct core_relocation); // by place, section after section
};

/** All of the output, whose types are @btf; in @arena. Needs encode_types(). */
struct core_relocations core_relocations_read(const struct linker *linker,
					      const struct plain_btf *btf, struct arena *arena);

/** What @spec is about, as C: "struct task_struct.mm", "enum bpf_func_id", "'A' of 'enum e'". */
const char *core_spec_text(const struct core_spec *spec, struct arena *arena);

#endif
