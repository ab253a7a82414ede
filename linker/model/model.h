/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The nouns of a link. Read this page first.
 *
 * Inputs are objects; an object has sections and symbols; a section is cut into atoms. An atom is
 * what a link keeps, drops, moves or folds: a function, a variable, a map, a constant, or a whole
 * section where nothing can be cut. Everything in a section that points somewhere is a reference,
 * also what ELF has no relocation for. Symbols of one name across objects are a global. What BTF
 * says of a symbol is a declaration.
 *
 * Each struct says which pass sets its fields; no pass changes what an earlier one set. Numbers:
 * `shndx`, `symndx` and `type_id` count within one object, a `name` is a number of linker->strings.
 */
#ifndef BPFLD_MODEL_H
#define BPFLD_MODEL_H

#include <elf.h>
#include <sys/types.h>
#include <time.h>

#include "base/bisect.h"
#include "base/file_io.h"
#include "base/scratch.h"
#include "bpfld.h"
#include "btf.h"
#include "long_names.h"

#ifndef SHF_GNU_RETAIN // musl's elf.h has none
#define SHF_GNU_RETAIN (1 << 21)
#endif

struct archive;
struct output_section;
struct global;

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
	bool named : 1;           // a global symbol that keeps its meaning is in it (mark_live)
	bool in_doubt : 1;        // local data that overridden bodies lead to (mark_live)
	bool referenced : 1;      // from anywhere, dead or alive (mark_live)
	bool requested : 1;       // the user names a symbol in it (mark_live)
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
	uint32_t type;    // SHT_*
	uint32_t link;    // sh_link
	uint32_t info;    // sh_info
	uint32_t flags;   // SHF_*, of which ELF has 32
	uint32_t align;   // a power of two
	uint32_t entsize; // 0 where it is larger
	enum role role : 8;
	bool mergeable; // SHF_MERGE, and its constants are cut (cut_atoms)
	bool shared;    // of a section group that other objects may have, too (discard_groups)
	bool wanted;    // goes out though it is empty (mark_live, lay_out)
	uint64_t size;
	const uint8_t *data; // NULL for SHT_NOBITS and what nobody reads; of tables of ELF until
			     // cut_atoms; of what goes out the bytes of the output (relocate)
	ARRAY(struct reference) references; // by offset (read_references, apply_exports)
	ARRAY(struct atom) atoms;           // by offset, without gaps (cut_atoms)
	struct output_section *output;      // NULL when nothing of it goes out (lay_out)
};

// Where a symbol is defined, beside in a section.
enum symbol_home {
	HOME_UNDEFINED,
	HOME_SECTION,
	HOME_ABSOLUTE,
	HOME_COMMON, // until allocate_commons() gives it a section
};

struct symbol {
	struct object *object;
	struct section *section; // HOME_SECTION; NULL otherwise
	struct atom *atom;       // that it is in; NULL when that is none (cut_atoms)
	struct global *global;   // NULL for STB_LOCAL (resolve_symbols)
	struct symbol *next;     // of global->mentions (resolve_symbols)
	uint64_t value;          // offset in section; the alignment for HOME_COMMON
	uint64_t size;
	uint32_t name;
	uint32_t output_name;   // what it is called in the output when it is local (unique_locals,
				// sanitize_names)
	uint32_t output;        // index in the output's .symtab; 0: not there (number_symbols)
	uint8_t binding : 4;    // STB_*
	uint8_t type : 4;       // STT_*
	uint8_t visibility : 2; // STV_*
	// A tentative definition, which has a place or not: log2 of its alignment, plus 1; 0: none
	// (read_inputs, resolve_symbols).
	uint8_t common : 6;
	enum symbol_home home : 8;
	// Some relocation names it (number_symbols), or it is how a function is found that BTF
	// describes (read_declarations).
	bool wanted;
};

// How a declaration goes out.
enum fate {
	FATE_DROPPED,
	FATE_GLOBAL, // under its global's name
	FATE_STATIC, // also when it is not in its input
};

