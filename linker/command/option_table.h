/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A row of the option table, for the table (options.c), its reader (arguments.c) and the functions
 * that it calls (option_values.c, symbol_files.c).
 */
#ifndef BPFLD_OPTION_TABLE_H
#define BPFLD_OPTION_TABLE_H

#include <stddef.h>

#include "base/array.h"
#include "base/text.h"
#include "options.h"
#include "response.h"

// Settings that hold for the inputs that follow.
struct state {
	bool whole_archive;
	bool lazy; // between --start-lib and --end-lib
};

// A warning about the command line. It waits for the options that say what becomes of it.
struct remark {
	enum code code;
	const char *text, *hint;
};

struct parser {
	struct command_line *line;
	struct arena *arena;
	struct diag *diag;
	enum command command;
	struct state state;
	ARRAY(struct state) pushed;
	ARRAY(struct bpfld_input) inputs;
	// The lists of bpfld_options that are being built.
	struct arguments library_paths, undefined, required, exclude_libs, why_live, wrap, loaders;
	struct arguments trace_symbols, retain_symbols;
	ARRAY(struct bpfld_scope_rule) scope_rules;
	ARRAY(struct bpfld_alias) aliases;
	ARRAY(struct bpfld_binding) bindings, default_bindings;
	ARRAY(struct bpfld_slot) slots;
	ARRAY(struct bpfld_alias) renames;
	ARRAY(struct bpfld_input_prefix) prefixes;
	ARRAY(struct bpfld_level_rule) levels;
	ARRAY(struct remark) remarks;
	ARRAY(struct bpfld_prefix_map) prefix_maps;
	ARRAY(struct bpfld_metadata) metadata, file_metadata;
	ARRAY(struct bpfld_kernel) kernels;
	size_t lists_size; // bytes of all lists of symbols read so far
	const char *list;  // path of the list that is being read; NULL: the command line
	bool hide_others;  // symbols without a scope rule are hidden
	struct arguments read_files;
	struct text response; // this command line, for --reproduce
};

// What a row does with its value.
enum effect {
	CALL,    // call `act`
	ENABLE,  // set the bool at `field` of struct bpfld_options
	DISABLE, // clear it
	TEXT,    // set the string there
	PRINT,   // likewise; without a value to "-": the report goes to standard output
	ADD,     // add it to the struct arguments at `field` of struct parser
	NOTHING, // nothing: accepted for build systems
	REFUSE,  // report an error; `help` says why
};

enum group {
	GROUP_OUTPUT,
	GROUP_INPUTS,
	GROUP_SYMBOLS,
	GROUP_SIZE,
	GROUP_REPORTS,
	GROUP_MESSAGES,
	GROUP_OTHER,
	GROUP_COUNT,
	GROUP_UNLISTED = GROUP_COUNT, // not in --help
};

// The function of a CALL. It reports errors in @value by complain().
typedef void option_action(struct parser *parser, const char *value);

struct option {
	enum group group;
	char letter;       // '\0' for none
	const char *name;  // long name; NULL for none
	const char *value; // its name in --help; "[...]": optional, so never the next argument;
			   // NULL: no value. A FILE or FOLDER is a path that is read, except in -o
			   // and GROUP_REPORTS.
	enum effect effect;
	size_t field;       // for ENABLE to ADD
	option_action *act; // for CALL
	const char *help;   // NULL: not in --help
};

extern const struct option option_table[];
extern const size_t option_count;

/** Add an input, with the settings of the options before it. */
void add_input(struct parser *parser, const char *path);

/** Set the lists of the options, after all arguments were read. */
void finish_lists(struct parser *parser);

/** Set the paths of reports that follow from the output's path. */
void finish_reports(struct parser *parser);

#endif
