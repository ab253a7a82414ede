/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libbpfld: link BPF objects into one relocatable BPF object.
 *
 *	struct bpfld_input inputs[] = { { .path = "a.bpf.o" }, { .path = "b.bpf.o" } };
 *	struct bpfld_options options = {
 *		.inputs = inputs,
 *		.input_count = 2,
 *		.output = { .path = "app.bpf.o" },
 *	};
 *	struct bpfld_result result;
 *
 *	if (!bpfld_link(&options, &result))
 *		for (size_t i = 0; i < result.diagnostic_count; i++)
 *			fprintf(stderr, "%s\n", result.diagnostics[i].message);
 *	bpfld_result_deinit(&result);
 *
 * The library prints nothing, never exits, keeps no state between calls, and may run in several
 * threads at once. Everything that it has to say is in the result.
 *
 * Callers zero the fields that they do not use. These are errors, before anything is read or
 * written: a NULL pointer where there must be one, an array that is larger than memory can be, a
 * number that is not in its enumeration. The library cannot check the following rules; the caller
 * has to keep them:
 *
 * - Arrays have as many elements as their counts say, and strings end with a NUL.
 *
 * - Nobody changes, moves or frees what options point to before bpfld_link() returns: no other
 *   thread, no callback, no other process that maps the same memory. A link checks an input once
 *   and reads it several times, so a memory input that changes meanwhile may crash the process.
 *   (copy_inputs is about files that change.) Several links at once may read the same options and
 *   inputs.
 *
 * - Callbacks return: neither longjmp() nor an exception leaves them. They may call bpfld_link().
 *
 * Two links that write to one path at the same time leave a whole file there, that of one of them.
 */
#ifndef BPFLD_H
#define BPFLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define BPFLD_VERSION "0.1.0"

#if defined(__GNUC__)
#define BPFLD_API __attribute__((visibility("default")))
#else
#define BPFLD_API
#endif

/** Strings in the order of the command line; borrowed for the link. */
struct bpfld_strings {
	const char *const *items;
	size_t count;
};

/**
 * One input, an object or an archive. Exactly one of `data`, `path`, `library` and `fd` is used:
 * the first of them that is not NULL, else `fd`.
 */
struct bpfld_input {
	const char *name; /* for messages; NULL: the path, or "<fd N>", "<memory>" */
	const void *data; /* the whole file in memory, aligned or not; borrowed, and unchanged
			     until bpfld_link() returns */
	size_t size;      /* bytes at `data`; 0 without */
	const char *path;
	const char *library; /* "m" for the first libm.a, ":m.o" for the first m.o, in
				library_paths */
	int fd;              /* a regular file from its start, anything else from where it stands;
				stays open */

	bool lazy;          /* an object: linked only when something needs it, as from an archive */
	bool whole_archive; /* an archive: all members are linked, needed or not */
};

enum bpfld_output_kind {
	BPFLD_OUTPUT_PATH,   /* a file: written beside `path`, then renamed to it; signals to the
				thread wait until it is there */
	BPFLD_OUTPUT_FD,     /* written from the descriptor's position on; stays open */
	BPFLD_OUTPUT_MEMORY, /* into bpfld_result.data */
	BPFLD_OUTPUT_NONE,   /* nowhere: what `kernels` lack is an error, unless `levels` say
				otherwise */
};

struct bpfld_output {
	enum bpfld_output_kind kind;
	const char *path;
	int fd;
};

enum bpfld_severity {
	BPFLD_NOTE,    /* belongs to the diagnostic before it */
	BPFLD_WARNING, /* the output was made */
	BPFLD_ERROR,   /* the output was not made */
};

/**
 * One message. Strings end with a NUL. Names are as the input has them. `text` and `message` are
 * UTF-8 and safe to print: "\xNN" stands for bytes that are not UTF-8, for characters that control
 * a terminal or end a line, and for those that show nothing or change the direction of text.
 */