// A FUNC or VAR of an object's BTF.
struct declaration {
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
	uint32_t datasec;      // name of the DATASEC that lists it; 0: none
	uint32_t size;         // as its DATASEC has it
	struct atom *atom;     // what it describes; NULL when that is in no section of the object
	struct global *global; // NULL for static ones
	struct declaration *next_type; // of global->types
	uint32_t offset;               // of a variable in its input section
	uint32_t tags;              // all DECL_TAGs about it as one name: equal tags, equal names
	struct callback *callbacks; // that its tags name; or NULL
	uint32_t output_name;       // what it is called in the output when static (unique_locals,
				    // sanitize_names)
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
	struct section *section; // NULL where only BTF knows it (.ksyms, .kconfig)
	uint32_t first_field;    // where in .BTF the offset of the first entry is, bytes
	uint32_t count;
	struct datasec_entry *entries;
};

// A DECL_TAG of an object's BTF.
struct input_tag {
	uint32_t type_id;
	uint32_t target;    // id of what it is on: a type, or a declaration that is kept
	uint32_t value;     // a name
	uint32_t structure; // name of the struct that the text names; 0: none
	int32_t component;
	bool kflag;
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
	bool regular;             // nothing else will do
	bool mapped;              // data is a mapping of our own
	int fd;                   // -1 when it is closed, or not needed
	struct timespec modified; // of a regular file
	dev_t device;             // with `inode` the file's identity; both 0 when it is not a file
	ino_t inode;
	struct archive *archive; // NULL: it is none
	bool hidden;             // symbols that its members define become hidden (--exclude-libs)
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
	bool overlaps;            // its names do, which was reported (overlap.h)
	uint64_t name_bytes;      // that names in it had so far, however often (overlap.h)
	uint32_t flags;           // e_flags
	struct section *sections; // by shndx; later those that matter (keep_sections)
	uint32_t section_count;
	struct symbol *symbols; // by symndx
	uint32_t symbol_count;
	struct section *commons; // made by allocate_commons(); NULL when none was needed
	bool fleeting;           // the bytes of its .BTF are good until the next object is read
	struct btf_unit *btf;    // NULL when it has no .BTF
	bool bare;               // it has none, but got a unit (describe_bare_objects)
	struct btf_ext *ext;     // NULL when it has no .BTF.ext
	// By type_id; FUNCs that are no symbol's are left out.
	ARRAY(struct declaration *) declarations;
	ARRAY(struct datasec)
	datasecs;                         // by type_id; later those that say something
					  // (read_declarations)
	ARRAY(struct input_tag) tags;     // by type_id
	ARRAY(struct callback) callbacks; // by name
	bool has_functions;               // in BTF, that are not static
	bool names_overlap;               // those of declarations, more than name_room
	uint64_t name_room;               // bytes that further ones may have (read_types)
	struct section *
		*ext_sections; // by index in ext->blocks; NULL: discarded (read_declarations)
	struct declaration **
		*functions; // by index in ext->blocks, by func_info record (read_declarations)
};

// All symbols of one non-local name.
struct global {
	struct symbol *mentions; // definitions and references, in input order
	struct symbol *last_mention;
	struct declaration *types; // likewise, what BTF says of them; or NULL (read_declarations)
	struct declaration *last_type;
	struct symbol *definition;       // NULL when no input defines it (resolve_symbols)
	struct declaration *declaration; // the one that goes out; NULL: no BTF (check_types)
	const struct bpfld_scope_rule *scope_rule; // that speaks of it; or NULL (apply_exports)
	uint32_t name;
	uint32_t output_name; // what it is called in the output (resolve_symbols, sanitize_names)
	uint8_t binding;      // STB_* of the output's symbol (resolve_symbols)
	uint8_t visibility;   // the most constraining one of all mentions
	bool exported;        // a rule says so (apply_exports)
	bool local;           // goes out as a local symbol (apply_exports)
	bool called_back;     // some tag names it (resolve_symbols)
	bool referenced;      // some reference names it (mark_live)
	bool used;            // a live one does (mark_live)
	uint32_t uses;        // references while undefined (check_undefined)
	uint32_t uses_told;   // of these, told so far (check_undefined)
	uint32_t output;      // as in struct symbol (number_symbols)
	uint32_t referred;    // what references to it name; 0: likewise (number_symbols)
};

