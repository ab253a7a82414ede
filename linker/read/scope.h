/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names of one object: BTF speaks of sections and symbols by name. One scope serves all objects in
 * turn, because the tables are by name and say whose entry it is.
 */
#ifndef BPFLD_SCOPE_H
#define BPFLD_SCOPE_H

#include "model.h"

struct scope {
	struct linker *linker;
	struct object *object;
	bool ambiguous;                   // two sections of the object have one name
	uint64_t looks;                   // at symbols that no table has, of the object
	ARRAY(struct section *) sections; // by name; stale entries are another object's
	ARRAY(struct section *) doubles;  // likewise, the second section of a name
	ARRAY(struct symbol *) globals;   // likewise, non-local symbols
	ARRAY(struct symbol *) locals;    // likewise, local ones; the first of a name
};

/** Make the names of @object known; those of the object before are forgotten. */
void scope_enter(struct scope *scope, struct object *object);

/** Give the memory of @scope back. */
void scope_deinit(struct scope *scope);

/** The section of that name that goes out or was discarded with its group; NULL: none or several.
 */
struct section *scope_section(const struct scope *scope, uint32_t name);

/** Let @name, which no section has, be one of @section. */
void scope_rename_section(struct scope *scope, uint32_t name, struct section *section);

/** Whether several sections have that name. */
bool scope_is_ambiguous(const struct scope *scope, uint32_t name);

/** The non-local symbol of that name, or NULL. */
struct symbol *scope_global(const struct scope *scope, uint32_t name);

/**
 * The first local symbol of that name, or NULL. Where all that is left of a static function are
 * copies that GCC made for some of its callers, it is one of them.
 */
struct symbol *scope_local(const struct scope *scope, uint32_t name);

/** "f", not NUL-terminated, for the number of "f.constprop.0" and the like; "" when it has no dot.
 */
struct str scope_clone_origin(const struct linker *linker, uint32_t name);

/** Whether scope_clone_origin() of @clone is @name, unless that is longer than a kernel takes. */
bool scope_is_clone(const struct linker *linker, uint32_t clone, uint32_t name);

#endif
