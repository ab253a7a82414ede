/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * BTF as data: read .BTF and .BTF.ext sections, hold all their types in one canonical graph,
 * compare and print types, write a new .BTF and .BTF.ext.
 *
 * The nouns:
 *
 * - A *unit* is one input's .BTF, validated once and then only read. Its types have type ids, as in
 *   Documentation/bpf/btf.rst: 0 is void, the others count from 1.
 * - The *graph* holds each distinct type of all units once, as a *node*; node 0 is void. A node's
 *   record is laid out as in .BTF (`struct btf_type` and what follows it), but has nodes in place
 *   of type ids and numbers of `struct strings` in place of string offsets. So one table (kinds.c)
 *   says for both where ids and names are.
 * - *Declarations* (FUNC, VAR, DATASEC, DECL_TAG) are not types: they describe symbols and
 *   sections, and the linker decides which of them survive. They stay in their unit and are written
 *   through the encoder.
 *
 * Use: btf_graph_create(), btf_unit_read() for each input, btf_graph_settle(). After that come
 * btf_unit_node(), relations, printing and encoding.
 *
 * Ownership: all results live in the arena that the graph was made with, unless a function takes
 * another one. Errors in an input are reported to a `struct diag`; nothing else fails.
 *
 * Source: Documentation/bpf/btf.rst and include/uapi/linux/btf.h of Linux 6.12 and later.
 */
#ifndef BPFLD_BTF_H
#define BPFLD_BTF_H

#include <linux/btf.h>

#include "base/arena.h"
#include "base/array.h"
#include "base/diag.h"
#include "base/str.h"
#include "string_table.h"

// ---------------------------------------------------------------------------------------------
// Records

// Bytes of a header up to and including str_len: what every reader knows, and what is written. Not
// sizeof(struct btf_header), which has grown in the headers of Linux 7.
#define BTF_HEADER_SIZE (offsetof(struct btf_header, str_len) + sizeof(uint32_t))

// Before Linux 6.18 vlen has 16 bits and kind 5; since then 24 and 7. Reading the larger fields is
// right for both, because the bits in between were always zero.
static inline uint32_t btf_info_kind(uint32_t info)
{
	return info >> 24 & 0x7f;
}

static inline uint32_t btf_info_vlen(uint32_t info)
{
	return info & 0xffffff;
}

static inline bool btf_info_kflag(uint32_t info)
{
	return info >> 31;
}

// The most elements of a written record: kernels and loaders before Linux 6.18 read 16 bits.
#define BTF_VLEN_MAX 0xffff

static inline uint32_t btf_make_info(uint32_t kind, uint32_t vlen, bool kflag)
{
	return (uint32_t)kflag << 31 | kind << 24 | vlen;
}

/** What follows a record's first three words, as an array of the struct that btf.rst names. */
static inline const void *btf_record_tail(const struct btf_type *record)
{
	return record + 1;
}

// The highest kind known here; a unit with a higher one is rejected.
#define BTF_KIND_LAST BTF_KIND_ENUM64

// One row per BTF_KIND_*. Offsets and sizes count 32-bit words.
struct btf_kind_info {
	const char *name;    // as bpftool prints it: "STRUCT"
	uint8_t tail;        // words after the first three, independent of vlen
	uint8_t element;     // words of each of vlen elements
	bool has_type;       // the third word is a type id
	uint8_t tail_types;  // ARRAY: how many leading words of the tail are type ids
	int8_t element_type; // word of an element that is a type id; -1 for none
	int8_t element_name; // word of an element that is a string; -1 for none
	bool is_declaration; // FUNC, VAR, DATASEC, DECL_TAG
};

/** The row of @kind, which must be at most BTF_KIND_LAST. */
const struct btf_kind_info *btf_kind_info(uint32_t kind);

/** Words of the whole record, from its info. */
size_t btf_record_words(uint32_t info);

// ---------------------------------------------------------------------------------------------
// Names that kernels take