struct output_section {
	uint32_t name;
	uint32_t type; // SHT_PROGBITS or SHT_NOBITS
	uint64_t flags;
	uint64_t align;
	uint64_t entsize;
	uint64_t size;
	enum role role;
	ARRAY(struct section *) inputs; // in input order
	ARRAY(struct atom *) atoms;     // the live ones, by place (lay_out)
	ARRAY(Elf64_Rel) relocations;   // host byte order, by r_offset (relocate)
	bool wants_symbol;              // some reference is relative to it (number_symbols)
	uint32_t symbol;                // its STT_SECTION symbol; 0: none (number_symbols)
	uint32_t shndx;                 // in the output (lay_out)
};

// A symbol of the output. `elf` is in host byte order, its st_name a name, its st_shndx unused.
struct output_symbol {
	Elf64_Sym elf;
	uint32_t shndx; // of an output section, or SHN_* where `special`
	bool special;   // undefined or absolute
};

// Why a member of an archive is linked (read_inputs).
struct extract {
	const struct object *user; // NULL: an option
	const struct object *member;
	uint32_t name; // that `user` refers to
};

// When a pass ran.
struct timing {
	const char *name;
	struct timespec start, end; // of a clock that starts anywhere
};

struct linker {
	const struct bpfld_options *options;
	struct arena *arena;
	struct diag *diag;
	struct arena *early;    // for what is given back when sections are cut; or NULL (cut_atoms)
	struct strings strings; // all names of the link: symbols, sections, BTF
	struct btf_graph *graph;
	ARRAY(struct file *) files;     // all that were opened
	ARRAY(struct object *) objects; // in input order, members in the order of their archive
	ARRAY(struct object *) read;    // all that were read, linked or not
	ARRAY(struct extract) extracts; // in the order of finding
	ARRAY(struct global *) globals; // in the order of first mention
	ARRAY(struct global *) by_name; // by number of the name; NULL: no global of that name
	uint32_t text_name;             // the name ".text"
	ARRAY(bool) told;               // by number of a section's name: dropped with a message
	struct scratch type_bytes;      // of the object that is being read: .BTF and .BTF.ext
	ARRAY(struct object *) named;   // by number of a name: the last to have a section of it
	bool big_endian;                // byte order of inputs and output
	uint32_t flags;                 // e_flags of the output
	ARRAY(struct output_section *) sections;        // (lay_out)
	ARRAY(struct output_section *) section_by_name; // by number of the name (lay_out)
	ARRAY(struct output_symbol) symbols; // (number_symbols); only counted from write_elf on
	ARRAY(uint32_t) renames; // by name: what undefined symbols of it mean; or 0 (read_inputs)
	ARRAY(const struct symbol *) common_marks; // by name: the last object's (resolve_symbols)
	// By name: what a type of that name is called in the output; or 0 (sanitize_names).
	ARRAY(uint32_t) sanitized;
	ARRAY(bool) retained;         // by name (number_symbols)
	uint32_t function_count;      // that may fold (fold_identical)
	uint32_t first_global;        // index of the first non-local in symbols
	struct long_names long_names; // of the object that is read
	struct btf_usage usage;       // of types, for comparisons (check_types)
	struct btf_encoder *encoder;  // NULL when no input has BTF (encode_types)
	struct str btf;               // encode_types
	struct str btf_ext;           // encode_types
	struct pieces image;          // the output file (write_elf)
	size_t image_size;            // bytes of it
	ARRAY(struct timing) timings; // of the passes that ran so far
	bool reported[BPFLD_REPORTS]; // (write_reports)
	size_t guess_work;            // done so far to guess what unknown names mean (guess.h)
};

