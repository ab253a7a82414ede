/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One row per option drives parsing and --help.
 *
 * GNU spelling: long options with one dash or two, a value after '=' or as the next argument, a
 * short option's value also joined to it; "--" ends options; options and inputs mix.
 */
#include "options.h"

#include <stddef.h>
#include <string.h>

#include "base/array.h"

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
	ARRAY(const char *) library_paths, undefined, required, exclude_libs, why_live;
};

typedef void apply(struct parser *parser, const char *value);

// What a row does with its value, beside calling a function.
enum effect {
	CALL,    // apply()
	ENABLE,  // set the bool at `field` of struct bpfld_options
	DISABLE, // clear it
	NOTHING, // accepted for the sake of build systems
};

enum group {
	GROUP_OUTPUT,
	GROUP_INPUTS,
	GROUP_SYMBOLS,
	GROUP_SIZE,
	GROUP_OTHER,
};

static const char *const group_names[] = {
	[GROUP_OUTPUT] = "Output", [GROUP_INPUTS] = "Inputs", [GROUP_SYMBOLS] = "Symbols",
	[GROUP_SIZE] = "Size",     [GROUP_OTHER] = "Other",
};

struct option {
	enum group group;
	char letter;       // '\0' for none
	const char *name;  // long name; NULL for none
	const char *value; // what --help calls the value; NULL: it takes none
	enum effect effect;
	size_t field;
	apply *apply;
	const char *help; // NULL: another row's help speaks of it
};

static void set_output(struct parser *parser, const char *value)
{
	parser->line->options.output.path = value;
}

static void add_library(struct parser *parser, const char *value)
{
	*array_add(parser->arena, &parser->inputs) = (struct bpfld_input){
		.library = value,
		.whole_archive = parser->state.whole_archive,
		.lazy = parser->state.lazy,
	};
}

static void add_library_path(struct parser *parser, const char *value)
{
	*array_add(parser->arena, &parser->library_paths) = value;
}

static void start_whole_archive(struct parser *parser, const char *value)
{
	(void)value;
	parser->state.whole_archive = true;
}

static void end_whole_archive(struct parser *parser, const char *value)
{
	(void)value;
	parser->state.whole_archive = false;
}

static void start_lib(struct parser *parser, const char *value)
{
	(void)value;
	parser->state.lazy = true;
}

static void end_lib(struct parser *parser, const char *value)
{
	(void)value;
	parser->state.lazy = false;
}

static void push_state(struct parser *parser, const char *value)
{
	(void)value;
	*array_add(parser->arena, &parser->pushed) = parser->state;
}

static void pop_state(struct parser *parser, const char *value)
{
	(void)value;
	if (parser->pushed.count) {
		parser->state = parser->pushed.items[--parser->pushed.count];
		return;
	}
	fprintf(parser->errors, "bpfld: error: --pop-state without --push-state\n");
	parser->command = COMMAND_WRONG;
}

static void add_undefined(struct parser *parser, const char *value)
{
	*array_add(parser->arena, &parser->undefined) = value;
}

static void add_required(struct parser *parser, const char *value)
{
	*array_add(parser->arena, &parser->required) = value;
}

static void add_why_live(struct parser *parser, const char *value)
{
	*array_add(parser->arena, &parser->why_live) = value;
}

// Names between commas or colons, as ld has it.
static void add_excluded_libs(struct parser *parser, const char *value)
{
	while (*value) {
		size_t size = strcspn(value, ",:");

		if (size)
			*array_add(parser->arena, &parser->exclude_libs) =
				arena_strndup(parser->arena, value, size);
		value += size + (value[size] != '\0');
	}
}

// ld's -z takes keywords of many systems; those without a meaning here are not errors there either.
static void set_keyword(struct parser *parser, const char *value)
{
	if (strcmp(value, "defs") == 0)
		parser->line->options.no_undefined = true;
	else if (strcmp(value, "undefs") == 0)
		parser->line->options.no_undefined = false;
	else
		fprintf(parser->errors, "bpfld: warning: -z %s has no meaning for BPF\n", value);
}

static void set_help(struct parser *parser, const char *value)
{
	(void)value;
	parser->command = COMMAND_HELP;
}

static void set_version(struct parser *parser, const char *value)
{
	(void)value;
	parser->command = COMMAND_VERSION;
}

#define FIELD(name) offsetof(struct bpfld_options, name)

