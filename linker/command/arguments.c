/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads arguments by the option table.
 *
 * The syntax is GNU's: long options have one dash or two; a value follows after '=' or as the next
 * argument, or directly after the letter of a short option; "--" ends options; options and inputs
 * may be mixed.
 */
#include <string.h>

#include "base/paths.h"
#include "base/similar.h"
#include "bind_options.h"
#include "bpftool_words.h"
#include "complain.h"
#include "option_values.h"
#include "rename_options.h"
#include "symbol_files.h"

// The folder in the archive of --reproduce where the library packs the runtime archive, if it is
// needed.
#define REPRODUCED_RUNTIME "runtime"

static const char *const group_names[] = {
	[GROUP_OUTPUT] = "Output", [GROUP_INPUTS] = "Inputs",   [GROUP_SYMBOLS] = "Symbols",
	[GROUP_SIZE] = "Size",     [GROUP_REPORTS] = "Reports", [GROUP_MESSAGES] = "Messages",
	[GROUP_OTHER] = "Other",
};

// An argument that starts with a dash, split into its parts.
struct argument {
	const char *text;
	struct str name; // without dashes and value
	const struct option *option;
	const char *value; // value in the same argument; NULL for none
};

static const struct option *find_long(struct str name)
{
	for (size_t i = 0; i < option_count; i++) {
		const struct option *option = &option_table[i];

		if (option->name && str_equal(str_of(option->name), name))
			return option;
	}
	return NULL;
}

static const struct option *find_short(char letter)
{
	for (size_t i = 0; i < option_count; i++) {
		if (option_table[i].letter && option_table[i].letter == letter)
			return &option_table[i];
	}
	return NULL;
}

static bool takes_value(const struct option *option)
{
	return option->value || option->effect == REFUSE;
}

static struct argument take_apart(const char *text)
{
	const char *name = text + 1 + (text[1] == '-');
	const char *equals = strchr(name, '=');
	struct argument argument = {
		.text = text,
		.name = { name, equals ? (size_t)(equals - name) : strlen(name) },
		.value = equals ? equals + 1 : NULL,
	};

	argument.option = find_long(argument.name);
	if (argument.option || text[1] == '-')
		return argument;
	argument.option = find_short(text[1]);
	argument.value = text[2] ? text + 2 : NULL;
	// More letters after an option without a value are a misspelled long name.
	if (argument.option && argument.value && !takes_value(argument.option))
		argument.option = NULL;
	return argument;
}

static bool report_unknown(struct parser *parser, const struct argument *argument)
{
	struct similar similar;

	similar_begin(&similar, argument->name);
	for (size_t i = 0; i < option_count; i++) {
		if (option_table[i].name && option_table[i].effect != REFUSE)
			similar_try(&similar, str_of(option_table[i].name));
	}
	complain(parser, ERROR_UNKNOWN_OPTION, "option '%s' is not known; %s%s%s", argument->text,
		 similar.found.data ? "did you mean '--"
				    : "leave it out, or see --help for those that are",
		 similar.found.data ? similar.found.data : "", similar.found.data ? "'?" : "");
	return false;
}

static bool report_wrong(struct parser *parser, enum code code, const char *text, const char *what)
{
	complain(parser, code, "option '%s' %s", text, what);
	return false;
}

static void take_effect(struct parser *parser, const struct option *option, const char *value)
{
	void *field = (char *)&parser->line->options + option->field;
	struct arguments *list;

	switch (option->effect) {
	case CALL:
		option->act(parser, value);
		break;
	case ENABLE:
		*(bool *)field = true;
		break;
	case DISABLE:
		*(bool *)field = false;
		break;
	case TEXT:
		*(const char **)field = value;
		break;
	case PRINT:
		*(const char **)field = value ? value : "-";
		break;
	case ADD:
		list = (struct arguments *)((char *)parser + option->field);
		*array_add(parser->arena, list) = value;
		break;
	case NOTHING:
	case REFUSE:
		break;
	}
}