/** Memory until sections are cut: for what ELF has beside them, and what helps to cut them. */
static inline struct arena *linker_early(struct linker *linker)
{
	if (!linker->early)
		linker->early = arena_nest(linker->arena);
	return linker->early;
}

static inline void global_add_mention(struct global *global, struct symbol *symbol)
{
	*(global->mentions ? &global->last_mention->next : &global->mentions) = symbol;
	global->last_mention = symbol;
}

static inline void global_add_type(struct global *global, struct declaration *declaration)
{
	*(global->types ? &global->last_type->next_type : &global->types) = declaration;
	global->last_type = declaration;
}

/** Whether @symbol is what its name means to everybody in the output; needs apply_exports(). */
static inline bool symbol_is_global(const struct symbol *symbol)
{
	return symbol->global && symbol->global->definition == symbol && !symbol->global->local;
}

/** Whether @global, defined or not, is in the output; needs mark_live(). */
static inline bool global_goes_out(const struct linker *linker, const struct global *global)
{
	// What only dead code refers to is nobody's concern any more.
	return global->definition || global->used ||
	       !(global->referenced || linker->options->gc_sections);
}

/** Whether the bytes of such a section go into the output; BTF is written anew instead. */
static inline bool role_is_content(enum role role)
{
	return role != ROLE_DROP && role != ROLE_DISCARDED && role != ROLE_BTF &&
	       role != ROLE_BTF_EXT;
}

/** Whether functions in @section are programs: those that others call are in .text. */
static inline bool section_has_programs(const struct linker *linker, const struct section *section)
{
	return section->role == ROLE_CODE && section->output_name != linker->text_name;
}

/** Whether what BTF says can be about something in @section: a function is code, a variable not. */
static inline bool declaration_fits(const struct declaration *declaration,
				    const struct section *section)
{
	return !role_is_content(section->role) ||
	       (declaration->kind == BTF_KIND_FUNC) == (section->role == ROLE_CODE);
}

/** What @datasec is called in the output. */
static inline uint32_t datasec_output_name(const struct datasec *datasec)
{
	return datasec->section ? datasec->section->output_name : datasec->name;
}

/** Whether what @datasec lists is the kernel's, which loaders find. */
static inline bool datasec_is_kernels(const struct linker *linker, const struct datasec *datasec)
{
	const char *name = strings_get(&linker->strings, datasec->name).data;

	return strcmp(name, ".ksyms") == 0 || strcmp(name, ".kconfig") == 0;
}

/** The global of number @name, or NULL. */
static inline struct global *linker_global(const struct linker *linker, uint32_t name)
{
	return array_get(&linker->by_name, name);
}

/** The text of number @name; NUL-terminated. */
static inline const char *linker_name(const struct linker *linker, uint32_t name)
{
	return strings_get(&linker->strings, name).data;
}

static inline uint32_t symbol_index(const struct symbol *symbol)
{
	return (uint32_t)(symbol - symbol->object->symbols);
}

/** The output section of number @name, or NULL. */
static inline struct output_section *linker_section(const struct linker *linker, uint32_t name)
{
	return array_get(&linker->section_by_name, name);
}

static inline struct place section_place(const struct section *section)
{
	return place_in(section->object->name, section->text_name);
}

/** Where @symbol is defined, or just its object. */
static inline struct place symbol_place(const struct linker *linker, const struct symbol *symbol)
{
	struct place where = place_in(symbol->object->name, NULL);

	if (symbol->section)
		where = place_at(section_place(symbol->section), symbol->value);
	where.symbol = linker_name(linker, symbol->name);
	return where;
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

/** What @declaration is about, or just its object. */
static inline struct place declaration_place(const struct linker *linker,
					     const struct declaration *declaration)
{
	struct place where = place_in(declaration->object->name, NULL);

	if (declaration->atom)
		where = place_at(section_place(declaration->atom->section), declaration->offset);
	where.symbol = linker_name(linker, declaration->name);
	return where;
}

#endif
