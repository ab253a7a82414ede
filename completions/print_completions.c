/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * print_completions SHELL TEMPLATE OUTPUT: completions for a shell, of the option table. Lines of
 * the template that are "@NAME@" are replaced by a line, or some, for each option of --help.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "option_table.h"

// What a shell completes as the value of an option.
enum kind {
	NO_VALUE,
	ANYTHING, // symbols, numbers, names: nothing that a shell knows
	FILES,
	FOLDERS,
	WARNINGS, // of -W
	WORDS,    // one of several, with '|' between them
};

static bool is_optional(const struct option *option)
{
	return option->value && option->value[0] == '[';
}

static enum kind kind_of(const struct option *option)
{
	static const struct {
		const char *value;
		enum kind kind;
	} kinds[] = {
		{ "FILE", FILES },
		{ "[=FILE]", FILES },
		{ "FOLDER", FOLDERS },
		{ "[CODE]", WARNINGS },
	};

	if (!option->value)
		return NO_VALUE;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (strcmp(option->value, kinds[i].value) == 0)
			return kinds[i].kind;
	}
	return strchr(option->value, '|') ? WORDS : ANYTHING;
}

static bool is_listed(const struct option *option)
{
	return option->group < GROUP_COUNT;
}

// The words of a value such as "[=xxh128|0xBYTES]", but not those that stand for others.
static void print_words(FILE *file, const char *value, const char *separator)
{
	static const char ends[] = "[=]|";
	const char *before = "";

	for (size_t size; *value; value += size) {
		value += strspn(value, ends);
		size = strcspn(value, ends);
		if (size == 0 || strcspn(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") < size)
			continue;
		fprintf(file, "%s%.*s", before, (int)size, value);
		before = separator;
	}
}

static void print_warnings(FILE *file, const char *const *prefixes, const char *separator)
{
	const char *before = "";

	for (; *prefixes; prefixes++) {
		for (enum code code = NO_CODE + 1; code < CODE_COUNT; code++) {
			if (!code_is_warning(code))
				continue;
			fprintf(file, "%s%s%s", before, *prefixes, code_name(code));
			before = separator;
		}
	}
}

static const char *const warning_forms[] = { "", "no-", "error=", "no-error=", NULL };

// As quoted with '...' in any shell, with a backslash before the characters of @special.
static void print_quoted(FILE *file, const char *text, const char *special)
{
	for (; *text; text++) {
		if (*text == '\'')
			fputs("'\\'", file);
		else if (strchr(special, *text))
			fputc('\\', file);
		fputc(*text, file);
	}
}

// For bash: names, and a case that sets what their values are.

static void print_bash_names(FILE *file, const struct option *option)
{
	const char *equals = kind_of(option) != NO_VALUE && !is_optional(option) ? "=" : "";

	if (option->letter)
		fprintf(file, "-%c\n", option->letter);
	if (option->name)
		fprintf(file, "--%s%s\n", option->name, equals);
}

static void print_bash_pattern(FILE *file, const struct option *option)
{
	if (option->letter)
		fprintf(file, "\t-%c%s", option->letter, option->name ? " | " : ")");
	if (option->name)
		fprintf(file, "%s-%s | --%s)", option->letter ? "" : "\t", option->name,
			option->name);
	if (is_optional(option))
		fprintf(file, " optional=1");
}

static void print_bash_value(FILE *file, const struct option *option)
{
	static const char *const plain[] = { "", NULL };
	enum kind kind = kind_of(option);

	if (kind == NO_VALUE)
		return;
	print_bash_pattern(file, option);
	switch (kind) {
	case FILES:
		fprintf(file, " kind=file");
		break;
	case FOLDERS:
		fprintf(file, " kind=directory");
		break;
	case WORDS:
		fprintf(file, " kind=words words='");
		print_words(file, option->value, " ");
		fprintf(file, "'");
		break;
	case WARNINGS:
		fprintf(file, " kind=words words='error no-error ");
		print_warnings(file, warning_forms, " ");
		fprintf(file, "' ;;\n\t-Werror | -Wno-error) kind=words words='");
		print_warnings(file, plain, " ");
		fprintf(file, "'");
		break;
	case ANYTHING:
	case NO_VALUE:
		fprintf(file, " kind=anything");
		break;
	}
	fprintf(file, " ;;\n");
}

// For zsh: specifications of _arguments.

static void print_zsh_value(FILE *file, const struct option *option)
{
	enum kind kind = kind_of(option);

	if (kind == NO_VALUE)
		return;
	fprintf(file, "%s:value:", is_optional(option) ? ":" : "");
	if (kind == FILES)
		fprintf(file, "_files");
	if (kind == FOLDERS)
		fprintf(file, "_files -/");
	if (kind == WORDS || kind == WARNINGS)
		fputc('(', file);
	if (kind == WORDS)
		print_words(file, option->value, " ");
	if (kind == WARNINGS)
		print_warnings(file, warning_forms, " ");
	if (kind == WORDS || kind == WARNINGS)
		fputc(')', file);
}

static void print_zsh_spelling(FILE *file, const struct option *option, bool letter)
{
	enum kind kind = kind_of(option);

	fprintf(file, "\t'*");
	if (letter)
		fprintf(file, "-%c", strchr("()", option->letter) ? '\\' : option->letter);
	if (letter && strchr("()", option->letter))
		fputc(option->letter, file);
	if (letter && kind != NO_VALUE)
		fputs(is_optional(option) ? "-" : "+", file);
	if (!letter)
		fprintf(file, "--%s", option->name);
	if (!letter && kind != NO_VALUE)
		fputs(is_optional(option) ? "=-" : "=", file);
	fputc('[', file);
	print_quoted(file, option->help ? option->help : "", "[]:\\");
	fputc(']', file);
	print_zsh_value(file, option);
	fprintf(file, "' \\\n");
}

static void print_zsh(FILE *file, const struct option *option)
{
	if (option->letter)
		print_zsh_spelling(file, option, true);
	if (option->name)
		print_zsh_spelling(file, option, false);
}

// For fish: a command each.

static void print_fish_value(FILE *file, const struct option *option)
{
	bool optional = is_optional(option);

	switch (kind_of(option)) {
	case NO_VALUE:
		break;
	case ANYTHING:
		fprintf(file, " %s", optional ? "-f" : "-x");
		break;
	case FILES:
		fprintf(file, " %s", optional ? "-F" : "-r -F");
		break;
	case FOLDERS:
		fprintf(file, " -x -a '(__fish_complete_directories)'");
		break;
	case WORDS:
		fprintf(file, " %s -a '", optional ? "-f" : "-x");
		print_words(file, option->value, " ");
		fputc('\'', file);
		break;
	case WARNINGS:
		fprintf(file, " -x -a 'error no-error ");
		print_warnings(file, warning_forms, " ");
		fputc('\'', file);
		break;
	}
}

static void print_fish(FILE *file, const struct option *option)
{
	fprintf(file, "complete -c bpfld");
	if (option->letter)
		fprintf(file, " -s '%c'", option->letter);
	if (option->name)
		fprintf(file, " -l %s", option->name);
	print_fish_value(file, option);
	if (option->help) {
		fprintf(file, " -d '");
		print_quoted(file, option->help, "\\");
		fputc('\'', file);
	}
	fputc('\n', file);
}

static const struct {
	const char *shell, *line;
	void (*print)(FILE *file, const struct option *option);
} insertions[] = {
	{ "bash", "@names@\n", print_bash_names },
	{ "bash", "@values@\n", print_bash_value },
	{ "zsh", "@options@\n", print_zsh },
	{ "fish", "@options@\n", print_fish },
};

static void print_line(FILE *file, const char *shell, const char *line)
{
	for (size_t i = 0; i < sizeof(insertions) / sizeof(*insertions); i++) {
		if (strcmp(insertions[i].shell, shell) != 0 ||
		    strcmp(insertions[i].line, line) != 0)
			continue;
		for (size_t k = 0; k < option_count; k++) {
			if (is_listed(&option_table[k]))
				insertions[i].print(file, &option_table[k]);
		}
		return;
	}
	fputs(line, file);
}

int main(int argc, char **argv)
{
	FILE *template = argc == 4 ? fopen(argv[2], "r") : NULL;
	FILE *output = argc == 4 ? fopen(argv[3], "w") : NULL;
	char line[256];

	if (!template || !output) {
		fprintf(stderr, "usage: print_completions SHELL TEMPLATE OUTPUT\n");
		return EXIT_FAILURE;
	}
	while (fgets(line, sizeof(line), template))
		print_line(output, argv[1], line);
	fclose(template);
	return ferror(output) | fclose(output) ? EXIT_FAILURE : EXIT_SUCCESS;
}