enum btf_name_rule {
	BTF_NAME_ANY,        // any name, or none
	BTF_NAME_NONE,       // no name
	BTF_NAME_IDENTIFIER, // none, or letters, digits, '_' and '.', not a digit first, up to 511
			     // bytes
	BTF_NAME_PRINTABLE,  // ASCII, up to 511 bytes
};

/** The kernel's rule for name @n of a record of @kind: 0 is its own, then come its elements'. */
enum btf_name_rule btf_name_rule(uint32_t kind, uint32_t n);

/** Whether @name keeps @rule. Does not check that a kind which needs a name has one. */
bool btf_name_is_valid(enum btf_name_rule rule, struct str name);

/** Whether every kernel takes byte @i of @name in an identifier: those before 6.4 take no dots. */
bool btf_name_byte_is_valid(struct str name, size_t i);

// ---------------------------------------------------------------------------------------------
// Units

struct btf_graph;

struct btf_unit {
	struct btf_graph *graph;
	const uint32_t *words;  // the type section, host byte order
	const uint32_t *offset; // by type id: index into words; [0] is unused
	uint32_t type_count;    // type ids are 0 (void) to type_count
	uint32_t word_count;    // how many words there are
	struct str strings;     // the string section; its first and last byte are NUL
	struct place where;     // input and section name, for messages
	uint32_t words_at;      // bytes from the start of .BTF to words
	bool has_rivals;        // a name has two definitions, or a definition and a declaration
	uint32_t index; // order among the units: that of reading, unless the caller changes it
			// before btf_graph_settle()

	// Until the next unit is read:
	const uint32_t *declarations; // ids of declarations, ascending
	uint32_t declaration_count;

	// After btf_graph_settle():
	uint32_t first_count;
	const uint32_t *first; // ids of types that no unit of a lower index has, ascending
	uint32_t *node;        // by type id: node; 0 for declarations
};

/**
 * Validate a .BTF section and add its types to @graph.
 *
 * Checks all that the accessors below rely on: header, bounds, kinds, ids, string offsets, and that
 * each id refers to a kind that may stand there (a PTR to a VAR is an error).
 *
 * @param data        the section; borrowed, must outlive the graph
 * @param big_endian  byte order of the input; a copy is made when it is not the machine's
 * @param where       input and section name, for messages
 * @return the unit, in the graph's arena; NULL when an error was reported
 */
struct btf_unit *btf_unit_read(struct btf_graph *graph, const void *data, size_t size,
			       bool big_endian, struct place where, struct diag *diag);

/**
 * Like btf_unit_read(), but @data need only live until the next unit is read. After that the unit's
 * records and strings must not be used.
 */
struct btf_unit *btf_unit_read_once(struct btf_graph *graph, const void *data, size_t size,
				    bool big_endian, struct place where, struct diag *diag);

/** The record of @type_id, 1 to type_count; ids and string offsets in it are the unit's. */
static inline const struct btf_type *btf_unit_type(const struct btf_unit *unit, uint32_t type_id)
{
	return (const struct btf_type *)(unit->words + unit->offset[type_id]);
}

/** The string at @offset, NUL-terminated. */
static inline struct str btf_unit_string(const struct btf_unit *unit, uint32_t offset)
{
	return str_of(unit->strings.data + offset);
}

/** The node of @type_id; needs btf_graph_settle(). 0 for void and for declarations. */
static inline uint32_t btf_unit_node(const struct btf_unit *unit, uint32_t type_id)
{
	return unit->node[type_id];
}

// ---------------------------------------------------------------------------------------------
// The graph

/** An empty graph. @arena and @strings must outlive it. */
struct btf_graph *btf_graph_create(struct arena *arena, struct strings *strings);

/**
 * End reading: resolve forward declarations, and separate types that only looked equal. Afterwards
 * btf_unit_node() may be used, and two type ids of any units have the same node exactly when their
 * types are equal. Which types are equal does not depend on the order of the units; which unit has
 * a type first (`first`) goes by `index`.
 */
void btf_graph_settle(struct btf_graph *graph);

/** How many nodes there are; nodes are 0 (void) to count - 1. */
uint32_t btf_graph_node_count(const struct btf_graph *graph);

