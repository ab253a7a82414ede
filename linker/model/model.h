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
 * object.h has what an input holds as ELF, declaration.h what it says as BTF. This page has what
 * the inputs share, and the output.
 *
 * The comment of a field names the pass that sets it, in parentheses; fields without one are set by
 * read_inputs. A few fields are changed by later passes, which stand after "then". Numbers:
 * `shndx`, `symndx` and `type_id` count within one object, a `name` is a number of linker->strings.
 */
#ifndef BPFLD_MODEL_H
#define BPFLD_MODEL_H

#include <time.h>

#include "base/file_io.h"
#include "bpfld.h"
#include "debug.h"
#include "declaration.h"
#include "object.h"

struct preflight;
struct reading;

// All symbols of one non-local name (resolve_symbols).
struct global {
	struct symbol *mentions; // definitions and references, in input order
	struct symbol *last_mention;
	struct declaration *types; // likewise, what BTF says of them; or NULL (read_declarations)
	struct declaration *last_type;
	struct symbol *definition;       // NULL when no input defines it
	struct declaration *declaration; // the one that goes out; NULL: no BTF (check_types)
	const struct bpfld_scope_rule *scope_rule; // that speaks of it; or NULL (apply_exports)
	uint32_t name;
	uint32_t output_name; // what it is called in the output (then sanitize_names)
	uint8_t binding;      // STB_* of the output's symbol
	uint8_t visibility;   // the most constraining one of all mentions (then apply_exports)
	bool exported;        // a rule says so (apply_exports)
	bool local;           // goes out as a local symbol (resolve_symbols, apply_exports)
	bool bound;           // an option says what it is (resolve_symbols)
	bool enclosed;        // by --bind: others of the name are others (resolve_symbols)
	bool called_back;     // some tag names it
	bool alike;           // its strong definitions have to be the same (resolve_symbols)
	bool duplicated;      // has several definitions, which is told (resolve_symbols)
	bool referenced;      // some reference names it (mark_live)
	bool used;            // a live one does (mark_live)
	struct uses *uses;    // while it is missing (check_undefined)
	uint32_t output;      // as in struct symbol (number_symbols)
	uint32_t referred;    // what references to it name; 0: likewise (number_symbols)
};

// What goes out of sections of one name (lay_out).
struct output_section {
	uint32_t name;
	uint32_t type; // SHT_PROGBITS or SHT_NOBITS
	uint64_t flags;
	uint64_t align;
	uint64_t entsize;
	uint64_t size;
	enum role role;
	ARRAY(struct section *) inputs; // in input order
	ARRAY(struct atom *) atoms;     // the live ones, by place
	ARRAY(Elf64_Rel) relocations;   // host byte order, by r_offset (relocate)
	bool wants_symbol;              // some reference is relative to it (number_symbols)
	uint32_t symbol;                // its STT_SECTION symbol; 0: none (number_symbols)
	uint32_t shndx;                 // in the output
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

// An extern function that is a function of another name (--bind).
struct binding {
	uint32_t name;                 // of the extern
	struct symbol *function;       // that it is
	struct global *global;         // which both are; NULL when an error was reported
	bool was_program;              // the function, an entry
	const struct bpfld_slot *slot; // it returns that number (--bind-return); or NULL
	const char *why_static;        // NULL: it is not, or was no program
};

// What --prefix and --rename make of names (new_names.h).
struct renamed_here {
	const struct object *object; // the last to have renamed a symbol of the name
	uint32_t name;               // to that
};

// A definition that is not called as in its input.
struct new_name {
	const struct symbol *symbol;
	uint32_t old;
	// Another definition of the old name, because of which this one is local or renamed; NULL:
	// an option gives the new name.
	const struct symbol *rival;
};

// A --prefix, and two inputs that it fits, by different names: those of objects or archives.
struct prefix_use {
	bool exact; // an input is called exactly so
	const char *input, *other;
};

struct new_names {
	ARRAY(uint32_t) of;                   // by name: what --rename calls it; or 0
	ARRAY(uint32_t) old;                  // by name: what it was called; or 0
	ARRAY(struct renamed_here) here;      // by name
	ARRAY(const struct object *) kernels; // by name: the last for which it is the kernel's
	ARRAY(struct prefix_use) prefixes;    // as options->prefixes
	ARRAY(struct new_name) done;          // in no order (read_inputs, resolve_symbols)
};

// When a pass ran.
struct timing {
	const char *name;
	struct timespec start, end; // of a clock that starts anywhere
};

// A link. Arrays are by number of a name where they say so.
struct linker {
	const struct bpfld_options *options;
	struct arena *arena;
	struct diag *diag;
	ARRAY(struct timing) timings; // of the passes that ran so far

	// Inputs (read_inputs):
	ARRAY(struct file *) files;     // all that were opened
	size_t input_size;              // bytes of these
	ARRAY(struct object *) objects; // in input order, members in the order of their archive
	ARRAY(struct object *) read;    // all that were read, linked or not
	struct object *metadata;        // that the user gave, the last object; NULL: none
	struct object *slots;           // functions that return numbers (--bind-return); or NULL
	ARRAY(const struct bpfld_slot *) empty_slots; // of the symbols of `slots`, from 1
	bool has_metadata;                            // some object has, by its BTF
	const char *lost_runtime;       // where no runtime archive is that is wanted; or NULL
	ARRAY(struct extract) extracts; // in the order of finding
	bool big_endian;                // byte order of inputs and output
	uint32_t flags;                 // e_flags of the output
	struct reading *reading;        // what only reading needs (reading.h); NULL after cut_atoms
	struct btf_graph *graph;        // all types (then settle_types)

