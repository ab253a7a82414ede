/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an input holds, as ELF has it: files, objects, their sections and symbols; and what the
 * linker makes of sections: references and atoms. model.h says how to read the comments of fields.
 *
 * Relocations are only read once. Each becomes a reference, which says where a field of a section
 * leads and stays true whatever moves. relocate() makes relocations of references again.
 */
#ifndef BPFLD_OBJECT_H
#define BPFLD_OBJECT_H

#include <elf.h>
#include <sys/types.h>
#include <time.h>

#include "base/arena.h"
#include "base/array.h"
#include "base/diag.h"
#include "bpfld.h"

#ifndef SHF_GNU_RETAIN // musl's elf.h has none
#define SHF_GNU_RETAIN (1 << 21)
#endif

struct archive;
struct debug_input;
struct declaration;
struct global;
struct output_section;

// What a section is for. The order has no meaning.
enum role {
	ROLE_DROP,        // nothing that a loader uses
	ROLE_DISCARDED,   // of a section group that another object has, too (discard_groups)
	ROLE_CODE,        // SHF_EXECINSTR
	ROLE_DATA,        // any other SHF_ALLOC section
	ROLE_MAPS,        // .maps: BTF-defined maps
	ROLE_JUMP_TABLES, // .jumptables: offsets into code sections
	ROLE_LICENSE,     // one per output, compared as text
	ROLE_VERSION,     // one per output, compared as bytes
	ROLE_BTF,
	ROLE_BTF_EXT,
};

// Why something goes out for its own sake.
enum root {
	ROOT_NONE,
	ROOT_KEPT, // everything is, without --gc-sections
	ROOT_PROGRAM,
	ROOT_STRUCT_OPS,
	ROOT_SINGLETON,
	ROOT_MAP,
	ROOT_DATA_MAP,
	ROOT_SECTION,
	ROOT_NAME,
	ROOT_TYPE,
	ROOT_REQUESTED,
	ROOT_RETAINED,
};

// A range of one input section that moves as a whole. After layout it has one place, or none.
// Sections, also those of the output, end at 4 GiB.
struct atom {
	struct section *section;
	struct symbol *symbol; // the first FUNC or OBJECT symbol in it; NULL when there is none
	struct atom *folded;   // whose place it takes, or NULL (fold_singletons, fold_constants,
			       // fold_identical)
	struct atom *keeper;   // what it is live for, when that is not its own sake; of what is in
			       // doubt and dropped, what led to it (mark_live)
	// What BTF says of it, the first of its names; NULL when nothing (read_declarations).
	struct declaration *declaration;
	uint32_t offset; // in the input section
	uint32_t size;
	uint32_t place;           // offset in section->output; valid when live (lay_out)
	uint32_t first_reference; // of those in it or after it, in section->references (cut_atoms)
	uint32_t fold_offset;     // into `folded` (fold_constants)
	uint32_t fold_align;      // what those that take its place need; or 0 (fold_constants)
	uint32_t candidate;       // number of a function that may fold; 0: none (fold_identical)
	bool constant : 1;        // piece of a mergeable section, and no variable (cut_atoms)
	bool overridden : 1;      // its name means another atom (mark_live)
	bool ownerless : 1;       // configures what is no program any more (resolve_symbols)
	bool named : 1;           // a global symbol that keeps its meaning is in it (mark_live)
	bool in_doubt : 1;        // local data that overridden bodies lead to (mark_live)
	bool referenced : 1;      // from anywhere, dead or alive (mark_live)
	bool requested : 1;       // the user names a symbol in it (mark_live)
	bool reached : 1;         // for walks; false outside of them
	bool live : 1;            // goes out, or the one that it folds into does (mark_live)
	enum root root : 8;       // why it is live by itself (mark_live)
};