/** The record of @node (not 0): names are numbers of the graph's strings, ids are nodes. */
const struct btf_type *btf_graph_type(const struct btf_graph *graph, uint32_t node);

/** The name of @node; empty for void and for types without a name. */
struct str btf_graph_name(const struct btf_graph *graph, uint32_t node);

static inline uint32_t btf_graph_kind(const struct btf_graph *graph, uint32_t node)
{
	return node ? btf_info_kind(btf_graph_type(graph, node)->info) : BTF_KIND_UNKN;
}

/** The strings that names of nodes are numbers of. */
struct strings *btf_graph_strings(const struct btf_graph *graph);

/** @node without CONST, VOLATILE, RESTRICT, TYPEDEF and TYPE_TAG. */
uint32_t btf_graph_strip(const struct btf_graph *graph, uint32_t node);

/** The last typedef on the way from @node to btf_graph_strip(@node); 0 when there is none. */
uint32_t btf_graph_typedef(const struct btf_graph *graph, uint32_t node);

/** sizeof @node in bytes; false where C has none (void, FWD, FUNC_PROTO) or it overflows. */
bool btf_graph_sizeof(const struct btf_graph *graph, uint32_t node, uint32_t *size);

/**
 * The node like FUNC_PROTO @proto but with names ("arg0", ...) for parameters that have none;
 * @proto itself when all have one. It is added to the graph when it is new. Needs a settled graph
 * whose strings are not closed.
 */
uint32_t btf_graph_name_parameters(struct btf_graph *graph, uint32_t proto);

// A list of nodes in the graph's memory, good until the next call of btf_graph_reach().
struct btf_node_list {
	const uint32_t *items;
	size_t count;
};

/**
 * Set @reached[n] for @node and every node that it leads to. @reached has a byte a node.
 *
 * @return the nodes that were not reached before
 */
struct btf_node_list btf_graph_reach(const struct btf_graph *graph, uint32_t node,
				     uint8_t *reached);

// ---------------------------------------------------------------------------------------------
// Relations
//
// identical:  the same node.
// compatible: a linker may join a declaration and a definition of these types. The rules are C's
//             with BPF's practice: qualifiers, typedefs, names of parameters and signedness do not
//             count.

enum btf_verdict {
	BTF_COMPATIBLE,   // no objection
	BTF_SUSPICIOUS,   // works, but is probably a mistake: worth a warning
	BTF_INCOMPATIBLE, // a read or a call through one type goes wrong with the other's layout
};

// What the first difference is about.
enum btf_aspect {
	BTF_ASPECT_NONE,
	BTF_ASPECT_KIND,         // e.g. int and struct
	BTF_ASPECT_NAME,         // tag of a struct, union or enum
	BTF_ASPECT_SIZE,         // of an integer, float, enum, struct or union
	BTF_ASPECT_LENGTH,       // of an array
	BTF_ASPECT_INCOMPLETE,   // one side is only declared where its size matters
	BTF_ASPECT_PARAM_COUNT,  // of a function
	BTF_ASPECT_MEMBER_COUNT, // members of a struct or union, or values of an enum
	BTF_ASPECT_MEMBER_NAME,  // likewise
	BTF_ASPECT_MEMBER_PLACE, // bit offset of a member
	BTF_ASPECT_MEMBER_WIDTH, // bits of a bitfield; 0 for a member that is none
	BTF_ASPECT_MEMBER_TYPE,  // type of a member
	BTF_ASPECT_MEMBER_VALUE, // value of an enumerator
	BTF_ASPECT_MEMBERS,      // each side has members, or values, that the other lacks
};

// A member of a struct or union, or an enumerator.
struct btf_element {
	bool present;
	uint32_t name;  // number of the graph's strings
	uint32_t node;  // type of a member; 0 for enumerators
	uint32_t width; // bits: of a bitfield (0 for other members), of an enumerator's value
	uint64_t value; // bit offset of a member, value of an enumerator
};

// A part of a declaration.
enum btf_part {
	BTF_PART_NONE,
	BTF_PART_TYPE,      // what stands before the name: of a function the type that it returns
	BTF_PART_SUFFIX,    // what stands behind it: the sizes of arrays, or all parameters
	BTF_PART_PARAMETER, // one parameter, or the place of the first one that is missing
};

