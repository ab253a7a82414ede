/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * func_info and line_info for functions whose objects have none; see describe.c for why.
 */
#ifndef BPFLD_DESCRIBE_H
#define BPFLD_DESCRIBE_H

#include "model.h"

// Serves all objects in turn.
struct describer {
	struct linker *linker;
	bool has_lines; // some object of the link has line_info
};

// A record that was made up.
struct description {
	const struct section *section;
	struct btf_ext_record record; // type ids are the output's
};

struct descriptions {
	ARRAY_FIELDS(struct description);
};

/** Make a describer for all objects of @linker. */
struct describer describer_create(struct linker *linker);

/**
 * The records of @kind (not BTF_EXT_CORE) that @object, which has BTF, lacks: one for each function
 * whose FUNC goes out. None when the object has records of that kind; no line_info either when it
 * has func_info and no object has lines.
 */
struct descriptions describe_functions(const struct describer *describer,
				       const struct object *object, enum btf_ext_kind kind);

#endif