	// Names: symbols, sections, BTF. No name is added after number_symbols.
	struct strings strings;
	uint32_t text_name;                       // the name ".text"
	ARRAY(struct global *) globals;           // in the order of first mention (resolve_symbols)
	ARRAY(struct global *) by_name;           // NULL: no global of that name (resolve_symbols)
	ARRAY(struct global *) repeated_metadata; // with several definitions (resolve_symbols)
	ARRAY(struct global *) alike;             // global->alike (resolve_symbols)
	ARRAY(struct global *) undefined;         // those that no input defines (resolve_symbols)
	ARRAY(struct binding) bindings;           // (resolve_symbols)
	struct new_names new_names;               // (read_inputs)
	ARRAY(uint32_t) renames;                  // what undefined symbols of the name mean; or 0
	ARRAY(const struct symbol *) common_marks; // the last object's (resolve_symbols)
	ARRAY(uint32_t) sanitized; // what a type of the name is called; or 0 (sanitize_names)
	// What a source file of the name goes out as; or 0. [1]: by number of a text, without
	// TEXT_BIT (map_prefixes)
	ARRAY(uint32_t) mapped_files[2];
	bool looked_for_repeated; // which objects were given twice (resolve_symbols)
	bool noted_undefined;     // how to say that symbols may be undefined (check_undefined)
	size_t guess_work;        // done so far to guess what unknown names mean (guess.h)
	size_t position_work;     // done so far to find source lines for messages (positions.h)
	size_t use_work;          // done so far to find uses for messages (note_declaration.h)

	// Decisions:
	struct btf_usage usage;      // of types, for comparisons (check_types)
	const uint8_t *kernel_types; // by node: 1 where it is one; NULL: not known (check_types)
	uint32_t function_count;     // that may fold (fold_identical)
	uint32_t map_types;          // the enum bpf_map_type of the inputs; 0: none (map_values.h)
	bool map_types_known;        // it was looked for

	// The output:
	ARRAY(struct output_section *) sections;        // (lay_out)
	ARRAY(struct output_section *) section_by_name; // (lay_out)
	ARRAY(struct output_symbol) symbols; // (number_symbols); only counted from write_elf on
	uint32_t first_global;        // index of the first non-local in symbols (number_symbols)
	struct btf_encoder *encoder;  // NULL when no input has BTF (encode_types)
	struct str btf;               // (encode_types)
	struct str btf_ext;           // (encode_types)
	struct debug debug;           // (link_debug); empty unless it is linked
	struct preflight *preflight;  // what kernels lack; NULL: none was given (check_kernel)
	struct str build_id;          // its note; empty: none (write_elf)
	struct pieces image;          // the file (write_elf)
	size_t image_size;            // bytes of it
	bool reported[BPFLD_REPORTS]; // made, also after a failure (write_reports)
};

static inline void global_add_mention(struct global *global, struct symbol *symbol)
{
	*(global->mentions ? &global->last_mention->next : &global->mentions) = symbol;
	global->last_mention = symbol;
}

/** Add a global for @name, which by_name does not have yet. */
static inline struct global *linker_add_global(struct linker *linker, uint32_t name)
{
	struct global *global = arena_new(linker->arena, struct global);

	global->name = name;
	global->output_name = name;
	*array_add(linker->arena, &linker->globals) = global;
	return global;
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

/** Whether functions in @section are programs: those that others call are in .text. */
static inline bool section_has_programs(const struct linker *linker, const struct section *section)
{
	return section->role == ROLE_CODE && section->output_name != linker->text_name;
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

/** Whether the output has the debug information of inputs. */
static inline bool keeps_debug(const struct linker *linker)
{
	const struct bpfld_options *options = linker->options;

	return options->keep_debug && !options->strip_debug && !options->strip_all;
}

/** Whether debug information of inputs is linked: for the output, or for a file of its own. */
static inline bool links_debug(const struct linker *linker)
{
	return keeps_debug(linker) || linker->options->reports[BPFLD_REPORT_DEBUG_FILE];
}

/** The text of number @name; NUL-terminated. */
static inline const char *linker_name(const struct linker *linker, uint32_t name)
{
	return strings_get(&linker->strings, name).data;
}

/** The output section of number @name, or NULL. */
static inline struct output_section *linker_section(const struct linker *linker, uint32_t name)
{
	return array_get(&linker->section_by_name, name);
}

/** Where @symbol is defined, or just its object. */
static inline struct place symbol_place(const struct linker *linker, const struct symbol *symbol)
{
	struct place where = object_place(symbol->object);

	if (symbol->section)
		where = place_at(section_place(symbol->section), symbol->value);
	where.whole = true;
	where.declared = symbol->home == HOME_UNDEFINED;
	where.symbol = linker_name(linker, symbol->name);
	return where;
}

/** What @declaration is about, or just its object. */
static inline struct place declaration_place(const struct linker *linker,
					     const struct declaration *declaration)
{
	struct place where = object_place(declaration->object);

	if (declaration->atom)
		where = place_at(section_place(declaration->atom->section), declaration->offset);
	where.whole = true;
	where.declared = !declaration->atom;
	where.symbol = linker_name(linker, declaration->name);
	return where;
}

#endif
