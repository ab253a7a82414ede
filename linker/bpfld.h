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
 *			fprintf(stderr, "%s\n", result.diagnostics[i].line);
 *	bpfld_result_deinit(&result);
 *
 * The library prints nothing, never exits, keeps no state between calls, and may run in several
 * threads at once. Everything that it has to say is in the result.
 *
 * Callers zero what they do not use. A pointer that is missing, a count or size that no memory
 * has, and a number that no enumeration has are errors before anything is read or written. The
 * library cannot see the rest, which is up to the caller:
 *
 * Arrays have as many elements as their counts say, and strings end with a NUL.
 *
 * Nobody changes, moves or frees what options point to before bpfld_link() returns: no other
 * thread, no callback, no other process that maps the same memory. A link reads an input several
 * times and checks it once. A memory input that changes meanwhile may crash the process. (For files
 * see copy_inputs.) Several links at once may read the same options and inputs.
 *
 * Callbacks return: neither longjmp() nor an exception leaves them. They may link themselves.
 *
 * Two links at once that write one file leave it whole, but only one of them has made it.
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
	const void *data; /* the whole file in memory, wherever it starts; borrowed, and not to be
			     changed, until bpfld_link() returns */
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
	BPFLD_OUTPUT_PATH,   /* a file: made beside its destination, then renamed over it, while
				signals to the thread wait */
	BPFLD_OUTPUT_FD,     /* written from the descriptor's position on; stays open */
	BPFLD_OUTPUT_MEMORY, /* into bpfld_result.data */
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
 * One message. Strings end with a NUL. Names are as the input has them; text and line are UTF-8,
 * with "\xNN" for bytes that are not, that would control a terminal or end a line, and for
 * characters that show nothing or turn the direction of text.
 */
struct bpfld_diagnostic {
	enum bpfld_severity severity;
	const char *name;    /* what the manual calls a warning by; NULL for what never is one */
	const char *input;   /* the input's name; NULL when the message is about the whole link */
	const char *section; /* section name in that input; NULL when it does not apply */
	uint64_t offset;     /* bytes from the start of `section`, or of the input when it is NULL;
				UINT64_MAX when it does not apply */
	const char *symbol;  /* the symbol it is about; NULL when it does not apply */
	const char *text;    /* what is wrong and what to do; no newline at the end */
	const char *line;    /* all of the above as a compiler would print it; no newline */
};

/**
 * What a link can tell of itself beside diagnostics: one text each, in this order. The manual
 * describes the formats, which later versions extend, but do not change; names in them are as in
 * bpfld_diagnostic.line, but for REPRODUCTION and DEPENDENCIES. Those that may tell why a
 * link fails are made then, too: TRACE to REPRODUCTION.
 */
enum bpfld_report {
	BPFLD_REPORT_TRACE,            /* the objects that are linked */
	BPFLD_REPORT_TRACE_SYMBOLS,    /* where the symbols of trace_symbols are */
	BPFLD_REPORT_WHY_EXTRACT,      /* for each member of an archive what needed it */
	BPFLD_REPORT_ARCHIVES,         /* how many members of each archive were linked */
	BPFLD_REPORT_REPRODUCTION,     /* a tar archive of the inputs and `response` */
	BPFLD_REPORT_DEPENDENCIES,     /* what was read, as a rule of make */
	BPFLD_REPORT_MAP,              /* what went where, and what did not */
	BPFLD_REPORT_CROSS_REFERENCES, /* where each symbol is defined and referred to */
	BPFLD_REPORT_REMOVED,          /* what gc_sections left out */
	BPFLD_REPORT_FOLDED,           /* which functions icf made one with which */
	BPFLD_REPORT_STATS,            /* counts and sizes */
	BPFLD_REPORT_TIME_TRACE, /* the time of each pass, as Chrome's trace viewer reads it */
	BPFLD_REPORTS,
};

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
 * A name is more exact than a pattern, and any pattern more than "*"; the most exact rule decides,
 * of equal ones the first. Programs, maps and what else loaders look for by name stay global.
 */
struct bpfld_scope_rule {
	const char *pattern; /* as of fnmatch(3) */
	enum bpfld_scope scope;
	const char *file; /* the list that has it, for messages; NULL: none */
};

/** Undefined symbols called `name` mean `target`. */
struct bpfld_alias {
	const char *name;
	const char *target;
};

enum bpfld_byte_order {
	BPFLD_ANY_ENDIAN, /* that of the inputs */
	BPFLD_LITTLE_ENDIAN,
	BPFLD_BIG_ENDIAN,
};

/** What the note .note.gnu.build-id holds, which names the output by its content. */
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