struct bpfld_diagnostic {
	enum bpfld_severity severity;
	const char *code;    /* the kind of message, as the manual lists it; a note has that of the
				message before it that it belongs to, or NULL: it stands alone */
	const char *option;  /* of warnings, what switches the kind: "-Wundefined", or
				"-Werror=undefined" where options made it an error; else NULL */
	const char *input;   /* the input's name; NULL when the message is about the whole link */
	const char *section; /* section name in that input; NULL when it does not apply */
	uint64_t offset;     /* bytes from the start of `section`, or of the input when it is NULL;
				UINT64_MAX when it does not apply */
	const char *symbol;  /* the symbol it is about; NULL when it does not apply */
	const char *file;    /* the source file, as the compiler wrote it, relative where it is in
				the current folder; NULL when it is not known, nor are the next */
	uint32_t line;       /* in `file`, from 1; 0: not known */
	uint32_t column;     /* in the line, in bytes from 1; 0: not known */
	const char *source;  /* the text of the line, as .BTF.ext or bpfld_options.locate has it, at
				most 512 bytes; NULL: not known */
	const char *text;    /* what is wrong; one line, without a newline */
	const char *hint;    /* what to do, likewise; NULL: nothing, or as `text` says */
	const char *message; /* all of the above as a compiler would print it, with the source line
				and a caret, and code that `text` quotes on lines of its own, with
				marks; several lines, but no newline at the end */
};

/**
 * What a link can tell beside diagnostics: one text each, in this order. The manual describes the
 * formats; later versions may add to them, but do not change them. Names in them are printed as in
 * bpfld_diagnostic.message, except in REPRODUCTION and DEPENDENCIES. The reports from TRACE to
 * REPRODUCTION are also made when the link fails, since they may tell why; so is KERNELS, if the
 * link came so far.
 */
enum bpfld_report {
	BPFLD_REPORT_TRACE,            /* the objects that are linked */
	BPFLD_REPORT_TRACE_SYMBOLS,    /* where the symbols of trace_symbols are */
	BPFLD_REPORT_WHY_EXTRACT,      /* for each member of an archive what needed it */
	BPFLD_REPORT_ARCHIVES,         /* how many members of each archive were linked */
	BPFLD_REPORT_REPRODUCTION,     /* a tar archive of the inputs and `response`; the runtime
					  archive is in runtime/bpfel or runtime/bpfeb */
	BPFLD_REPORT_DEPENDENCIES,     /* what was read, as a rule of make */
	BPFLD_REPORT_MAP,              /* what went where, and what did not */
	BPFLD_REPORT_CROSS_REFERENCES, /* where each symbol is defined and referred to */
	BPFLD_REPORT_REMOVED,          /* what gc_sections left out */
	BPFLD_REPORT_FOLDED,           /* which functions icf replaced by which */
	BPFLD_REPORT_STATS,            /* counts and sizes */
	BPFLD_REPORT_DEBUG_FILE, /* the output with debug information, as ELF for debuggers alone */
	BPFLD_REPORT_PAGE,       /* the map and more as a page of HTML, for people */
	BPFLD_REPORT_KERNELS,    /* what kernels lack of what is needed, guarded or not */
	BPFLD_REPORT_MIN_CORE_BTF, /* of the one of `kernels`: the BTF that relocations need */
	BPFLD_REPORT_TIME_TRACE,   /* the time of each pass, as Chrome's trace viewer reads it */
	BPFLD_REPORTS,
};

#define BPFLD_REPORTS_MAX 32 /* there is room for so many in bpfld_options */

enum bpfld_map_format {
	BPFLD_MAP_TEXT,
	BPFLD_MAP_JSON,
};

/** What becomes of a function or variable that others could refer to by name. */
enum bpfld_scope {
	BPFLD_EXPORT,   /* it stays as it is, and --gc-sections keeps it */
	BPFLD_HIDE,     /* hidden: later links see it, libbpf makes the function static */
	BPFLD_LOCALIZE, /* static, in the symbol table and in BTF */
};

/**
 * What becomes of the symbols that a pattern matches. The most exact rule decides: a plain name
 * before a pattern, a pattern before "*", and of equally exact ones the first. Programs, maps and
 * other symbols that loaders look for by name stay global.
 */
struct bpfld_scope_rule {
	const char *pattern; /* as of fnmatch(3) */
	enum bpfld_scope scope;
	const char *file; /* the list that the rule is from, for messages; NULL: none */
};

/** Undefined symbols called `name` mean `target`. */
struct bpfld_alias {
	const char *name;
	const char *target;
};

/**
 * Functions and references called `name` mean the function `symbol` of one input. Where that is an
 * entry program, it is none any more, but a function of .text. It is called `name` in the output.
 */
struct bpfld_binding {
	const char *name; /* inputs refer to it, and define it weakly or not at all */
	const char *file; /* the input that defines `symbol`: its name, or what is unique of it
			     after the last slash; "lib.a(m.o)" is a member; NULL: the only one */
	const char *symbol;
};