// The first difference between two types, as data.
struct btf_difference {
	enum btf_verdict verdict;
	enum btf_aspect aspect;
	uint32_t a, b; // the innermost nodes that differ, without qualifiers. For a body without a
		       // tag: its typedef.
	uint32_t a_shown, b_shown; // what to show: the pointers or arrays that lead to them
	uint32_t index;            // of the element, where elements are compared in order
	struct btf_element a_element,
		b_element;       // the first that differ, where bodies or members do
	uint32_t a_body, b_body; // that have these, as `a` and `b` name bodies; 0: no bodies differ
	uint64_t a_value;        // size, length, count, offset or value, as `aspect` says
	uint64_t b_value;
	enum btf_part part;  // of the whole type, where the shown nodes are
	uint32_t part_index; // of a parameter
	// How the shown nodes are reached from there, cut with "..." when it is longer: members of
	// members as in C ("slots[].mode"), then the way to these from the inside out ("the target
	// of parameter 2"). "" for none.
	char members[128];
	char path[128];
	const char *join; // from the members to an element of `a`: ".", "[]." or "->"; NULL: other
};

// The most that all comparisons of a link look at. Honest types stay far below.
#define BTF_SEEN_MAX (1 << 23)

// How programs use the types that are compared. Serves all comparisons of a link.
struct btf_usage {
	const uint8_t *relocated; // by node: 1 where CO-RE relocations refer to the type: loaders
				  // look up its members by name; NULL: no such type is known
	bool by_address; // the types are those of a variable whose address alone is used here: they
			 // are compared as behind a pointer, but parts must have the same offsets
	bool whole;      // behind the first pointer structs and unions are compared as if by value,
			 // unless they are relocated; nothing is behind the second pointer
	size_t seen; // members and pairs of types looked at so far; beyond BTF_SEEN_MAX all types
		     // pass as compatible
};

/**
 * Compare a declaration's type with a definition's (or two of either; the relation is symmetric).
 *
 * Where a type is held by value, bodies are compared. Behind a pointer names are: the tag, or the
 * typedef of a type without a tag. Two bodies of one name are compatible when one describes the
 * other in part, as in CO-RE programs: it has some of its members or enumerators, at any offset.
 * They are suspicious when a common member has clearly different types; and, unless @usage explains
 * it, when each has a member that the other lacks, or when only offsets and sizes differ.
 *
 * @param usage       how the program uses the types; NULL: unknown
 * @param scratch     for temporary memory
 * @param difference  receives the worst difference; of several, the one nearest to the top. Only
 *                    `verdict` and `aspect` are set when compatible.
 */
enum btf_verdict btf_compatible(const struct btf_graph *graph, uint32_t a, uint32_t b,
				struct btf_usage *usage, struct arena *scratch,
				struct btf_difference *difference);

/**
 * One side of a difference as C, with marks: the definition of a type that differs, of which only
 * the members around the first difference are shown, or a typedef that hides the difference; then
 * @node, the whole type, as a declaration of @name. Something is marked, and the texts of both
 * sides differ. Adds at most a few kilobytes to @quote.
 *
 * @param there  true for the side of `b`, false for that of `a`
 */
void btf_difference_quote(const struct btf_graph *graph, const struct btf_difference *difference,
			  bool there, uint32_t node, struct str name, struct quote *quote);

/** The first part of that: the definition or typedef; nothing when the declaration shows it. */
void btf_difference_quote_types(const struct btf_graph *graph,
				const struct btf_difference *difference, bool there,
				struct quote *quote);

/**
 * The difference as a clause, from @a's side: "parameter 1 is 'long' here, 'int' there (8 and 4
 * bytes)".
 *
 * @param whole  what the types are of, where the text has to say so: "value"; else ""
 */
char *btf_difference_text(const struct btf_graph *graph, const struct btf_difference *difference,
			  const char *whole, struct arena *arena);