// clang-format off
static const struct option table[] = {
	{ GROUP_OUTPUT, 'o', "output", "FILE", CALL, 0, set_output,
	  "write the linked object to FILE" },
	{ GROUP_OUTPUT, 'r', "relocatable", NULL, NOTHING, 0, NULL,
	  "make a relocatable object (always so)" },
	{ GROUP_OUTPUT, 'S', "strip-debug", NULL, NOTHING, 0, NULL,
	  "leave out debug sections (always so for now)" },

	{ GROUP_INPUTS, 'l', "library", "NAME", CALL, 0, add_library,
	  "link libNAME.a, or FILE with -l:FILE, found by -L" },
	{ GROUP_INPUTS, 'L', "library-path", "FOLDER", CALL, 0, add_library_path,
	  "look for libraries in FOLDER" },
	{ GROUP_INPUTS, 0, "whole-archive", NULL, CALL, 0, start_whole_archive,
	  "link all members of the archives that follow" },
	{ GROUP_INPUTS, 0, "no-whole-archive", NULL, CALL, 0, end_whole_archive,
	  "link only the members that are needed (default)" },
	{ GROUP_INPUTS, 0, "start-lib", NULL, CALL, 0, start_lib,
	  "link the objects that follow only when needed ..." },
	{ GROUP_INPUTS, 0, "end-lib", NULL, CALL, 0, end_lib,
	  "... up to here" },
	{ GROUP_INPUTS, '(', "start-group", NULL, NOTHING, 0, NULL,
	  "accepted: archives are always searched until nothing changes" },
	{ GROUP_INPUTS, ')', "end-group", NULL, NOTHING, 0, NULL, NULL },
	{ GROUP_INPUTS, 0, "push-state", NULL, CALL, 0, push_state,
	  "remember --whole-archive and --start-lib" },
	{ GROUP_INPUTS, 0, "pop-state", NULL, CALL, 0, pop_state,
	  "go back to what --push-state remembered" },
	{ GROUP_INPUTS, 'u', "undefined", "SYMBOL", CALL, 0, add_undefined,
	  "look for SYMBOL in archives as if something referred to it" },
	{ GROUP_INPUTS, 0, "require-defined", "SYMBOL", CALL, 0, add_required,
	  "likewise, and fail when nothing defines it" },
	{ GROUP_INPUTS, 0, "exclude-libs", "LIB,...", CALL, 0, add_excluded_libs,
	  "hide the symbols of these archives (file names, or ALL)" },

	{ GROUP_SYMBOLS, 0, "no-type-check", NULL, ENABLE, FIELD(no_type_check), NULL,
	  "warn where declarations of a symbol differ, instead of failing" },
	{ GROUP_SYMBOLS, 0, "no-undefined", NULL, ENABLE, FIELD(no_undefined), NULL,
	  "fail where a symbol stays undefined that the kernel does not define" },
	{ GROUP_SYMBOLS, 'z', NULL, "KEYWORD", CALL, 0, set_keyword,
	  "defs: --no-undefined; undefs: the default" },

	{ GROUP_SIZE, 0, "gc-sections", NULL, ENABLE, FIELD(gc_sections), NULL,
	  "leave out functions, variables and types that nothing needs" },
	{ GROUP_SIZE, 0, "no-gc-sections", NULL, DISABLE, FIELD(gc_sections), NULL,
	  "keep them (default)" },
	{ GROUP_SIZE, 0, "gc-maps", NULL, ENABLE, FIELD(gc_maps), NULL,
	  "with --gc-sections: leave out maps that no program uses, too" },
	{ GROUP_SIZE, 0, "print-gc-sections", NULL, ENABLE, FIELD(print_gc), NULL,
	  "list what --gc-sections leaves out" },
	{ GROUP_SIZE, 0, "why-live", "SYMBOL", CALL, 0, add_why_live,
	  "tell by what chain of references SYMBOL is needed" },

	{ GROUP_OTHER, 'v', "version", NULL, CALL, 0, set_version,
	  "print the version and exit" },
	{ GROUP_OTHER, 'h', "help", NULL, CALL, 0, set_help,
	  "print this help and exit" },
};
// clang-format on

#define OPTION_COUNT (sizeof(table) / sizeof(table[0]))

static const struct option *find_long(const char *name, size_t size)
{
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		const struct option *option = &table[i];

		if (option->name && strlen(option->name) == size &&
		    memcmp(option->name, name, size) == 0)
			return option;
	}
	return NULL;
}

static const struct option *find_short(char letter)
{
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		if (table[i].letter && table[i].letter == letter)
			return &table[i];
	}
	return NULL;
}

// One argument that starts with a dash, taken apart.
struct argument {
	const struct option *option;
	const char *value; // joined to it; NULL when it has none
};

static struct argument take_apart(const char *text)
{
	const char *name = text + 1 + (text[1] == '-');
	const char *equals = strchr(name, '=');
	size_t size = equals ? (size_t)(equals - name) : strlen(name);
	struct argument argument = {
		.option = find_long(name, size),
		.value = equals ? equals + 1 : NULL,
	};