/**
 * A function `name` that only returns `value`: where no input defines it, and no binding says what
 * it is. It has the prototype that inputs declare.
 */
struct bpfld_slot {
	const char *name; /* inputs refer to it */
	uint64_t value; /* in the range of what it returns; where negative, its complement of two */
	bool negative;
};

/** What an input defines is called `prefix` and its name, but not what loaders look for. */
struct bpfld_input_prefix {
	/* The input: as in struct bpfld_binding, or an archive, for all of its members. */
	const char *file;
	const char *prefix;
};

/**
 * Metadata of the output: a variable bpf_metadata_KEY in .rodata, which bpftool shows of programs.
 */
struct bpfld_metadata {
	const char *key;   /* 1 to 114 letters, digits, '_' and '.' */
	const char *value; /* printable ASCII, "" included */
};

/** A file of a kernel: BTF, or an ELF file of 64 bits with a section .BTF. Borrowed. */
struct bpfld_kernel_file {
	const char *name; /* for messages */
	const void *data;
	size_t size;
};

/** A kernel that the output is to run on. */
struct bpfld_kernel {
	const char *label; /* for messages, such as "6.1" */
	struct bpfld_kernel_file vmlinux;
	const struct bpfld_kernel_file *modules; /* their BTF is split from that of vmlinux */
	size_t module_count;
};

/** Names of source files that begin with `from` begin with `to` in the output. */
struct bpfld_prefix_map {
	const char *from; /* "": each name */
	const char *to;
};

enum bpfld_byte_order {
	BPFLD_ANY_ENDIAN, /* that of the inputs */
	BPFLD_LITTLE_ENDIAN,
	BPFLD_BIG_ENDIAN,
};

/** What .note.gnu.build-id holds, a note that identifies the output by its content. */
enum bpfld_build_id {
	BPFLD_BUILD_ID_NONE, /* no such section */
	BPFLD_BUILD_ID_XXH128,
	BPFLD_BUILD_ID_SHA1,
	BPFLD_BUILD_ID_BYTES, /* build_id_bytes */
};

struct bpfld_bytes {
	const void *data;
	size_t size;
};

/** How debug sections of the output are compressed. */
enum bpfld_compression {
	BPFLD_COMPRESS_NONE,
	BPFLD_COMPRESS_ZLIB, /* by bpfld_options.compress */
};

/** Which of the functions that do the same are folded into one. */
enum bpfld_icf {
	BPFLD_ICF_NONE,
	BPFLD_ICF_SAFE, /* local ones that are only called */
	BPFLD_ICF_ALL,  /* also those whose address is taken, and global ones: their symbols stay */
	BPFLD_ICF_HIDDEN, /* likewise, but of global ones only the hidden: their symbols go */
};

/**
 * Which sections of constants become part of .rodata: to loaders each section is a map. Compilers
 * have .rodata.strN.M for strings and .rodata.cstN for other constants.
 */
enum bpfld_merge_rodata {
	BPFLD_MERGE_RODATA_FINAL, /* those of compilers, unless allow_undefined says that another
				     link follows, which can still make equal ones one */
	BPFLD_MERGE_RODATA_NONE,
	BPFLD_MERGE_RODATA_CONSTANTS, /* those of compilers */
	BPFLD_MERGE_RODATA_ALL,       /* those of users, too: .rodata.NAME */
};

/** Which strong definitions of one name may be one, if they are the same: a set of these. */
enum bpfld_fold {
	BPFLD_FOLD_MAPS = 1,
	BPFLD_FOLD_VARIABLES = 2,
	BPFLD_FOLD_FUNCTIONS = 4, /* programs, too */
	BPFLD_FOLD_ALL = 7,
};

/** What a kind of warning is to be. */
enum bpfld_level {
	BPFLD_AS_REPORTED, /* what it is without a rule */
	BPFLD_OFF,         /* left out, also where it is an error by default */
	BPFLD_AS_WARNING, /* a warning, also where it is an error by default or by fatal_warnings */
	BPFLD_AS_ERROR,
};

struct bpfld_level_rule {
	const char *code; /* of a warning, as the manual lists it; NULL: of all */
	enum bpfld_level level;
};