// Write a word as response.h reads it.
static void reproduce_word(struct parser *parser, const char *word)
{
	struct text *response = &parser->response;

	text_string(response, "\"");
	for (; *word; word++) {
		if (*word == '"' || *word == '\\')
			text_string(response, "\\");
		text_bytes(response, word, 1);
	}
	text_string(response, "\"\n");
}

// The value, with a path changed to that in the folder of the response file.
static const char *reproduced_value(struct parser *parser, const struct option *option,
				    const char *value)
{
	const char *slash = strrchr(value, '/');

	if (option->act == set_runtime)
		return REPRODUCED_RUNTIME;
	if (strcmp(option->value, "FILE") != 0 && strcmp(option->value, "FOLDER") != 0)
		return value;
	if (option->letter == 'o')
		return slash ? slash + 1 : value;
	return path_below_root(value, parser->arena);
}

static void reproduce_option(struct parser *parser, const struct option *option, const char *value)
{
	char letter[] = { '-', option->letter, '\0' };
	const char *name =
		option->name ? arena_format(parser->arena, "--%s", option->name) : letter;

	// The repeated link makes no reports; reproduce_inputs_named() writes the others.
	if (option->group == GROUP_REPORTS || option->act == add_binding ||
	    option->act == read_bindings || option->act == add_default_binding ||
	    option->act == add_input_prefix)
		return;
	if (value)
		value = reproduced_value(parser, option, value);
	// An optional value is never the next argument.
	if (value && !option->name && option->value[0] == '[') {
		reproduce_word(parser, arena_format(parser->arena, "%s%s", name, value));
		return;
	}
	if (value && option->name) {
		reproduce_word(parser, arena_format(parser->arena, "%s=%s", name, value));
		return;
	}
	reproduce_word(parser, name);
	if (value)
		reproduce_word(parser, value);
}

// When the value of @argument is the next argument, after @index, step to it. False when there is
// none.
static bool find_value(struct argument *argument, const struct arguments *arguments, size_t *index)
{
	const char *value = argument->option->value;

	if (!value || value[0] == '[' || argument->value)
		return true;
	if (*index + 1 == arguments->count)
		return false;
	argument->value = arguments->items[++*index];
	return true;
}

// Apply argument @index, and step over the next argument when that is its value.
static bool parse_option(struct parser *parser, const struct arguments *arguments, size_t *index)
{
	const char *text = arguments->items[*index];
	struct argument argument = take_apart(text);
	const struct option *option = argument.option;

	if (!option)
		return report_unknown(parser, &argument);
	if (option->effect == REFUSE)
		return report_wrong(parser, ERROR_REFUSED_OPTION, text, option->help);
	if (!option->value && argument.value)
		return report_wrong(parser, ERROR_OPTION_VALUE, text, "takes no value");
	if (!find_value(&argument, arguments, index))
		return report_wrong(parser, ERROR_OPTION_VALUE, text, "needs a value");
	take_effect(parser, option, argument.value);
	return parser->command != COMMAND_WRONG;
}

static enum command check_usage(struct parser *parser)
{
	if (parser->command != COMMAND_LINK)
		return parser->command;
	if (parser->inputs.count == 0)
		complain(parser, ERROR_NO_INPUT, "no input files; usage: bpfld -o FILE INPUT...");
	else if (!parser->line->options.output.path &&
		 parser->line->options.output.kind != BPFLD_OUTPUT_NONE)
		complain(parser, ERROR_NO_OUTPUT, "no output file; name it with -o FILE%s",
			 parser->inputs.count > 1 ? ", or by 'gen object FILE INPUT...'" : "");
	return parser->command;
}

static bool is_input(const char *text)
{
	return text[0] != '-' || text[1] == '\0';
}

static bool parse_arguments(struct parser *parser, const struct arguments *arguments)
{
	bool options_end = false;

	for (size_t i = 0; i < arguments->count; i++) {
		const char *text = arguments->items[i];

		if (options_end || is_input(text))
			add_input(parser, text);
		else if (strcmp(text, "--") == 0)
			options_end = true;
		else if (!parse_option(parser, arguments, &i))
			return false;
	}
	return true;
}

