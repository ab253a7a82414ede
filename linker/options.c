/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One row per option drives parsing and --help.
 *
 * GNU spelling: long options with one dash or two, a value after '=' or as the next argument, a
 * short option's value also joined to it; "--" ends options; options and inputs mix.
 */
#include "options.h"

#include <string.h>

struct parser {
	struct bpfld_options *options;
	struct bpfld_input *inputs;
	enum command command;
	FILE *errors;
};

typedef void apply(struct parser *parser, const char *value);

static void set_output(struct parser *parser, const char *value)
{
	parser->options->output.path = value;
}

static void set_no_type_check(struct parser *parser, const char *value)
{
	(void)value;
	parser->options->no_type_check = true;
}

static void set_no_undefined(struct parser *parser, const char *value)
{
	(void)value;
	parser->options->no_undefined = true;
}

// ld's -z takes keywords of many systems; those without a meaning here are not errors there either.
static void set_keyword(struct parser *parser, const char *value)
{
	if (strcmp(value, "defs") == 0)
		parser->options->no_undefined = true;
	else if (strcmp(value, "undefs") == 0)
		parser->options->no_undefined = false;
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

// The output always is relocatable and without debug sections.
static void ignore(struct parser *parser, const char *value)
{
	(void)parser;
	(void)value;
}

static const struct option {
	char letter;       // '\0' for none
	const char *name;  // long name; NULL for none
	const char *value; // what --help calls the value; NULL: it takes none
	apply *apply;
	const char *help;
} table[] = {
	{ 'o', "output", "FILE", set_output, "write the linked object to FILE" },
	{ 'r', "relocatable", NULL, ignore, "make a relocatable object (always so)" },
	{ 'S', "strip-debug", NULL, ignore, "leave out debug sections (always so for now)" },
	{ 0, "no-type-check", NULL, set_no_type_check,
	  "warn where declarations of a symbol differ, instead of failing" },
	{ 0, "no-undefined", NULL, set_no_undefined,
	  "fail where a symbol stays undefined that the kernel does not define" },
	{ 'z', NULL, "KEYWORD", set_keyword, "defs: --no-undefined; undefs: the default" },
	{ 'v', "version", NULL, set_version, "print the version and exit" },
	{ 'h', "help", NULL, set_help, "print this help and exit" },
};

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
	argument.option->apply(parser, argument.value);
	return true;
}

static void add_input(struct parser *parser, const char *path)
{
	parser->inputs[parser->options->input_count++] = (struct bpfld_input){ .path = path };
}

static enum command check_usage(const struct parser *parser)
{
	if (parser->command != COMMAND_LINK)
		return parser->command;
	if (parser->options->input_count == 0) {
		fprintf(parser->errors,
			"bpfld: error: no input files; usage: bpfld -o FILE INPUT...\n");
		return COMMAND_WRONG;
	}
	if (!parser->options->output.path) {
		fprintf(parser->errors, "bpfld: error: no output file; name it with -o FILE\n");
		return COMMAND_WRONG;
	}
	return COMMAND_LINK;
}

enum command parse_options(int argc, char **argv, struct bpfld_options *options,
			   struct bpfld_input *inputs, FILE *errors)
{
	struct parser parser = { .options = options, .inputs = inputs, .errors = errors };
	bool options_end = false;

	options->inputs = inputs;
	for (int i = 1; i < argc; i++) {
		if (options_end || argv[i][0] != '-' || argv[i][1] == '\0')
			add_input(&parser, argv[i]);
		else if (strcmp(argv[i], "--") == 0)
			options_end = true;
		else if (!parse_option(&parser, argc, argv, &i))
			return COMMAND_WRONG;
	}
	return check_usage(&parser);
}

static void print_option(FILE *file, const struct option *option)
{
	char spelling[64];
	size_t used = 0;

	if (option->letter)
		used += (size_t)snprintf(spelling, sizeof(spelling), "-%c, ", option->letter);
	else
		used += (size_t)snprintf(spelling, sizeof(spelling), "    ");
	if (option->name)
		snprintf(spelling + used, sizeof(spelling) - used, "--%s%s%s", option->name,
			 option->value ? "=" : "", option->value ? option->value : "");
	else
		snprintf(spelling, sizeof(spelling), "-%c %s", option->letter,
			 option->value ? option->value : "");
	fprintf(file, "  %-28s %s\n", spelling, option->help);
}

void print_help(FILE *file)
{
	fprintf(file, "Usage: bpfld -o FILE INPUT...\n"
		      "Link BPF objects into one relocatable BPF object that any loader takes.\n\n"
		      "Options:\n");
	for (size_t i = 0; i < OPTION_COUNT; i++)
		print_option(file, &table[i]);
	fprintf(file, "\nExit status: 0 linked, 1 not linked, 2 wrong usage.\n");
}