/** What bpfld_options.locate is asked for. */
enum bpfld_wanted {
	BPFLD_INSTRUCTION, /* the line that the instruction at `offset` of section `shndx` is of */
	BPFLD_DEFINITION,  /* where the function, variable or map `name` is defined */
	BPFLD_DECLARATION, /* where it is declared extern; nothing of the object defines it */
};

/** Where in source code is that? About one object. Strings are valid during the call. */
struct bpfld_question {
	const char *input; /* the object's name, as in bpfld_diagnostic */
	const void *data;  /* its bytes: a member of an archive without the archive. One object has
			      the same address in all questions, and nothing changes there before
			      bpfld_link() returns. They passed the linker's checks, which look at
			      no debug information: that is as hostile as its author wants. */
	size_t size;
	enum bpfld_wanted wanted;
	uint32_t shndx;     /* the section; 0: none is known */
	uint64_t offset;    /* bytes from its start; UINT64_MAX: not known */
	const char *name;   /* as .symtab or BTF has it; for BPFLD_INSTRUCTION what the message is
			       about, which may be in the line; NULL: nothing */
	const char *type;   /* the struct or union of `member`, or a typedef of it; NULL: that which
			       `name` has as type, or points to */
	const char *member; /* a member, as an attribute of a map is: it is wanted instead, if its
			       line is known; or NULL */
};

/** A line of a source file. Strings are valid until the next question, or the end of the link. */
struct bpfld_position {
	const char *file;   /* not NULL, not "" */
	uint32_t line;      /* from 1 */
	uint32_t column;    /* in bytes, from 1; 0: not known */
	const char *source; /* the text of the line; NULL: not known */
};

struct bpfld_options {
	const struct bpfld_input *inputs; /* in command-line order; at least one */
	size_t input_count;
	struct bpfld_output output;

	struct bpfld_strings library_paths; /* where inputs of kind `library` are looked for */
	struct bpfld_strings undefined;     /* symbols to look for in archives, as if referred to */
	struct bpfld_strings required;      /* likewise, and an error when nothing defines them */
	struct bpfld_strings exclude_libs;  /* archives ("libx.a", or "ALL") whose symbols become
					       hidden */

	bool gc_sections; /* leave out what no entry program, struct_ops or map needs */
	bool gc_maps;     /* with gc_sections: maps that no program uses, too */
	struct bpfld_strings why_live; /* symbols of which a note says why they are live */

	struct bpfld_strings wrap; /* "f": undefined f means __wrap_f, undefined __real_f means f */
	const struct bpfld_alias *aliases; /* an error where an input defines the name */
	size_t alias_count;
	/* Definitions of these inputs that have the name of others' stay apart from them. */
	const struct bpfld_binding *bindings; /* one for each name */
	size_t binding_count;
	bool bind_any_section;     /* "xdp" and "xdp.frags", "fentry" and "fentry.s" go together */
	bool multiple_definitions; /* the first of several strong ones counts, without an error */

	enum bpfld_icf icf;
	enum bpfld_merge_rodata merge_rodata;

	const struct bpfld_scope_rule *scope_rules; /* other symbols stay as they are */
	size_t scope_rule_count;
	bool localize_hidden; /* make hidden symbols local, unless a rule exports them */

	const struct bpfld_prefix_map *prefix_maps; /* the last that fits a name counts */
	size_t prefix_map_count;

	/* Instead of what inputs have under these keys; the last of a key counts. */
	const struct bpfld_metadata *metadata;
	size_t metadata_count;

	bool keep_debug;  /* keep debug information (DWARF), which else is left out */
	bool strip_debug; /* leave it out, whatever keep_debug says; strip_all does so, too */
	enum bpfld_compression compress_debug; /* that of the output, and of DEBUG_FILE */

	bool discard_labels;  /* leave out labels that compilers made */
	bool discard_all;     /* leave out local symbols that no loader needs */
	bool strip_all;       /* likewise, and names of source files */
	bool retain_only;     /* likewise, but keep retain_symbols */
	bool strip_ext_lines; /* leave out the lines of .BTF.ext, but an empty one a function */
	struct bpfld_strings retain_symbols;

	enum bpfld_byte_order byte_order; /* inputs of another one are errors */
	enum bpfld_build_id build_id;
	struct bpfld_bytes build_id_bytes; /* at least one */