enum reference_kind {
	REFERENCE_LD_IMM64,   // imm of a 16-byte instruction: bytes
	REFERENCE_CALL,       // imm of a call with a relocation: instructions, less one
	REFERENCE_LOCAL_CALL, // imm of a call without one: instructions from the next one
	REFERENCE_DATA64,     // a u64: bytes
	REFERENCE_DATA32,     // a u32: bytes
	REFERENCE_JUMP_TABLE, // a u64 without a relocation: bytes from the start of a code section
};

// A field of a section that says where something is: either what `symbol` names, and the field
// keeps its value, or the byte `addend` of `target`.
struct reference {
	// (read_references; then apply_exports makes places of names that become local.)
	uint32_t offset; // of the instruction or word, in the section
	enum reference_kind kind : 8;
	bool named; // by `symbol`
	union {
		struct symbol *symbol;
		struct section *target;
	};
	int64_t addend;    // bytes
	struct atom *atom; // that it leads to; NULL when that is in no input (mark_live)
};

/** What names the target of @reference; NULL when that is a place. */
static inline struct symbol *reference_symbol(const struct reference *reference)
{
	return reference->named ? reference->symbol : NULL;
}

static inline bool reference_has_relocation(const struct reference *reference)
{
	return reference->kind != REFERENCE_LOCAL_CALL && reference->kind != REFERENCE_JUMP_TABLE;
}

struct section {
	struct object *object;
	const char *text_name; // the name, NUL-terminated
	uint32_t name;         // 0 for ROLE_DROP
	uint32_t output_name;  // of the section that it becomes part of; likewise
	uint32_t shndx;
	uint32_t type;      // SHT_*
	uint32_t link;      // sh_link
	uint32_t info;      // sh_info
	uint32_t flags;     // SHF_*, of which ELF has 32
	uint32_t align;     // a power of two
	uint32_t entsize;   // 0 where it is larger
	enum role role : 8; // (then discard_groups: ROLE_DISCARDED)
	bool mergeable;     // SHF_MERGE, and its constants are cut (cut_atoms)
	bool shared;        // of a section group that other objects may have, too (discard_groups)
	bool wanted;        // goes out though it is empty (mark_live, lay_out)
	uint64_t size;
	const uint8_t *data; // NULL for SHT_NOBITS and what nobody reads; of tables of ELF good
			     // until cut_atoms; (then relocate: of what goes out the new bytes)
	ARRAY(struct reference) references; // by offset (read_references)
	ARRAY(struct atom) atoms;           // by offset, without gaps (cut_atoms)
	struct output_section *output;      // NULL when nothing of it goes out (lay_out)
};

// What kind of place defines a symbol.
enum symbol_home {
	HOME_UNDEFINED,
	HOME_SECTION,
	HOME_ABSOLUTE,
	HOME_COMMON, // until allocate_commons() gives it a section
};

struct symbol {
	// Section, value, size, binding and home are changed by discard_groups where a section
	// goes; by resolve_symbols, with type and common, where a common gets its place.
	struct object *object;
	struct section *section; // HOME_SECTION; NULL otherwise
	struct atom *atom;       // that it is in; NULL when that is none (cut_atoms)
	struct global *global;   // NULL for STB_LOCAL (resolve_symbols)
	struct symbol *next;     // of global->mentions (resolve_symbols)
	uint64_t value;          // offset in section; the alignment for HOME_COMMON
	uint64_t size;
	uint32_t name;
	uint32_t output_name;   // what it is called in the output when it is local (unique_locals,
				// then sanitize_names)
	uint32_t output;        // index in the output's .symtab; 0: not there (number_symbols)
	uint8_t binding : 4;    // STB_*
	uint8_t type : 4;       // STT_*
	uint8_t visibility : 2; // STV_*
	// A tentative definition, which has a place or not: log2 of its alignment, plus 1; 0: none.
	uint8_t common : 6;
	enum symbol_home home : 8;
	// Some relocation names it (number_symbols), or it is how a function is found that BTF
	// describes (read_declarations).
	bool wanted;
};