// ---------------------------------------------------------------------------------------------
// Printing
//
// Types too deep or too long for a C program are cut with "...". Padding, packing and alignment are
// not shown. Names are printable (base/printable.h).

/**
 * @node as a C declaration of @name (NUL-terminated, may be empty) on one line, without a
 * semicolon: "int (*name)(struct s *, ...)". Bodies are left out unless the type has no tag.
 */
char *btf_declaration(const struct btf_graph *graph, uint32_t node, struct str name,
		      struct arena *arena);

// What to mark in a declaration, and where that is: offsets in the text.
struct btf_mark {
	enum btf_part part;
	uint32_t index; // of a parameter
	size_t start, end;
};

/**
 * As btf_declaration(), but of at most a kilobyte, and of each body without a tag only the first
 * members; fills in where @mark is.
 */
char *btf_declaration_marked(const struct btf_graph *graph, uint32_t node, struct str name,
			     struct btf_mark *mark, struct arena *arena);

/**
 * @node as a C definition, without the last semicolon: a struct, union or enum with its body, one
 * member a line; a typedef with its type; else as btf_declaration().
 */
char *btf_definition(const struct btf_graph *graph, uint32_t node, struct arena *arena);

// ---------------------------------------------------------------------------------------------
// Encoding

struct btf_encoder;

/**
 * Begin a .BTF of types of a settled graph. Declarations are expected to take about
 * @declaration_words words of 32 bits; more may be added.
 */
struct btf_encoder *btf_encoder_create(const struct btf_graph *graph, size_t declaration_words,
				       struct arena *arena);

// Each of the following appends one type and returns its id; ids count from 1. A node that a type
// refers to may be added later, up to btf_encoder_finish(). Names are numbers of the graph's
// strings.

/** A type of the graph; the same id when it was added before. 0 for void. */
uint32_t btf_encoder_add(struct btf_encoder *encoder, uint32_t node);

/** The id that @node was given; 0 when it was not added. */
uint32_t btf_encoder_id(const struct btf_encoder *encoder, uint32_t node);

/** A FUNC; @linkage is BTF_FUNC_STATIC, _GLOBAL or _EXTERN, @proto a FUNC_PROTO node. */
uint32_t btf_encoder_add_func(struct btf_encoder *encoder, uint32_t name, uint32_t linkage,
			      uint32_t proto);

/** A VAR; @linkage is BTF_VAR_STATIC, _GLOBAL_ALLOCATED or _GLOBAL_EXTERN. */
uint32_t btf_encoder_add_var(struct btf_encoder *encoder, uint32_t name, uint32_t linkage,
			     uint32_t node);

/** A DATASEC of @size bytes; `type` of an entry is an id of this encoder. */
uint32_t btf_encoder_add_datasec(struct btf_encoder *encoder, uint32_t name, uint32_t size,
				 const struct btf_var_secinfo *entries, uint32_t count);

/** A DECL_TAG on the declaration whose id in this encoder is @target; component -1 is the whole. */
uint32_t btf_encoder_add_decl_tag(struct btf_encoder *encoder, uint32_t value, uint32_t target,
				  int32_t component, bool kflag);

/** A DECL_TAG on a type of the graph. */
uint32_t btf_encoder_add_type_decl_tag(struct btf_encoder *encoder, uint32_t value, uint32_t node,
				       int32_t component, bool kflag);

/**
 * Rename types that are added from now on: the string of number n becomes @renames[n], unless that
 * is 0. @renames is borrowed. Where kernels allow no name (BTF_NAME_NONE), the name is removed.
 */
void btf_encoder_rename(struct btf_encoder *encoder, const uint32_t *renames, size_t count);

/** The offset of @string in the new string section; it is added when it is not there yet. */
uint32_t btf_encoder_string(struct btf_encoder *encoder, uint32_t string);

/** How many types there are so far. */
uint32_t btf_encoder_type_count(const struct btf_encoder *encoder);

/**
 * Write the section: header of 24 bytes, types, strings.
 *
 * @param where  names the output in messages
 * @param ret    receives the section, in the encoder's arena
 * @return false, with an error reported, when a limit of the format is exceeded (vlen of 65,535,
 *         4 GiB of types or strings)
 */
