/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The scope of one object: its sections and symbols by name, which is how BTF refers to them. One
 * scope serves all objects in turn: its tables are indexed by name, and an entry of another object
 * is stale.
 */
#ifndef BPFLD_SCOPE_H
#define BPFLD_SCOPE_H

#include "model.h"

struct scope {
	struct linker *linker;
	struct object *object;
	bool ambiguous; // two sections of the object have one name
	uint64_t looks; // work so far: symbols of the object looked at that no table has
	ARRAY(struct section *) sections; // by name; stale entries are another object's
	ARRAY(struct section *) doubles;  // likewise, the second section of a name
	ARRAY(struct symbol *) globals;   // likewise, non-local symbols
	ARRAY(struct symbol *) locals;    // likewise, local ones; the first of a name
	// Likewise, the last FUNC of a name, where no func_info places it (functions_find).
	ARRAY(const struct declaration *) functions;
};

/** Enter the names of @object; those of the previous object are forgotten. */
void scope_enter(struct scope *scope, struct object *object);

/** Free the memory of @scope. */
void scope_deinit(struct scope *scope);

/**
 * The section of that name that goes out or was discarded with its group; NULL for none or several.
 */
struct section *scope_section(const struct scope *scope, uint32_t name);

/** Let @name, which no section has, mean @section. */
void scope_rename_section(struct scope *scope, uint32_t name, struct section *section);

/** Whether several sections have that name. */
bool scope_is_ambiguous(const struct scope *scope, uint32_t name);

/** The non-local symbol of that name, or NULL. */
struct symbol *scope_global(const struct scope *scope, uint32_t name);

/**
 * The first local symbol of that name, or NULL. When only copies (clones) of a static function are
 * left, which GCC makes for some callers, it is one of these.
 */
struct symbol *scope_local(const struct scope *scope, uint32_t name);

/**
 * The origin of a clone's name: "f", not NUL-terminated, for "f.constprop.0"; "" for a name without
 * a dot.
 */
struct str scope_clone_origin(const struct linker *linker, uint32_t name);

/** Whether scope_clone_origin() of @clone is @name. False for names longer than a kernel takes. */
bool scope_is_clone(const struct linker *linker, uint32_t clone, uint32_t name);

#endif
