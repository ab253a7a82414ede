/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"

#define ARGUMENTS 16

// A command line, taken apart.
struct line {
	char *text;
	char *argv[ARGUMENTS];
	int argc;
	struct bpfld_input inputs[ARGUMENTS];
	struct bpfld_options options;
	enum command command;
	char *errors;
};

// Words are separated by spaces.
static void parse(struct line *line, const char *text)
{
	size_t size;
	FILE *errors;
	char *rest;

	*line = (struct line){ .text = strdup(text), .argv = { "bpfld" }, .argc = 1 };
	for (char *word = strtok_r(line->text, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
		line->argv[line->argc++] = word;
	errors = open_memstream(&line->errors, &size);
	line->command = parse_options(line->argc, line->argv, &line->options, line->inputs, errors);
	fclose(errors);
}

static void release(struct line *line)
{
	free(line->text);
	free(line->errors);
}

// The inputs, separated by spaces.
static void expect_inputs(const struct line *line, const char *inputs)
{
	char found[256] = "";

	for (size_t i = 0; i < line->options.input_count; i++) {
		strcat(found, i ? " " : "");
		strcat(found, line->options.inputs[i].path);
	}
	cr_expect_str_eq(found, inputs, "%s", found);
}

Test(options, reads_links)
{
	static const struct {
		const char *line;
		const char *output;
		const char *inputs;
		bool no_type_check;
		bool no_undefined;
	} cases[] = {
		{ "-o out a.o", "out", "a.o", false, false },
		{ "a.o b.o -o out c.o", "out", "a.o b.o c.o", false, false },
		{ "-oout a.o", "out", "a.o", false, false },
		{ "--output out a.o", "out", "a.o", false, false },
		{ "--output=out a.o", "out", "a.o", false, false },
		{ "-output out a.o", "out", "a.o", false, false },
		{ "-output=out a.o", "out", "a.o", false, false },
		{ "--output= a.o", "", "a.o", false, false },
		{ "-o one -o two a.o", "two", "a.o", false, false },
		{ "-o -o a.o", "-o", "a.o", false, false },
		{ "-r -S -o out a.o", "out", "a.o", false, false },
		{ "--relocatable --strip-debug -o out a.o", "out", "a.o", false, false },
		{ "--no-type-check -o out a.o", "out", "a.o", true, false },
		{ "-no-type-check -o out a.o", "out", "a.o", true, false },
		{ "--no-undefined -o out a.o", "out", "a.o", false, true },
		{ "-z defs -o out a.o", "out", "a.o", false, true },
		{ "-zdefs -o out a.o", "out", "a.o", false, true },
		{ "-zdefs -zundefs -o out a.o", "out", "a.o", false, false },
		{ "-o out -- -a.o --help", "out", "-a.o --help", false, false },
		{ "-o out -- --", "out", "--", false, false },
		{ "-o out -", "out", "-", false, false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct line line;

		parse(&line, cases[i].line);
		cr_expect_eq(line.command, COMMAND_LINK, "%s: %s", cases[i].line, line.errors);
		cr_expect_str_empty(line.errors, "%s: %s", cases[i].line, line.errors);
		cr_expect_eq(line.options.output.kind, BPFLD_OUTPUT_PATH, "%s", cases[i].line);
		cr_expect_str_eq(line.options.output.path, cases[i].output, "%s", cases[i].line);
		expect_inputs(&line, cases[i].inputs);
		cr_expect_eq(line.options.no_type_check, cases[i].no_type_check, "%s",
			     cases[i].line);
		cr_expect_eq(line.options.no_undefined, cases[i].no_undefined, "%s", cases[i].line);
		release(&line);
	}
}

Test(options, reads_other_commands)
{
	static const struct {
		const char *line;
		enum command command;
		const char *errors;
	} cases[] = {
		{ "--help", COMMAND_HELP, "" },
		{ "-h", COMMAND_HELP, "" },
		{ "-help", COMMAND_HELP, "" },
		{ "-o out a.o --help", COMMAND_HELP, "" },
		{ "--version", COMMAND_VERSION, "" },
		{ "-v", COMMAND_VERSION, "" },
		{ "", COMMAND_WRONG, "no input files; usage: bpfld -o FILE INPUT..." },
		{ "-o out", COMMAND_WRONG, "no input files" },
		{ "a.o", COMMAND_WRONG, "no output file; name it with -o FILE" },
		{ "a.o -o", COMMAND_WRONG, "option '-o' needs a value" },
		{ "a.o --output", COMMAND_WRONG, "option '--output' needs a value" },
		{ "-o out a.o -q", COMMAND_WRONG, "option '-q' is not known; --help lists all" },
		{ "-o out a.o --quiet", COMMAND_WRONG, "option '--quiet' is not known" },
		{ "-o out a.o --no-type-check=1", COMMAND_WRONG,
		  "option '--no-type-check=1' takes no value" },
		{ "-o out a.o -rx", COMMAND_WRONG, "option '-rx' takes no value" },
		{ "-o out a.o --outpu=x", COMMAND_WRONG, "option '--outpu=x' is not known" },
		{ "-o out a.o ---output=x", COMMAND_WRONG, "option '---output=x' is not known" },
		{ "-z origin -o out a.o", COMMAND_LINK, "-z origin has no meaning for BPF" },
		{ "a.o -o out -z", COMMAND_WRONG, "option '-z' needs a value" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct line line;

		parse(&line, cases[i].line);
		cr_expect_eq(line.command, cases[i].command, "%s: %s", cases[i].line, line.errors);
		cr_expect(strstr(line.errors, cases[i].errors), "%s: %s", cases[i].line,
			  line.errors);
		cr_expect(*cases[i].errors == '\0' || strncmp(line.errors, "bpfld: ", 7) == 0, "%s",
			  line.errors);
		cr_expect_eq(*line.errors == '\0', *cases[i].errors == '\0', "%s: %s",
			     cases[i].line, line.errors);
		release(&line);
	}
}

// The spelling in a line of --help: "-o, --output=FILE", "--version", "-z KEYWORD".
static void expect_known(const char *spelling)
{
	struct line line;
	char text[128];

	snprintf(text, sizeof(text), "-o out a.o %s", spelling);
	parse(&line, text);
	cr_expect(!strstr(line.errors, "is not known") && !strstr(line.errors, "no value"), "%s",
		  line.errors);
	release(&line);
}

Test(options, help_lists_what_is_known)
{
	static const char *const all[] = { "-o, --output=FILE", "-r, --relocatable",
					   "-S, --strip-debug", "--no-type-check",
					   "--no-undefined",    "-z KEYWORD",
					   "-v, --version",     "-h, --help" };
	size_t size, lines = 0;
	char *help, *rest;
	FILE *file = open_memstream(&help, &size);

	print_help(file);
	fclose(file);
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		cr_expect(strstr(help, all[i]), "%s in %s", all[i], help);
	for (char *line = strtok_r(help, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		char *dash = line + strspn(line, " ");
		char *end = strstr(dash, "  ");

		if (line == dash || *dash != '-')
			continue;
		cr_assert(strlen(line) <= 100, "%s", line);
		*(end ? end : strchr(dash + 4, ' ')) = '\0';
		lines++;
		if (dash[2] == ',') {
			dash[2] = '\0';
			if (!strchr(dash + 3, '='))
				expect_known(dash);
			dash += 4;
		}
		expect_known(dash);
	}
	cr_expect_eq(lines, sizeof(all) / sizeof(*all), "%zu", lines);
	free(help);
}
