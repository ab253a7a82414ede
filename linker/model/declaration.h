/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an input's BTF says of symbols. Types are in the graph (graph.h), which all inputs share;
 * here is what is about one symbol of one object: FUNCs and VARs, the DATASECs that list variables,
 * and DECL_TAGs. model.h says how to read the comments of fields.
 */
#ifndef BPFLD_DECLARATION_H
#define BPFLD_DECLARATION_H

#include "base/bisect.h"
#include "btf.h"
#include "object.h"

// How a declaration goes out.
enum fate {
	FATE_DROPPED,
	FATE_GLOBAL, // under its global's name
	FATE_STATIC, // also when it is not in its input
};

// A FUNC or VAR of an object's BTF.
struct declaration {
	// Later read_declarations changes name and linkage where ELF knows better
	// (follow_symbols.h).
	struct object *object;
	struct declaration *next; // of the same FUNC, about another function; NULL: no more
	uint32_t type_id;
	uint8_t kind;                // BTF_KIND_FUNC or BTF_KIND_VAR
	uint8_t linkage : 4;         // BTF_FUNC_*; BTF_VAR_* has the same values
	uint8_t written_linkage : 4; // as the object's BTF has it, which may not know all
	bool incomplete;             // a variable whose type is a forward declaration
	enum fate fate : 8;          // (encode_types)
	uint32_t name;
	uint32_t written_name; // likewise
	uint32_t type;         // id of the FUNC_PROTO, or of the variable's type
	uint32_t node;         // which that is (settle_types)
	// What it is about (read_declarations):
	uint32_t datasec;      // name of the DATASEC that lists it; 0: none
	uint32_t size;         // as its DATASEC has it
	struct atom *atom;     // what it describes; NULL when that is in no section of the object
	struct global *global; // NULL for static ones
	struct declaration *next_type; // of global->types
	uint32_t offset;               // of a variable in its input section
	uint32_t tags;              // all DECL_TAGs about it as one name: equal tags, equal names
	struct callback *callbacks; // that its tags name; or NULL
	uint32_t output_name;       // what it is called in the output when static (unique_locals,
				    // then sanitize_names)
	uint32_t output;            // id in the output; 0: not there (encode_types)
};

// A function that a program names in the text of a declaration tag.
struct callback {
	struct declaration *user; // the FUNC with the tag
	struct callback *next;    // of the same FUNC
	uint32_t tag;             // index in object->tags
	uint32_t name;            // of the function, as the text has it
	struct symbol *symbol;    // of the object; NULL when only the tag speaks of the function
	struct atom *atom;        // which that is; NULL when no input defines it (mark_live)
};

// What a DATASEC lists.
struct datasec_entry {
	struct declaration *declaration;
	const struct symbol *symbol; // that .rel.BTF has for it; NULL: none
	uint32_t offset;             // from that, or in the section
	uint32_t size;
};

// A DATASEC of an object's BTF: what section its variables are in, and which.
struct datasec {
	uint32_t name;
	uint32_t size;           // as BTF has it; 0 where it leaves that to loaders
	struct section *section; // NULL where only BTF knows it: .ksyms (read_declarations)
	uint32_t first_field;    // where in .BTF the offset of the first entry is, bytes
	uint32_t count;
	struct datasec_entry *entries;
};

// A DECL_TAG of an object's BTF.
struct input_tag {
	uint32_t type_id;
	uint32_t target; // id of what it is on: a type, or a declaration that is kept
	uint32_t value;  // a name (then unique_locals, sanitize_names: what a callback is called)
	uint32_t structure; // name of the struct that the text names; 0: none
	int32_t component;
	bool kflag;
};

/** Whether what BTF says can be about something in @section: a function is code, a variable not. */
static inline bool declaration_fits(const struct declaration *declaration,
				    const struct section *section)
{
	return !role_is_content(section->role) ||
	       (declaration->kind == BTF_KIND_FUNC) == (section->role == ROLE_CODE);
}

/** Where @object keeps the first declaration of its FUNC or VAR @type_id; NULL when nowhere. */
static inline struct declaration **object_declaration_slot(const struct object *object,
							   uint32_t type_id)
{
	struct declaration **items = object->declarations.items;
	size_t count = object->declarations.count;
	size_t at = bisect(count, i, items[i]->type_id < type_id);

	return at < count && items[at]->type_id == type_id ? &items[at] : NULL;
}

/** What @object's BTF says in FUNC or VAR @type_id; NULL when that is a type or left out. */
static inline struct declaration *object_declaration(const struct object *object, uint32_t type_id)
{
	struct declaration **slot = object_declaration_slot(object, type_id);

	return slot ? *slot : NULL;
}

/** What @datasec is called in the output. */
static inline uint32_t datasec_output_name(const struct datasec *datasec)
{
	return datasec->section ? datasec->section->output_name : datasec->name;
}

#endif
