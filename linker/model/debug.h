/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Debug information (DWARF) of inputs and output, where it is kept. It is no atom and makes no
 * references: nothing is decided by it, so it can wait until all places are known. read_inputs only
 * notes what there is. link_debug() reads it, object by object, and leaves nothing behind but what
 * goes out.
 */
#ifndef BPFLD_DEBUG_H
#define BPFLD_DEBUG_H

#include <elf.h>

#include "base/array.h"
#include "base/text.h"

// Is in a file of --debug-file, whose fields are final: it cannot be linked.
#define DEBUG_FILE_SECTION ".note.bpfld.debug"

struct debug_strings;

// What its name says of a debug section, where that matters.
enum debug_kind {
	DEBUG_OTHER,
	DEBUG_STRINGS, // .debug_str, .debug_line_str
	DEBUG_INFO,
	DEBUG_TYPES, // .debug_info of version 4, for types alone
	DEBUG_ABBREV,
	DEBUG_ADDR,
	DEBUG_LINE,
	DEBUG_RNGLISTS,
	DEBUG_LOCLISTS,
	DEBUG_RANGES, // .debug_rnglists before version 5
	DEBUG_LOC,    // .debug_loclists likewise
	DEBUG_ARANGES,
	DEBUG_FRAME,
};

// A debug section of an object. Ranges are bytes from the start of the object, and lie in it.
struct debug_section {
	uint32_t name;
	uint32_t shndx;
	uint32_t flags; // SHF_*
	uint32_t align; // a power of two
	enum debug_kind kind;
	bool is_paths; // DEBUG_STRINGS of source files alone (.debug_line_str)
	uint64_t offset, size;
	uint64_t table, table_size; // its relocations; a size of 0: none
};

// A symbol of an object that is in a debug section.
struct debug_symbol {
	uint32_t symndx;
	uint32_t section; // index in debug_input.sections
};

// A COMDAT group of an object.
struct debug_group {
	uint32_t signature; // a name
	uint32_t *members;  // section numbers
	size_t member_count;
};

// What an object has of debug information.
struct debug_input {
	ARRAY(struct debug_section) sections; // by shndx
	ARRAY(struct debug_symbol) symbols;   // by symndx
	ARRAY(struct debug_group) groups;
	const char *fault; // why it cannot be kept; NULL: it may be
	uint32_t lost; // the name of the first section that is compressed as before SHF_COMPRESSED;
		       // 0: there is none
};

/*
 * A relocation of debug sections has no symbol before there are numbers of symbols. Its upper half
 * is a number of what it leads to, and which sort of thing that is.
 */
enum debug_target {
	DEBUG_TO_SECTION, // output_section.shndx
	DEBUG_TO_DEBUG,   // index in debug.outputs
	DEBUG_TO_NAME,    // index in debug.names
};

#define DEBUG_TARGET_SHIFT        30
#define DEBUG_TARGET(sort, index) ((uint64_t)(sort) << DEBUG_TARGET_SHIFT | (index))

// What goes out of a debug section of an object.
struct debug_piece {
	const uint8_t *bytes;
	uint64_t place, size;
	Elf64_Rel *relocations; // host byte order; r_offset counts in the output section
	size_t relocation_count;
};

// A debug section of the output.
struct debug_output {
	uint32_t name;
	uint64_t flags, align, size;
	enum debug_kind kind;
	ARRAY(struct debug_piece) pieces; // by place
	struct debug_strings *strings;    // of DEBUG_STRINGS, while objects are linked
	bool wants_symbol;                // some relocation leads to it
	uint32_t symbol;                  // its STT_SECTION symbol; 0: none (number_symbols)
	uint32_t shndx;
};

// A section of a COMDAT group that went out: others of its group and name lead to it.
struct debug_kept {
	uint32_t name;
	uint32_t output; // index in debug.outputs
	uint64_t place;  // in that
	uint64_t size;
	uint32_t next; // index in debug.kept of another one with its signature, plus 1; 0: none
};

// All debug information of the output.
struct debug {
	ARRAY(struct debug_output) outputs; // in the order of first input
	ARRAY(uint32_t) by_name;            // index in `outputs`, plus 1; 0: none
	ARRAY(struct debug_kept) kept;
	ARRAY(uint32_t) kept_by_signature; // index in `kept`, plus 1; 0: none
	ARRAY(struct symbol *) names;      // undefined symbols that relocations name
};

#endif