	if (argument.option || text[1] == '-')
		return argument;
	argument.option = find_short(text[1]);
	argument.value = text[2] ? text + 2 : NULL;
	return argument;
}

static bool wrong(struct parser *parser, const char *text, const char *what)
{
	fprintf(parser->errors, "bpfld: error: option '%s' %s\n", text, what);
	return false;
}

static void take_effect(struct parser *parser, const struct option *option, const char *value)
{
	bool *field = (bool *)((char *)&parser->line->options + option->field);

	switch (option->effect) {
	case CALL:
		option->apply(parser, value);
		break;
	case ENABLE:
		*field = true;
		break;
	case DISABLE:
		*field = false;
		break;
	case NOTHING:
		break;
	}
}

// Apply argv[*index] and, where it takes the next argument as its value, step over that.
static bool parse_option(struct parser *parser, int argc, char **argv, int *index)
{
	const char *text = argv[*index];
	struct argument argument = take_apart(text);

	if (!argument.option)
		return wrong(parser, text, "is not known; --help lists all");
	if (!argument.option->value && argument.value)
		return wrong(parser, text, "takes no value");
	if (argument.option->value && !argument.value) {
		if (*index + 1 == argc)
			return wrong(parser, text, "needs a value");
		argument.value = argv[++*index];
	}
	take_effect(parser, argument.option, argument.value);
	return parser->command != COMMAND_WRONG;
}

static void add_input(struct parser *parser, const char *path)
{
	*array_add(parser->arena, &parser->inputs) = (struct bpfld_input){
		.path = path,
		.whole_archive = parser->state.whole_archive,
		.lazy = parser->state.lazy,
	};
}

static enum command check_usage(const struct parser *parser)
{
	if (parser->command != COMMAND_LINK)
		return parser->command;
	if (parser->inputs.count == 0) {
		fprintf(parser->errors,
			"bpfld: error: no input files; usage: bpfld -o FILE INPUT...\n");
		return COMMAND_WRONG;
	}
	if (!parser->line->options.output.path) {
		fprintf(parser->errors, "bpfld: error: no output file; name it with -o FILE\n");
		return COMMAND_WRONG;
	}
	return COMMAND_LINK;
}

#define LIST(array) ((struct bpfld_strings){ (array).items, (array).count })

static void finish_lists(struct parser *parser)
{
	struct bpfld_options *options = &parser->line->options;

	options->inputs = parser->inputs.items;
	options->input_count = parser->inputs.count;
	options->library_paths = LIST(parser->library_paths);
	options->undefined = LIST(parser->undefined);
	options->required = LIST(parser->required);
	options->exclude_libs = LIST(parser->exclude_libs);
	options->why_live = LIST(parser->why_live);
}

enum command parse_options(int argc, char **argv, struct command_line *line, struct arena *arena,
			   FILE *errors)
{
	struct parser parser = { .line = line, .arena = arena, .errors = errors };
	bool options_end = false;

	for (int i = 1; i < argc; i++) {
		if (options_end || argv[i][0] != '-' || argv[i][1] == '\0')
			add_input(&parser, argv[i]);
		else if (strcmp(argv[i], "--") == 0)
			options_end = true;
		else if (!parse_option(&parser, argc, argv, &i))
			return COMMAND_WRONG;
	}
	finish_lists(&parser);
	return check_usage(&parser);
}

static void print_option(FILE *file, const struct option *option)
{
	char spelling[64];
	char letter[4] = "";

	if (option->letter)
		snprintf(letter, sizeof(letter), "-%c", option->letter);
	if (!option->name)
		snprintf(spelling, sizeof(spelling), "%s %s", letter, option->value);
	else
		snprintf(spelling, sizeof(spelling), "%s%s--%s%s%s", option->letter ? letter : "  ",
			 option->letter ? ", " : "  ", option->name, option->value ? "=" : "",
			 option->value ? option->value : "");
	fprintf(file, "  %-28s %s\n", spelling, option->help);
}

void print_help(FILE *file)
{
	fprintf(file, "Usage: bpfld -o FILE INPUT...\n"
		      "Link BPF objects and archives of them into one relocatable BPF object that "
		      "any loader takes.\n");
	for (size_t group = 0; group < sizeof(group_names) / sizeof(group_names[0]); group++) {
		fprintf(file, "\n%s:\n", group_names[group]);
		for (size_t i = 0; i < OPTION_COUNT; i++) {
			if (table[i].group == group && table[i].help)
				print_option(file, &table[i]);
		}
	}
	fprintf(file, "\nExit status: 0 linked, 1 not linked, 2 wrong usage.\n");
}
