/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An object whose debug information is being linked: what link_debug() passes from step to step.
 */
#ifndef BPFLD_DEBUG_OBJECT_H
#define BPFLD_DEBUG_OBJECT_H

#include "collapse.h"
#include "model.h"

// Where a unit of a section that was written anew went, or what is in one: bytes from the start of
// the section.
struct debug_move {
	uint64_t from, to;
};

// A debug section of the object.
struct debug_part {
	const struct debug_section *section;
	uint8_t *bytes; // in the link's memory; of strings in the object's
	uint64_t size;
	uint64_t read;          // bytes that were read, of which offsets of the object count
	uint32_t align;         // a power of two
	Elf64_Rel *relocations; // by offset, in host byte order, in the link's memory; the types
				// are R_BPF_64_ABS32 and R_BPF_64_ABS64
	size_t relocation_count, relocation_room;
	uint32_t output;   // index in debug.outputs
	uint64_t place;    // in that
	uint32_t *strings; // of strings: by byte, where it is in the output, plus 1; 0:
			   // nothing asked yet
	ARRAY(struct debug_move) moves; // by `from`; none: nothing moved within it
	uint32_t signature;             // of its COMDAT group, a name; 0: it is in none
	const struct debug_kept *kept;  // what goes out in its place, and all that is left of it;
					// NULL: it goes out
};

struct debug_object {
	struct linker *linker;
	const struct object *object;
	const uint8_t *bytes;     // of the object, while it is loaded
	struct arena *arena;      // memory until the next object
	struct debug_part *parts; // by index in object->debug->sections
	size_t part_count;
	uint32_t *part_of_symbol; // by symndx: index in parts, plus 1; 0: it is in none of them
	struct collapse *code;    // by index in object->sections; of code only
	uint32_t compressed;      // sections so far
	ARRAY(struct str)
	names;                 // that moved from units to .debug_str; relocations of these lead
			       // to symbols behind those of the object
	uint32_t names_output; // these are in that; an index in debug.outputs
	bool maps_names;       // options->prefix_maps change some of its names
	bool added_values;     // fields have the value S of a named symbol: S + A (see gcc.c)
};

/** Whether @section has a map in debug->code: it is code, and not empty. */
static inline bool debug_has_map(const struct section *section)
{
	return section->role == ROLE_CODE
		       ? section->atoms.count > 0
		       : section->role == ROLE_DISCARDED && section->flags & SHF_EXECINSTR;
}

/** The map of @section of the object, or of what @section was before --bind moved a part of it. */
const struct collapse *debug_map(const struct debug_object *debug, const struct section *section);

/**
 * Say why the debug information of the object is left out: @offset in @section, or NULL for all of
 * it; return false.
 */
bool debug_leave_out(const struct debug_object *debug, const struct debug_section *section,
		     uint64_t offset, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/**
 * Read the debug sections of the object and their relocations. Relocations are in their sections
 * and lead to symbols of the object; those that lead to debug sections lead into them.
 *
 * @return false when they cannot be kept, which was told
 */
bool debug_load(struct debug_object *debug);

/** What is in the field of @relocation of @part. */
uint64_t debug_field(const struct debug_object *debug, const struct debug_part *part,
		     const Elf64_Rel *relocation);

/** The same without what GNU tools added: bytes from the symbol of @relocation. */
uint64_t debug_addend(const struct debug_object *debug, const struct debug_part *part,
		      const Elf64_Rel *relocation);

/** Give back the bytes and relocations of @part. */
void debug_release(struct debug_object *debug, struct debug_part *part);

/**
 * Set the fields of all parts, which have places, and let their relocations lead to what is in the
 * output. Those that lead nowhere are removed.
 */
void debug_relocate(struct debug_object *debug);

#endif