// Bindings and prefixes name inputs, whose paths change, also where a file has them.
static void reproduce_inputs_named(struct parser *parser)
{
	array_each(prefix, &parser->prefixes)
		reproduce_word(parser, input_prefix_option(prefix, parser->arena));
	array_each(binding, &parser->bindings)
		reproduce_word(parser, binding_option(binding, parser->arena));
	array_each(slot, &parser->slots)
		reproduce_word(parser, slot_option(slot, parser->arena));
}

// Write the arguments into the response file of --reproduce. Not done otherwise: the path of each
// input takes a system call.
static void reproduce_arguments(struct parser *parser, const struct arguments *arguments)
{
	bool options_end = false;

	// Before options that say otherwise.
	reproduce_word(parser, "--runtime=" REPRODUCED_RUNTIME);
	reproduce_inputs_named(parser);
	for (size_t i = 0; i < arguments->count; i++) {
		const char *text = arguments->items[i];
		struct argument argument;

		if (options_end || is_input(text)) {
			reproduce_word(parser, path_below_root(text, parser->arena));
		} else if (strcmp(text, "--") == 0) {
			options_end = true;
		} else {
			argument = take_apart(text);
			find_value(&argument, arguments, &i);
			reproduce_option(parser, argument.option, argument.value);
		}
	}
}

enum command parse_options(int argc, char **argv, struct command_line *line, struct arena *arena,
			   struct diag *diag)
{
	struct parser parser = {
		.line = line,
		.arena = arena,
		.diag = diag,
		.response.arena = arena,
	};
	struct arguments arguments = { 0 };
	enum command asked;

	diag->locate = locate_in_list;
	line->runtime.arena = arena;
	line->options.runtime = find_runtime;
	line->options.runtime_context = &line->runtime;
	line->options.error_limit = 20;
	line->options.warning_limit = 1000;
	if (argc > 0 && !expand_responses((const char *const *)argv + 1, (size_t)argc - 1, arena,
					  diag, &arguments, &parser.read_files))
		return COMMAND_WRONG;
	asked = translate_bpftool(&arguments, arena, diag);
	if (asked != COMMAND_LINK)
		return asked;
	if (!parse_arguments(&parser, &arguments))
		return COMMAND_WRONG;
	finish_bindings(&parser);
	if (line->options.reports[BPFLD_REPORT_REPRODUCTION])
		reproduce_arguments(&parser, &arguments);
	complain_now(&parser);
	finish_lists(&parser);
	finish_reports(&parser);
	return check_usage(&parser);
}

static void print_option(FILE *file, const struct option *option)
{
	char spelling[64];
	char letter[4] = "";
	bool optional = option->value && option->value[0] == '[';

	if (option->letter)
		snprintf(letter, sizeof(letter), "-%c", option->letter);
	if (!option->name)
		snprintf(spelling, sizeof(spelling), "%s%s%s", letter, optional ? "" : " ",
			 option->value);
	else
		snprintf(spelling, sizeof(spelling), "%s%s--%s%s%s", option->letter ? letter : "  ",
			 option->letter ? ", " : "  ", option->name,
			 option->value && !optional ? "=" : "", option->value ? option->value : "");
	// An option too long for its column gets a line of its own.
	if (strlen(spelling) > 28)
		fprintf(file, "  %s\n  %-28s %s\n", spelling, "", option->help);
	else
		fprintf(file, "  %-28s %s\n", spelling, option->help);
}

void print_help(FILE *file)
{
	fprintf(file, "Usage: bpfld -o FILE INPUT...\n"
		      "   or: bpfld gen object FILE INPUT...\n"
		      "Link BPF objects and archives of them into one relocatable BPF object that "
		      "any loader takes.\n");
	for (size_t group = 0; group < GROUP_COUNT; group++) {
		fprintf(file, "\n%s:\n", group_names[group]);
		for (size_t i = 0; i < option_count; i++) {
			if (option_table[i].group == group && option_table[i].help)
				print_option(file, &option_table[i]);
		}
	}
	fprintf(file, "\nExit status: 0 linked, 1 not linked, 2 wrong usage.\n");
}
