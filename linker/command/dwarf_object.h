/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The debug information of an object, opened with libdw and indexed by name.
 *
 * libdw applies no relocations. Compilers keep addends in the fields, so what debug sections say of
 * each other is right without; but addresses are those in their section. Only lines need to tell
 * sections apart: in .debug_line the address of byte 0 of section N becomes N << 32.
 */
#ifndef BPFLD_DWARF_OBJECT_H
#define BPFLD_DWARF_OBJECT_H

#include <elfutils/libdw.h>

#include "base/array.h"
#include "base/hash.h"
#include "base/table.h"
#include "dies.h"

// That the variable or function @die, a child of its unit, has a name.
struct debug_mention {
	uint32_t die;  // index in debug->entries
	uint32_t next; // of the same name, index plus 1; 0: none
};

// A name, and what has it, in the order of the object.
struct debug_name {
	const char *text;
	uint32_t first, last; // indices in debug->mentions
};

struct debug_unit {
	uint64_t root; // the offset of its first entry
	bool paid;     // for reading its lines
};

struct debug {
	struct debug *next;
	const void *data; // of the object
	Elf *elf;
	Dwarf *dwarf; // NULL: there is nothing that can be read
	struct dies dies;
	struct str line;                // .debug_line
	ARRAY(struct die) entries;      // variables and functions, in their order
	ARRAY(struct debug_unit) units; // likewise
	ARRAY(struct debug_mention) mentions;
	ARRAY(struct debug_name) names; // each once, however many have it
	struct table by_name;           // indices of names
	const struct hash_key *key;
};

/**
 * Open the object of @size bytes at @data, which have to stay, in @arena.
 *
 * @param debug   its address is known to the caller before, so that debug_close() can come whatever
 *                happens
 * @param budget  of steps; see dies.h
 */
void debug_open(struct debug *debug, const void *data, size_t size, const struct hash_key *key,
		uint64_t *budget, struct arena *arena);

void debug_close(struct debug *debug);

/**
 * The entry of the variable or function @name: one that only declares it if @declared, else one
 * that defines it. False when there is none, or several that are in different lines.
 */
bool debug_find(struct debug *debug, const char *name, bool declared, Dwarf_Die *ret);

/** The member of that name of the struct or union @type, which may be behind typedefs, pointers
 * and arrays. */
bool debug_find_member(struct debug *debug, const Dwarf_Die *type, const char *name,
		       Dwarf_Die *ret);

/** The struct or union of that name, or the typedef. */
bool debug_find_type(struct debug *debug, const char *name, Dwarf_Die *ret);

/** The file in which @die is declared, as long as @debug is open; NULL: not known. */
const char *debug_file(struct debug *debug, Dwarf_Die *die);

/** The line that the instruction at @offset of section @shndx is of; NULL: not known. */
Dwarf_Line *debug_line(struct debug *debug, uint32_t shndx, uint64_t offset);

#endif