	bool no_type_check; /* type mismatches between declarations are warnings, not errors */
	/* Symbols that neither an input nor the kernel defines are warnings, */
	bool no_undefined;     /* or errors; */
	bool allow_undefined;  /* or, where these two are false, nothing: another link follows */
	bool warn_undefined;   /* warnings, with no_undefined or without */
	bool no_unique_locals; /* local functions of one name keep it; not all loaders take that */
	bool sanitize_btf_names; /* rewrite names that kernels refuse in BTF */

	const char *license; /* the output's, whatever the inputs say; NULL: that of the inputs,
				which must agree */

	bool fatal_warnings; /* warnings are errors, unless their level says otherwise */
	bool no_warnings;    /* warnings are left out */
	const struct bpfld_level_rule *levels; /* the last about a kind counts */
	size_t level_count;
	/* How many are reported at most. 0: all, except that 1 MiB of messages, and 8 bytes more
	   for each byte of input, end with one that there are more. */
	size_t error_limit;
	size_t warning_limit;

	/**
	 * By enum bpfld_report: the path of a file, which is replaced as safely as the output; "-"
	 * gives the report to on_report; NULL: it is not made.
	 */
	const char *reports[BPFLD_REPORTS_MAX];
	enum bpfld_map_format map_format;
	struct bpfld_strings trace_symbols;
	const char *response; /* what BPFLD_REPORT_REPRODUCTION has as response.txt, or NULL */
	struct bpfld_strings read_files; /* dependencies, too: files that the caller read to know
					    what to link (response files, lists) */

	/**
	 * Read large files into memory. Else they are mapped: a file that changes during the link
	 * is then an error, and one that becomes shorter, or whose disk fails, raises SIGBUS.
	 */
	bool copy_inputs;

	/**
	 * How many bytes of memory the link may take at most; 0: no limit. Diagnostics and an
	 * output in memory count, mapped inputs do not.
	 */
	size_t memory_limit;

	/**
	 * Called with each diagnostic when it is found, in the thread of bpfld_link(); may be NULL.
	 * The diagnostic is valid during the call; result->diagnostics has a copy.
	 */
	void (*on_diagnostic)(const struct bpfld_diagnostic *diagnostic, void *context);
	/** Called likewise with each report that goes to "-"; not NULL when there is one. */
	void (*on_report)(enum bpfld_report report, const char *text, size_t size, void *context);
	void *context;

	/**
	 * Finds positions in source code that .BTF.ext has not: of variables, maps, declarations,
	 * the exact line of a function; may be NULL. It is called in the thread of bpfld_link(),
	 * and only for diagnostics that are reported: never in a link without any. Then the object
	 * is read again where its bytes are not in memory, and mapped unless copy_inputs is set.
	 *
	 * It may keep what it makes of the bytes until bpfld_link() returns, and no longer.
	 *
	 * @return whether *position is set: false when the position is not known, for whatever
	 *         reason. Only diagnostics depend on it.
	 */
	bool (*locate)(const struct bpfld_question *question, struct bpfld_position *position,
		       void *locate_context);
	void *locate_context;

	/**
	 * Finds the runtime archive: functions that compilers emit calls to, or that code expects
	 * of C, and BPF has nowhere (memcmp, __divdi3). NULL: none is searched. The archive comes
	 * after all inputs; what is linked of it is static in the output. It is called once at
	 * most, when the inputs leave a name undefined, and not with allow_undefined. In the folder
	 * that "pkg-config --variable=runtimedir bpfld" prints they are bpfel/libbpfrt.a and
	 * bpfeb/libbpfrt.a.
	 *
	 * @return its path, valid until bpfld_link() returns; NULL: there is none. That no file is
	 *         there is no error, but said where something stays undefined that it would define.
	 */
	const char *(*runtime)(bool big_endian, void *runtime_context);
	void *runtime_context;

	/**
	 * Decompress section @shndx (SHF_COMPRESSED) of an object, which has @size bytes then, into
	 * @bytes; of debug information that keep_debug keeps. NULL: such an object's is left out.
	 *
	 * The object passed the linker's checks, and its header says that there are @size bytes,
	 * not many times more than it has. The other bytes of the section may be anything.
	 *
	 * @return false when it cannot be done; then the object's debug information is left out
	 */
	bool (*decompress)(const void *object, size_t object_size, uint32_t shndx, void *bytes,
			   size_t size);