bool btf_encoder_finish(struct btf_encoder *encoder, bool big_endian, struct place where,
			struct diag *diag, struct str *ret);

// ---------------------------------------------------------------------------------------------
// .BTF.ext

enum btf_ext_kind {
	BTF_EXT_FUNC, // func_info: insn_off, type_id
	BTF_EXT_LINE, // line_info: insn_off, file_name_off, line_off, line_col
	BTF_EXT_CORE, // core_relo: insn_off, type_id, access_str_off, kind
	BTF_EXT_KINDS,
};

// The known fields of a record; what a larger record has behind them is dropped.
struct btf_ext_record {
	uint32_t insn_off; // bytes from the start of the ELF section
	uint32_t field[3]; // the other words, as the kind names them, with numbers of the graph's
			   // strings in place of string offsets; unused ones are 0
};

// The records of one kind for one section of an input.
struct btf_ext_block {
	enum btf_ext_kind kind;
	uint32_t section; // name of the ELF section, a number of the graph's strings
	uint32_t count;
	uint32_t offset;       // bytes from the start of .BTF.ext to the first record
	uint32_t stride;       // bytes from one record to the next
	const uint32_t *words; // see btf_ext_record()
};

struct btf_ext_blocks {
	ARRAY_FIELDS(struct btf_ext_block);
};

struct btf_ext {
	struct btf_ext_blocks blocks; // in the order of the input
};

/** Words of 32 bits that a record of @kind has in a block. */
static inline uint32_t btf_ext_record_words(enum btf_ext_kind kind)
{
	return kind == BTF_EXT_FUNC ? 2 : 4;
}

/** Record @index of @block. */
static inline struct btf_ext_record btf_ext_record(const struct btf_ext_block *block,
						   uint32_t index)
{
	const uint32_t *words = block->words + (size_t)index * btf_ext_record_words(block->kind);

	if (block->kind == BTF_EXT_FUNC)
		return (struct btf_ext_record){ words[0], { words[1] } };
	return (struct btf_ext_record){ words[0], { words[1], words[2], words[3] } };
}

/**
 * Validate a .BTF.ext section against its @unit: bounds, record sizes, type ids (func_info must
 * name a FUNC), string offsets. The data of @unit must still be readable; @data is no longer needed
 * afterwards.
 *
 * @return the blocks, in @arena; NULL when an error was reported
 */
struct btf_ext *btf_ext_read(const struct btf_unit *unit, const void *data, size_t size,
			     bool big_endian, struct place where, struct arena *arena,
			     struct diag *diag);

struct btf_ext_encoder;

/**
 * Begin a .BTF.ext of about @record_count records; more may be added. Its strings go to @encoder,
 * which must be finished after it.
 */
struct btf_ext_encoder *btf_ext_encoder_create(struct btf_encoder *encoder, size_t record_count);

/**
 * Begin the records of @kind for a section; @section is its name, a number of the graph's strings.
 * Kinds must ascend. A section without records is left out.
 */
void btf_ext_encoder_begin(struct btf_ext_encoder *ext, enum btf_ext_kind kind, uint32_t section);

/**
 * Add a record; its ids and insn_off are those of the output. Records of a section may come in any
 * order; they are sorted.
 */
void btf_ext_encoder_add(struct btf_ext_encoder *ext, const struct btf_ext_record *record);

/**
 * Add @count records of @block from @first on.
 *
 * @return the copies, laid out as in @block, for the caller to put the output's insn_off and ids
 *         into; good until more is added
 */
uint32_t *btf_ext_encoder_add_block(struct btf_ext_encoder *ext, const struct btf_ext_block *block,
				    uint32_t first, uint32_t count);

/**
 * End a .BTF.ext with a header of 32 bytes.
 *
 * @param ret  receives the section; of size 0 when there are no records
 * @return false, with an error reported, when it is larger than 4 GiB
 */
bool btf_ext_encoder_finish(struct btf_ext_encoder *ext, bool big_endian, struct place where,
			    struct diag *diag, struct str *ret);

#endif
