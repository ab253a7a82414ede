/* SPDX-License-Identifier: BSD-2-Clause */
/* What a row of the option table is, between the table (options.c) and its reader (arguments.c). */
#ifndef BPFLD_OPTION_TABLE_H
#define BPFLD_OPTION_TABLE_H

#include <stddef.h>

#include "base/array.h"
#include "base/text.h"
#include "options.h"
#include "response.h"

// What stands for the inputs that follow.
struct state {
	bool whole_archive;
	bool lazy; // between --start-lib and --end-lib
};

struct parser {
	struct command_line *line;
	struct arena *arena;
	FILE *errors;
	enum command command;
	struct state state;
	ARRAY(struct state) pushed;
	ARRAY(struct bpfld_input) inputs;
	// The lists of bpfld_options in the making.
	struct arguments library_paths, undefined, required, exclude_libs, why_live, wrap;
	struct arguments trace_symbols, retain_symbols;
	ARRAY(struct bpfld_scope_rule) scope_rules;
	ARRAY(struct bpfld_alias) aliases;
	size_t lists_size; // bytes of all lists that were read
	const char *list;  // whose rules are being read; NULL: those of the command line
	bool hide_others;  // what no scope rule speaks of is hidden
	struct arguments read_files;
	struct text response; // this command line, for --reproduce
};

// What a row does with its value.
enum effect {
	CALL,    // act()
	ENABLE,  // set the bool at `field` of struct bpfld_options
	DISABLE, // clear it
	TEXT,    // set the string there
	PRINT,   // likewise; without a value to "-": a report goes to standard output
	ADD,     // add it to the struct arguments at `field` of struct parser
	NOTHING, // accepted for the sake of build systems
	REFUSE,  // an error; `help` says why
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

// What CALL calls. What is wrong with @value is printed, and makes the command COMMAND_WRONG.
typedef void option_action(struct parser *parser, const char *value);

struct option {
	enum group group;
	char letter;       // '\0' for none
	const char *name;  // long name; NULL for none
	const char *value; // as --help calls it; "[...]": optional, so never the next argument;
			   // NULL: it takes none. A FILE or FOLDER is a path to read, but
			   // not that of -o or in GROUP_REPORTS.
	enum effect effect;
	size_t field;       // for ENABLE to ADD
	option_action *act; // for CALL
	const char *help;   // NULL: not in --help
};

extern const struct option option_table[];
extern const size_t option_count;

/** An input, under the options that stand before it. */
void add_input(struct parser *parser, const char *path);

/** Give the lists to the options, which all arguments have gone into. */
void finish_lists(struct parser *parser);

/** Name the reports whose place follows from the output's. */
void finish_reports(struct parser *parser);

#endif