	/**
	 * Compress section @shndx of an output for compress_debug, as ZLIB says; not NULL where
	 * that asks for it. The same bytes in give the same bytes out.
	 *
	 * @param object  the output without compressed sections; sections have their numbers
	 * @param bytes   for what is behind the header (Elf64_Chdr) of a compressed section
	 * @param size    how many bytes there is room for, less than the section has; set to how
	 *		  many there are, 0 when they do not fit: the section stays as it is
	 * @return false when it cannot be done: an error
	 */
	bool (*compress)(const void *object, size_t object_size, uint32_t shndx, void *bytes,
			 size_t *size);

	/* All other options go by the names that these give. */
	const struct bpfld_alias *renames; /* symbols called `name` are called `target` */
	size_t rename_count;
	const struct bpfld_input_prefix *prefixes; /* the last for an input counts */
	size_t prefix_count;

	unsigned int fold_identical; /* enum bpfld_fold: definitions that differ are errors */

	const struct bpfld_slot *slots; /* one for each name */
	size_t slot_count;

	/* Warn of what these lack that the output's programs need. */
	const struct bpfld_kernel *kernels;
	size_t kernel_count;

	/* What these would refuse is a warning: "aya", "cilium-ebpf:0.9.1". */
	struct bpfld_strings loaders;
};

/** What a link gives back. The caller owns it and frees it with bpfld_result_deinit(). */
struct bpfld_result {
	const struct bpfld_diagnostic *diagnostics; /* in the order of finding */
	size_t diagnostic_count;
	size_t error_count;   /* reported or beyond error_limit */
	size_t warning_count; /* reported */
	void *data;           /* BPFLD_OUTPUT_MEMORY: the object; NULL after a failure */
	size_t size;
	void *memory; /* the library's */
};

/**
 * The sizes of structs in bytes, as the program knows them. Later versions of the library add
 * members to these structs, at their ends, and know by these sizes what a program has that was
 * compiled before. A program that was compiled with a later version may use what this library
 * knows: the other members have to be zero, or the link is an error. Other structs never change.
 */
struct bpfld_sizes {
	size_t sizes; /* of this struct */
	size_t options, result, diagnostic, question, position;
	/* Elements of arrays in bpfld_options. */
	size_t input, alias, binding, scope_rule, prefix_map, metadata, level_rule, input_prefix;
	size_t slot, kernel;
};

#define BPFLD_SIZES                                                                                \
	{                                                                                          \
		sizeof(struct bpfld_sizes), sizeof(struct bpfld_options),                          \
			sizeof(struct bpfld_result), sizeof(struct bpfld_diagnostic),              \
			sizeof(struct bpfld_question), sizeof(struct bpfld_position),              \
			sizeof(struct bpfld_input), sizeof(struct bpfld_alias),                    \
			sizeof(struct bpfld_binding), sizeof(struct bpfld_scope_rule),             \
			sizeof(struct bpfld_prefix_map), sizeof(struct bpfld_metadata),            \
			sizeof(struct bpfld_level_rule), sizeof(struct bpfld_input_prefix),        \
			sizeof(struct bpfld_slot), sizeof(struct bpfld_kernel),                    \
	}

/**
 * bpfld_link() for a program that knows structs of these sizes: what that calls, and what calls
 * from other languages call.
 *
 * @param sizes  not NULL
 */
BPFLD_API bool bpfld_link_sized(const struct bpfld_options *options, struct bpfld_result *result,
				const struct bpfld_sizes *sizes);

/**
 * Link the inputs into the output.
 *
 * The output's bytes depend on the inputs' bytes, their order and the options, on nothing else.
 *
 * @param options  borrowed for the call
 * @param result   set in any case; not NULL
 * @return true when the output was made; false when result->diagnostics holds at least one error.
 *         After a failure a file that was at the output path is as it was.
 *
 * To run out of memory, or of memory_limit, is an error like any other.
 *
 * Source: System V gABI (sections, symbols, relocation); Linux Documentation/bpf/btf.rst and
 * Documentation/bpf/llvm_reloc.rst; libbpf's conventions for section names.
 */
static inline bool bpfld_link(const struct bpfld_options *options, struct bpfld_result *result)
{
	static const struct bpfld_sizes sizes = BPFLD_SIZES;

	return bpfld_link_sized(options, result, &sizes);
}

/** Free what a result holds, and zero it. */
BPFLD_API void bpfld_result_deinit(struct bpfld_result *result);

/** The version of the library that runs, such as "0.1.0". BPFLD_VERSION is that of this header. */
BPFLD_API const char *bpfld_version(void);

#ifdef __cplusplus
}
#endif

#endif