// An input. What is needed of it is read by file_bytes().
struct file {
	const char *name; // for messages
	const char *path; // NULL: the caller had it open
	const struct bpfld_input *input;
	uint32_t index; // position among the inputs
	size_t size;
	const uint8_t *head;      // its first bytes, FILE_HEAD_SIZE or all that there are
	const uint8_t *data;      // all bytes; NULL while they are not in memory
	const uint8_t *again;     // all bytes, read again for messages; NULL: they were not
	bool regular;             // nothing else will do
	bool mapped;              // data is a mapping of our own
	bool again_mapped;        // so is `again`
	bool again_failed;        // there is no need to try a second time
	int fd;                   // -1 when it is closed, or not needed
	struct timespec modified; // of a regular file
	dev_t device;             // with `inode` the file's identity; both 0 when it is not a file
	ino_t inode;
	struct archive *archive; // NULL: it is none
	bool hidden;             // symbols that its members define become hidden (--exclude-libs)
	bool runtime;            // it is the runtime archive, whose symbols become local, too
};

struct object {
	const char *name;    // for messages: "a.o", "lib.a(b.o)"
	uint32_t index;      // position among the objects
	struct file *file;   // that it was found in
	uint64_t offset;     // of the member in `file` when that is an archive
	struct file *source; // that its bytes are in; not `file` for members of thin archives
	uint64_t start;      // of its bytes in `source`
	size_t size;
	bool big_endian;
	bool ambiguous;           // several of its sections have one name
	bool made;                // it is no input, but made of options
	bool repeated;            // it has an original, which was told (resolve_symbols)
	struct object *original;  // of the same bytes, given before; or NULL (resolve_symbols, when
				  // there are duplicates)
	uint32_t flags;           // e_flags
	struct section *sections; // by shndx (then keep_sections: those that matter)
	uint32_t section_count;
	struct symbol *symbols; // by symndx
	uint32_t symbol_count;
	struct debug_input *debug; // NULL: it has none, or it is not kept
	// Copies of sections, for functions of programs' sections that others call
	// (resolve_symbols).
	ARRAY(struct section *) bound;
	struct section *commons; // made by allocate_commons(); NULL: none (resolve_symbols)
	bool fleeting;           // the bytes of its .BTF are good until the next object is read
	struct btf_unit *btf;    // NULL when it has no .BTF
	bool bare;               // it has none, but got a unit (settle_types)
	struct btf_ext *ext;     // NULL when it has no .BTF.ext
	// By type_id; FUNCs that are no symbol's are left out.
	ARRAY(struct declaration *) declarations;
	// By type_id (then read_declarations: those that say something).
	ARRAY(struct datasec) datasecs;
	ARRAY(struct input_tag) tags;     // by type_id
	ARRAY(struct callback) callbacks; // by name
	bool has_functions;               // in BTF, that are not static
	// By index in ext->blocks; NULL: discarded (read_declarations).
	struct section **ext_sections;
	// By index in ext->blocks, then by func_info record (read_declarations).
	struct declaration ***functions;
};

/** Whether the bytes of such a section go into the output; BTF is written anew instead. */
static inline bool role_is_content(enum role role)
{
	return role != ROLE_DROP && role != ROLE_DISCARDED && role != ROLE_BTF &&
	       role != ROLE_BTF_EXT;
}

static inline uint32_t symbol_index(const struct symbol *symbol)
{
	return (uint32_t)(symbol - symbol->object->symbols);
}

/** All of @object, as a place that messages can have a line for; see declared and member there. */
static inline struct place object_place(const struct object *object)
{
	struct place where = place_in(object->name, NULL);

	where.origin = object;
	return where;
}

/** The place of @section, by which positions_find() (positions.h) knows it, too. */
static inline struct place section_place(const struct section *section)
{
	struct place where = place_in(section->object->name, section->text_name);

	where.origin = section;
	return where;
}

#endif