/** Which functions that are the same become one. */
enum bpfld_icf {
	BPFLD_ICF_NONE,
	BPFLD_ICF_SAFE, /* local ones that are only called */
	BPFLD_ICF_ALL,  /* also those whose address is taken, and global ones: their symbols stay */
	BPFLD_ICF_HIDDEN, /* likewise, but of global ones the hidden: their symbols go */
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
	bool multiple_definitions; /* the first of several strong ones counts, without an error */

	enum bpfld_icf icf;

	const struct bpfld_scope_rule *scope_rules; /* what they say nothing of stays as it is */
	size_t scope_rule_count;
	bool localize_hidden; /* make what is hidden static, but for what a rule exports */

	bool discard_labels;  /* leave out labels that compilers made */
	bool discard_all;     /* leave out local symbols that no loader needs */
	bool strip_all;       /* likewise, and names of source files */
	bool retain_only;     /* likewise, but keep retain_symbols */
	bool strip_ext_lines; /* leave line records of .BTF.ext out, but for an empty one a function
			       */
	struct bpfld_strings retain_symbols;

	enum bpfld_byte_order byte_order; /* inputs of another one are errors */
	enum bpfld_build_id build_id;
	struct bpfld_bytes build_id_bytes; /* at least one */

	bool no_type_check;    /* type mismatches between declarations are warnings, not errors */
	bool no_undefined;     /* symbols that neither an input nor the kernel defines are errors */
	bool no_unique_locals; /* local functions of one name keep it, which not all loaders take */
	bool warn_undefined;   /* they are warnings, with no_undefined or without */
	bool sanitize_btf_names; /* rewrite names that kernels refuse in BTF */

	const char *license; /* the output's, whatever the inputs say; NULL: theirs, which must be
				one */

	bool fatal_warnings;  /* warnings are errors */
	bool no_warnings;     /* else warnings are not told */
	size_t error_limit;   /* most errors that are told; 0: all */
	size_t warning_limit; /* most warnings that are; 0: all */

	/**
	 * By enum bpfld_report: the file that the report is written to, as safely as the output; or
	 * "-": it is given to on_report; or NULL: it is not made.
	 */
	const char *reports[BPFLD_REPORTS];
	enum bpfld_map_format map_format;
	struct bpfld_strings trace_symbols;
	const char *response; /* what BPFLD_REPORT_REPRODUCTION has as response.txt, or NULL */
	struct bpfld_strings read_files; /* what the caller read to know what to link (response
					    files, lists): also dependencies */

	/**
	 * Large regular files are mapped: one that is changed during the link fails it, and one
	 * that becomes shorter, or whose disk fails, raises SIGBUS. With this they are read into
	 * memory.
	 */
	bool copy_inputs;

	/**
	 * Most bytes of memory that the link may take, diagnostics and an output in memory
	 * included, mapped inputs not counted; 0: no limit.
	 */
	size_t memory_limit;

	/**
	 * Called with each diagnostic as it is found, in the link's thread; may be NULL. The
	 * diagnostic is valid for the call; result->diagnostics has it later.
	 */
	void (*on_diagnostic)(const struct bpfld_diagnostic *diagnostic, void *context);
	/** Called with each report whose place is "-", likewise; not NULL when there is one. */
	void (*on_report)(enum bpfld_report report, const char *text, size_t size, void *context);
	void *context;
};

/** What a link gives back; owned by the caller, who gives it to bpfld_result_deinit(). */
struct bpfld_result {
	const struct bpfld_diagnostic *diagnostics; /* in the order of finding */
	size_t diagnostic_count;
	size_t error_count;   /* told or not */
	size_t warning_count; /* told */
	void *data;           /* BPFLD_OUTPUT_MEMORY: the object; NULL after a failure */
	size_t size;
	void *memory; /* the library's */
};

/**
 * Link the inputs into the output.
 *
 * The output's bytes depend on the inputs' bytes, their order and the options, on nothing else.
 *
 * @param options  borrowed for the call
 * @param result   set in any case; not NULL
 * @return true when the output was made; false when result->diagnostics holds at least one error.
 *         A file that was at the output path before is untouched after a failure.
 *
 * Out of memory (or past memory_limit) is an error like any other.
 *
 * Source: System V gABI (sections, symbols, relocation); Linux Documentation/bpf/btf.rst and
 * Documentation/bpf/llvm_reloc.rst; libbpf's conventions for section names.
 */
BPFLD_API bool bpfld_link(const struct bpfld_options *options, struct bpfld_result *result);

/** Free what a result holds, and zero it. */
BPFLD_API void bpfld_result_deinit(struct bpfld_result *result);

#ifdef __cplusplus
}
#endif

#endif
