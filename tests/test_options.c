/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "options.h"

#define ARGUMENTS 32

// A command line, taken apart.
struct line {
	struct arena arena;
	char *text;
	char *argv[ARGUMENTS];
	int argc;
	struct command_line command_line;
	enum command command;
	const char *errors;
};

// Words are separated by spaces.
static void parse(struct line *line, const char *text)
{
	struct diag diag;
	char *rest;

	*line = (struct line){ .text = strdup(text), .argv = { "bpfld" }, .argc = 1 };
	for (char *word = strtok_r(line->text, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
		line->argv[line->argc++] = word;
	arena_init(&line->arena, SIZE_MAX);
	diag_init(&diag, &line->arena);
	line->command =
		parse_options(line->argc, line->argv, &line->command_line, &line->arena, &diag);
	line->errors = "";
	for (const struct diag_message *each = diag.first; each; each = each->next)
		line->errors = arena_format(&line->arena, "%s%s\n", line->errors,
					    diag_format(each, &line->arena));
}

static void release(struct line *line)
{
	arena_deinit(&line->arena);
	free(line->text);
}

// The inputs, separated by spaces: paths, "-l" and libraries; behind them "?" when lazy, "!" when
// whole.
static void expect_inputs(const struct line *line, const char *expected)
{
	const struct bpfld_options *options = &line->command_line.options;
	char found[256] = "";

	for (size_t i = 0; i < options->input_count; i++) {
		const struct bpfld_input *input = &options->inputs[i];

		strcat(found, i ? " " : "");
		strcat(found, input->library ? "-l" : "");
		strcat(found, input->library ? input->library : input->path);
		strcat(found, input->lazy ? "?" : "");
		strcat(found, input->whole_archive ? "!" : "");
	}
	cr_expect_str_eq(found, expected, "%s", found);
}

// A list, separated by spaces.
static void expect_strings(struct bpfld_strings strings, const char *expected)
{
	char found[256] = "";

	for (size_t i = 0; i < strings.count; i++) {
		strcat(found, i ? " " : "");
		strcat(found, strings.items[i]);
	}
	cr_expect_str_eq(found, expected, "%s", found);
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
		{ "--unresolved-symbols=report-all -o out a.o", "out", "a.o", false, true },
		{ "--unresolved-symbols ignore-in-shared-libs -o out a.o", "out", "a.o", false,
		  true },
		{ "-zdefs --unresolved-symbols=ignore-all -o out a.o", "out", "a.o", false, false },
		{ "-o out -- -a.o --help", "out", "-a.o --help", false, false },
		{ "-o out -- --", "out", "--", false, false },
		{ "-o out -", "out", "-", false, false },
		{ "a.o -lm b.o -l z -l:c.o --library=d -o out", "out", "a.o -lm b.o -lz -l:c.o -ld",
		  false, false },
		{ "a.a --whole-archive b.a -lm --no-whole-archive c.a -o out", "out",
		  "a.a b.a! -lm! c.a", false, false },
		{ "a.o --start-lib b.o c.o --end-lib d.o -o out", "out", "a.o b.o? c.o? d.o", false,
		  false },
		{ "--push-state --whole-archive a.a --push-state --start-lib b.o --pop-state c.a "
		  "--pop-state d.a -o out",
		  "out", "a.a! b.o?! c.a! d.a", false, false },
		{ "-( a.a -) --start-group b.a --end-group -o out", "out", "a.a b.a", false,
		  false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct bpfld_options *options;
		struct line line;

		parse(&line, cases[i].line);
		cr_expect_eq(line.command, COMMAND_LINK, "%s: %s", cases[i].line, line.errors);
		cr_expect_str_empty(line.errors, "%s: %s", cases[i].line, line.errors);
		options = &line.command_line.options;
		cr_expect_eq(options->output.kind, BPFLD_OUTPUT_PATH, "%s", cases[i].line);
		cr_expect_str_eq(options->output.path, cases[i].output, "%s", cases[i].line);
		expect_inputs(&line, cases[i].inputs);
		cr_expect_eq(options->no_type_check, cases[i].no_type_check, "%s", cases[i].line);
		cr_expect_eq(options->no_undefined, cases[i].no_undefined, "%s", cases[i].line);
		release(&line);
	}
}

// The levels that the options give, "=" in front of an error, "!" of none, "no-" of what is off.
Test(options, reads_levels)
{
	static const char *const marks[] = { "", "no-", "!", "=" };
	char found[128] = "";
	struct line line;

	parse(&line, "-o out a.o -Wno-undefined -Wundefined -Wno-license -Wno-no-license "
		     "-Werror=no-program -Wno-error=all");
	for (size_t i = 0; i < line.command_line.options.level_count; i++) {
		const struct bpfld_level_rule *rule = &line.command_line.options.levels[i];

		strcat(found, " ");
		strcat(found, marks[rule->level]);
		strcat(found, rule->code ? rule->code : "*");
	}
	cr_expect_str_eq(found, " no-undefined undefined no-license no-no-license =no-program !*",
			 "%s", found);
	release(&line);
}

Test(options, collects_lists)
{
	const struct bpfld_options *options;
	struct line line;

	parse(&line, "-o out a.o -L one -Ltwo --library-path=three -u f --undefined=g "
		     "--require-defined h --exclude-libs a.a,b.a:c.a,,d.a --exclude-libs ALL "
		     "--why-live f --why-live=g -y f --trace-symbol=g -yh");
	cr_assert_eq(line.command, COMMAND_LINK, "%s", line.errors);
	options = &line.command_line.options;
	expect_strings(options->library_paths, "one two three");
	expect_strings(options->undefined, "f g");
	expect_strings(options->required, "h");
	expect_strings(options->exclude_libs, "a.a b.a c.a d.a ALL");
	expect_strings(options->why_live, "f g");
	expect_strings(options->trace_symbols, "f g h");
	release(&line);
}

Test(options, sets_and_clears)
{
	static const struct {
		const char *line;
		bool gc_sections, gc_maps, print_gc, copy_inputs;
	} cases[] = {
		{ "-o out a.o", false, false, false, false },
		{ "-o out a.o --gc-sections", true, false, false, false },
		{ "-o out a.o --gc-sections --no-gc-sections", false, false, false, false },
		{ "-o out a.o --gc-sections --gc-maps --print-gc-sections", true, true, true,
		  false },
		{ "-o out a.o --copy-inputs", false, false, false, true },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct bpfld_options *options;
		struct line line;

		parse(&line, cases[i].line);
		options = &line.command_line.options;
		cr_expect_eq(options->gc_sections, cases[i].gc_sections, "%s", cases[i].line);
		cr_expect_eq(options->gc_maps, cases[i].gc_maps, "%s", cases[i].line);
		cr_expect_eq(options->reports[BPFLD_REPORT_REMOVED] != NULL, cases[i].print_gc,
			     "%s", cases[i].line);
		cr_expect_eq(options->copy_inputs, cases[i].copy_inputs, "%s", cases[i].line);
		release(&line);
	}
}

Test(options, names_reports)
{
	static const struct {
		const char *line;
		enum bpfld_report report;
		const char *place; // "": none
	} cases[] = {
		{ "a.o", BPFLD_REPORT_MAP, "" },
		{ "-Map=m a.o", BPFLD_REPORT_MAP, "m" },
		{ "-Map m a.o", BPFLD_REPORT_MAP, "m" },
		{ "--Map=m -M a.o", BPFLD_REPORT_MAP, "-" },
		{ "--print-map -Map m a.o", BPFLD_REPORT_MAP, "m" },
		{ "--report=r.html a.o", BPFLD_REPORT_PAGE, "r.html" },
		{ "--report - a.o", BPFLD_REPORT_PAGE, "-" },
		{ "--cref a.o", BPFLD_REPORT_CROSS_REFERENCES, "-" },
		{ "-t a.o", BPFLD_REPORT_TRACE, "-" },
		{ "-y x a.o", BPFLD_REPORT_TRACE_SYMBOLS, "-" },
		{ "--why-extract=- a.o", BPFLD_REPORT_WHY_EXTRACT, "-" },
		{ "--print-archive-stats a.o", BPFLD_REPORT_ARCHIVES, "-" },
		{ "--print-archive-stats=s a.o", BPFLD_REPORT_ARCHIVES, "s" },
		{ "--stats a.o", BPFLD_REPORT_STATS, "-" },
		{ "--time-trace a.o", BPFLD_REPORT_TIME_TRACE, "out.time-trace" },
		{ "--time-trace=t a.o", BPFLD_REPORT_TIME_TRACE, "t" },
		{ "--dependency-file d a.o", BPFLD_REPORT_DEPENDENCIES, "d" },
		{ "--debug-file=d a.o", BPFLD_REPORT_DEBUG_FILE, "d" },
		{ "--reproduce=d.tar a.o", BPFLD_REPORT_REPRODUCTION, "d.tar" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char text[128];
		const char *place;
		struct line line;

		snprintf(text, sizeof(text), "-o out %s", cases[i].line);
		parse(&line, text);
		cr_expect_eq(line.command, COMMAND_LINK, "%s: %s", text, line.errors);
		place = line.command_line.options.reports[cases[i].report];
		cr_expect_str_eq(place ? place : "", cases[i].place, "%s: %s", text, place);
		release(&line);
	}
}

// Beside the file that the output is, not beside its link in /dev or /proc.
Test(options, put_the_time_beside_the_output)
{
	char path[] = "/tmp/bpfld-options-XXXXXX", text[128], place[64];
	int fd = mkstemp(path);
	struct line line;

	for (int removed = 0; removed < 2; removed++) {
		snprintf(text, sizeof(text), "-o /proc/self/fd/%d a.o --time-trace", fd);
		parse(&line, text);
		snprintf(place, sizeof(place), "%s.time-trace", path);
		if (removed)
			cr_expect_eq(line.command, COMMAND_WRONG);
		else
			cr_expect_str_eq(line.command_line.options.reports[BPFLD_REPORT_TIME_TRACE],
					 place);
		release(&line);
		unlink(path);
	}
	close(fd);
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
		{ "-o out a.o -W", COMMAND_WRONG, "option '-W' needs the name of a warning" },
		{ "-o out a.o -Wstatic-map -Wall -Werror -Wno-error", COMMAND_LINK, "" },
		{ "-o out a.o -Wno-static-map -Werror=no-license", COMMAND_LINK, "" },
		{ "-o out a.o -Wno-error=static-map -Wno-all -Werror=all", COMMAND_LINK, "" },
		{ "-o out a.o -Wstatc-map", COMMAND_LINK, "did you mean '-Wstatic-map'?" },
		{ "-o out a.o -Wno-error=statc-map", COMMAND_LINK, "'-Wno-error=static-map'?" },
		{ "-o out a.o -Wunused-variable", COMMAND_LINK,
		  "names no warning; bpfld(1) lists" },
		{ "-o out a.o -Wfoo -Wno-unknown-warning", COMMAND_LINK, "" },
		{ "-Werror=unknown-warning -o out a.o -Wfoo", COMMAND_WRONG,
		  "error: '-Wfoo' names no warning" },
		{ "-Werror -o out a.o -Wfoo", COMMAND_WRONG, "error: '-Wfoo' names no warning" },
		{ "-o out a.o -Wno-no-btf", COMMAND_WRONG, "'no-btf' is always an error" },
		{ "-o out a.o -Wno-error=truncated", COMMAND_WRONG,
		  "'truncated' is always an error" },
		{ "-o out a.o -Wno-btf", COMMAND_WRONG, "'no-btf' is always an error" },
		{ "-o out a.o -Werror=no-btf", COMMAND_LINK, "" },
		{ "-o out a.o --quiet", COMMAND_WRONG, "option '--quiet' is not known" },
		{ "-o out a.o --no-type-check=1", COMMAND_WRONG,
		  "option '--no-type-check=1' takes no value" },
		{ "-o out a.o --gcsections", COMMAND_WRONG, "did you mean '--gc-sections'?" },
		{ "-o out a.o -shared", COMMAND_WRONG, "is refused: the kernel loads no shared" },
		{ "-o out a.o -Tfile", COMMAND_WRONG, "option '-Tfile' is refused" },
		{ "-o out a.o -O2 -g -O --sort-common -static", COMMAND_LINK, "" },
		{ "-o out a.o -rx", COMMAND_WRONG,
		  "option '-rx' is not known; leave it out, or see --help" },
		{ "-o out a.o --outpu=x", COMMAND_WRONG, "option '--outpu=x' is not known" },
		{ "-o out a.o ---output=x", COMMAND_WRONG, "option '---output=x' is not known" },
		{ "-z origin -o out a.o", COMMAND_LINK,
		  "-z origin is ignored: it has no meaning for BPF" },
		{ "-z origin -o out a.o -Wno-ignored-option", COMMAND_LINK, "" },
		{ "-z origin -o out a.o --no-warnings", COMMAND_LINK, "" },
		{ "-z origin -o out a.o --fatal-warnings", COMMAND_WRONG,
		  "[-Werror=ignored-option]" },
		{ "a.o -o out --pop-state", COMMAND_WRONG,
		  "--pop-state has no --push-state before it" },
		{ "a.o -o out -z", COMMAND_WRONG, "option '-z' needs a value" },
		{ "a.o -o /dev/null --time-trace", COMMAND_WRONG,
		  "name one with --time-trace=FILE" },
		{ "a.o -o /dev/null --time-trace=t", COMMAND_LINK, "" },
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

// A spelling in a line of --help: "-o", "--output=FILE", "--stats[=FILE]", "-m A|B".
static void expect_known(char *spelling)
{
	struct line line;
	char text[128];

	spelling[strcspn(spelling, "[")] = '\0';
	snprintf(text, sizeof(text), "-o out a.o --push-state %s", spelling);
	parse(&line, text);
	cr_expect(!strstr(line.errors, "is not known") && !strstr(line.errors, "no value"), "%s",
		  line.errors);
	release(&line);
}

// "  -o, --output=FILE   what it does": split at the comma and before the blanks; what it does may
// be on a line of its own.
static void expect_known_line(char *line)
{
	char *end = strstr(line, "  "), *comma = strstr(line, ", -");

	cr_assert(end || strlen(line) > 22, "%s", line);
	if (end)
		*end = '\0';
	if (comma && (!end || comma < end)) {
		*comma = '\0';
		expect_known(line);
		line = comma + 2;
	}
	expect_known(line);
}

Test(options, collects_scope_rules)
{
	static const struct {
		const char *line;
		const char *rules; // after '+' exported, '~' hidden, '-' local; in order
	} cases[] = {
		{ "", "" },
		{ "--localize=a --hide=b*", "-a ~b*" },
		{ "--export=a", "+a ~*" },
		{ "--export a --localize=b --export=c", "+a -b +c ~*" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct bpfld_options *options;
		char text[128], found[128] = "";
		struct line line;

		snprintf(text, sizeof(text), "-o out a.o %s", cases[i].line);
		parse(&line, text);
		options = &line.command_line.options;
		cr_expect_eq(line.command, COMMAND_LINK, "%s: %s", cases[i].line, line.errors);
		for (size_t j = 0; j < options->scope_rule_count; j++) {
			const struct bpfld_scope_rule *rule = &options->scope_rules[j];

			strcat(found, j ? " " : "");
			strncat(found, &"+~-"[rule->scope], 1);
			strcat(found, rule->pattern);
		}
		cr_expect_str_eq(found, cases[i].rules, "%s: %s", cases[i].line, found);
		release(&line);
	}
}

Test(options, help_lists_what_is_known)
{
	static const char *const all[] = {
		"-o, --output=FILE",  "-r, --relocatable",   "-S, --strip-debug",
		"-l, --library=NAME", "-L, --library-path=", "--whole-archive",
		"--start-lib",        "-(, --start-group",   "-u, --undefined=SYMBOL",
		"--require-defined=", "--exclude-libs=",     "--no-type-check",
		"--no-undefined",     "-z defs|undefs",      "--gc-sections",
		"--gc-maps",          "--why-live=SYMBOL",   "-v, --version",
		"-h, --help",
	};
	size_t size, lines = 0;
	char *help, *rest;
	FILE *file = open_memstream(&help, &size);

	print_help(file);
	fclose(file);
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		cr_expect(strstr(help, all[i]), "%s in %s", all[i], help);
	for (char *line = strtok_r(help, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		char *dash = line + strspn(line, " ");

		cr_expect_leq(strlen(line), 100, "%s", line);
		if (line == dash || *dash != '-')
			continue;
		expect_known_line(dash);
		lines++;
	}
	cr_expect_geq(lines, sizeof(all) / sizeof(*all), "%zu", lines);
	free(help);
}

// The words of bpftool: what they ask for, the output, and the inputs.
Test(options, reads_the_words_of_bpftool)
{
	static const struct {
		const char *line;
		enum command command;
		const char *output, *inputs;
	} cases[] = {
		{ "gen object out a.o b.o", COMMAND_LINK, "out", "a.o b.o" },
		{ "g o out a.o", COMMAND_LINK, "out", "a.o" },
		{ "ge objec out a.o -d --debug -j -p", COMMAND_LINK, "out", "a.o" },
		{ "-L -l -f -m -n -d -j -p gen object out a.o", COMMAND_LINK, "out", "a.o" },
		{ "--use-loader --legacy --bpffs gen object --mapcompat out --nomount a.o",
		  COMMAND_LINK, "out", "a.o" },
		{ "--json --pretty --debug gen object out a.o", COMMAND_LINK, "out", "a.o" },
		{ "gen -r object out a.o -lx -Lfolder", COMMAND_LINK, "out", "a.o -lx" },
		{ "gen object -- -out -a.o", COMMAND_LINK, "-out", "-a.o" },
		{ "gen object out a.o -- -d", COMMAND_LINK, "out", "a.o -d" },
		{ "gen object out --start-lib a.o", COMMAND_LINK, "out", "a.o?" },
		// Lines of bpfld's own.
		{ "gen object out -o a.o", COMMAND_LINK, "a.o", "gen object out" },
		{ "gen object --output=out", COMMAND_LINK, "out", "gen object" },
		{ "gen object -output out", COMMAND_LINK, "out", "gen object" },
		{ "gen object --output out", COMMAND_LINK, "out", "gen object" },
		{ "-- gen object out a.o", COMMAND_WRONG, NULL, "gen object out a.o" },
		{ "gen object -- -o a.o", COMMAND_LINK, "-o", "a.o" },
		{ "generate object out a.o", COMMAND_WRONG, NULL, "generate object out a.o" },
		{ "gen object out a.o -L", COMMAND_WRONG, "out", NULL },
		{ "gen object", COMMAND_WRONG, NULL, NULL },
		{ "gen object out", COMMAND_WRONG, "out", "" },
		// What only bpftool does.
		{ "gen objects out a.o", COMMAND_REFUSED, NULL, NULL },
		{ "gen", COMMAND_REFUSED, NULL, NULL },
		{ "gen skeleton a.o", COMMAND_REFUSED, NULL, NULL },
		{ "g min out a.o", COMMAND_REFUSED, NULL, NULL },
		{ "-j p", COMMAND_REFUSED, NULL, NULL },
		{ "struct_ops show", COMMAND_REFUSED, NULL, NULL },
		{ "help", COMMAND_HELP, NULL, NULL },
		{ "g help", COMMAND_HELP, NULL, NULL },
		{ "version", COMMAND_VERSION, NULL, NULL },
		{ "-V", COMMAND_VERSION, NULL, NULL },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *output;
		struct line line;

		parse(&line, cases[i].line);
		cr_expect_eq(line.command, cases[i].command, "%s: %s", cases[i].line, line.errors);
		output = line.command_line.options.output.path;
		cr_expect_str_eq(output ? output : "", cases[i].output ? cases[i].output : "",
				 "%s: %s", cases[i].line, output);
		if (cases[i].inputs)
			expect_inputs(&line, cases[i].inputs);
		release(&line);
	}
}
