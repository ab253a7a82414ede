/* SPDX-License-Identifier: BSD-2-Clause */
#include <bpf/libbpf.h>
#include <criterion/criterion.h>
#include <stdlib.h>
#include <unistd.h>

#include "bpfld.h"
#include "elf_text.h"
#include "support/command.h"
#include "support/sound.h"

#define PROGRAM                                                                                    \
	"section socket AX | global func prog 16 | line 1 | call f | exit | section license WA |"  \
	"global object _license 4 | string GPL | btf"
#define LIBRARY "section .text AX | global func f 8 | line 2 | exit | btf"

struct fixture {
	struct arena arena;
	struct bpfld_input inputs[2];
	struct bpfld_options options;
	struct bpfld_result result;
	const char *texts[BPFLD_REPORTS]; // what on_report was given; NULL: nothing
	unsigned int calls;
	enum bpfld_report last;
};

static void take_report(enum bpfld_report report, const char *text, size_t size, void *context)
{
	struct fixture *fixture = context;

	cr_expect(fixture->calls == 0 || report > fixture->last, "report %u after %u", report,
		  fixture->last);
	fixture->texts[report] = arena_strndup(&fixture->arena, text, size);
	fixture->last = report;
	fixture->calls++;
}

// A link into memory of which all reports are wanted.
static void begin(struct fixture *fixture, const char *first, const char *second)
{
	const char *const texts[] = { first, second };
	static const char *const symbols[] = { "f" };

	*fixture = (struct fixture){ 0 };
	arena_init(&fixture->arena, SIZE_MAX);
	for (size_t i = 0; i < 2; i++) {
		struct str image = elf_text(&fixture->arena, false, texts[i]);

		fixture->inputs[i] = (struct bpfld_input){
			.name = i ? "b.o" : "a.o",
			.data = image.data,
			.size = image.size,
		};
	}
	fixture->options = (struct bpfld_options){
		.inputs = fixture->inputs,
		.input_count = 2,
		.output = { .kind = BPFLD_OUTPUT_MEMORY },
		.trace_symbols = { symbols, 1 },
		.on_report = take_report,
		.context = fixture,
	};
	for (size_t i = 0; i < BPFLD_REPORTS; i++)
		fixture->options.reports[i] = "-";
}

static bool run(struct fixture *fixture)
{
	if (!bpfld_link(&fixture->options, &fixture->result))
		return false;
	// What goes to a file is checked where that is what the test is about.
	if (fixture->result.data)
		expect_sound(fixture->result.data, fixture->result.size, 0, "output");
	return true;
}

static void end(struct fixture *fixture)
{
	bpfld_result_deinit(&fixture->result);
	arena_deinit(&fixture->arena);
}

Test(reports, are_told_in_their_order)
{
	struct fixture fixture;

	begin(&fixture, PROGRAM, LIBRARY);
	cr_assert(run(&fixture), "%s", fixture.result.diagnostics->message);
	cr_expect_eq(fixture.calls, BPFLD_REPORTS);
	for (size_t i = 0; i < BPFLD_REPORTS; i++)
		cr_expect(fixture.texts[i] && *fixture.texts[i], "%zu", i);
	cr_expect_str_eq(fixture.texts[BPFLD_REPORT_TRACE], "a.o\nb.o\n");
	cr_expect_str_eq(fixture.texts[BPFLD_REPORT_TRACE_SYMBOLS],
			 "a.o: reference to f\nb.o: definition of f\n");
	cr_expect(strstr(fixture.texts[BPFLD_REPORT_MAP], "b.o:(.text+0x0) f\n"), "%s",
		  fixture.texts[BPFLD_REPORT_MAP]);
	end(&fixture);
}

Test(reports, change_nothing_of_the_output)
{
	struct fixture with, without;

	begin(&with, PROGRAM, LIBRARY);
	begin(&without, PROGRAM, LIBRARY);
	memset(without.options.reports, 0, sizeof(without.options.reports));
	cr_assert(run(&with) && run(&without));
	cr_expect_eq(without.calls, 0);
	cr_assert_eq(with.result.size, without.result.size);
	cr_expect_arr_eq(with.result.data, without.result.data, with.result.size);
	end(&with);
	end(&without);
}

Test(reports, tell_why_a_link_fails)
{
	static const struct {
		const char *name;
		const char *second;
		const char *trace; // what was read before
	} cases[] = {
		{ "resolution", PROGRAM, "a.o\nb.o\n" },
		{ "reading", "section .text AX | global func f 8 | byte 1", "a.o\n" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct fixture fixture;

		begin(&fixture, PROGRAM, cases[i].second);
		cr_expect_not(run(&fixture), "%s", cases[i].name);
		for (size_t j = 0; j < BPFLD_REPORTS; j++)
			cr_expect_eq(fixture.texts[j] != NULL, j <= BPFLD_REPORT_REPRODUCTION,
				     "%s: %zu", cases[i].name, j);
		cr_expect_str_eq(fixture.texts[BPFLD_REPORT_TRACE], cases[i].trace, "%s: %s",
				 cases[i].name, fixture.texts[BPFLD_REPORT_TRACE]);
		end(&fixture);
	}
}

Test(reports, of_which_one_fails_leave_the_old_output)
{
	char *folder = folder_create();
	char *output = path_join(folder, "out.o"), *nowhere = path_join(folder, "no/map");
	struct fixture fixture;
	struct bytes left;

	file_write(output, "old", 3);
	begin(&fixture, PROGRAM, LIBRARY);
	fixture.options.output = (struct bpfld_output){ .path = output };
	fixture.options.reports[BPFLD_REPORT_MAP] = nowhere;
	fixture.options.no_warnings = true;
	cr_expect_not(run(&fixture));
	cr_assert_eq(fixture.result.error_count, 1);
	cr_expect_str_eq(fixture.result.diagnostics->input, nowhere);
	// Those that a failed link has were not told twice: take_report() would have said so.
	cr_expect(fixture.texts[BPFLD_REPORT_TRACE]);
	cr_expect_null(fixture.texts[BPFLD_REPORT_TIME_TRACE]);
	left = file_read(output);
	cr_expect_str_eq(left.data, "old");
	free(left.data);
	end(&fixture);
	folder_remove(folder);
	free(folder);
	free(output);
	free(nowhere);
}

#define IN_GROUP "section .text.f AX | group f | weak func f 8 | exit | btf"

Test(reports, say_what_an_input_had)
{
	static const struct {
		enum bpfld_report report;
		const char *first, *second;
		const char *line;
	} cases[] = {
		{ BPFLD_REPORT_MAP, PROGRAM,
		  LIBRARY " | section .data WA | global object x 8 | quad 1",
		  "8  b.o:(.data+0x0) x: nothing that goes out needs it\n" },
		{ BPFLD_REPORT_MAP, PROGRAM "|" IN_GROUP, IN_GROUP,
		  "8  b.o:(.text.f+0x0): another object has its section group\n" },
		{ BPFLD_REPORT_MAP, PROGRAM "| section .text AX | weak func f 16 | mov | exit",
		  LIBRARY, "10  a.o:(.text+0x0) f: overridden by 'b.o'\n" },
		{ BPFLD_REPORT_TRACE_SYMBOLS, "global common f 8 4", "global common f 4 4",
		  "a.o: definition of f\nb.o: definition of f\n" },
		{ BPFLD_REPORT_TRACE_SYMBOLS, "section .data WA | quad f | btf",
		  "weak absolute f 4", "b.o: weak definition of f\n" },
		{ BPFLD_REPORT_TRACE_SYMBOLS, "weak undefined f", LIBRARY,
		  "a.o: weak reference to f\n" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct fixture fixture;
		const char *text;

		begin(&fixture, cases[i].first, cases[i].second);
		fixture.options.gc_sections = cases[i].report == BPFLD_REPORT_MAP;
		bpfld_link(&fixture.options, &fixture.result);
		text = fixture.texts[cases[i].report];
		cr_expect(text && strstr(text, cases[i].line), "%zu: %s", i, text);
		end(&fixture);
	}
}

// Names of one folder, where "here" is a link to the folder, "alias" to "out", "soon" to "map",
// which is not there yet, and "hard" another name of "out". a.o is an input, "list" was read as
// well.
// clang-format off
static const struct {
	const char *output, *map, *cross_references;
	const char *message; // NULL: nothing is in the way
} places[] = {
	{ "out", "map", "cref", NULL },
	{ "out", "map", "map", "map: error: is both a report and another one; give the report another name" },
	{ "out", "map", "./here/map", "./here/map: error: is both a report and another one; give the report another name" },
	{ "out", "soon", "map", "map: error: is both a report and another one; give the report another name" },
	{ "out", "out", "cref", "out: error: is both a report and the output; give the report another name" },
	{ "new", "here/new", "cref", "here/new: error: is both a report and the output; give the report another name" },
	{ "alias", "map", "out", "out: error: is both a report and the output; give the report another name" },
	{ "out", "a.o", "cref", "a.o: error: is both a report and an input; give the report another name" },
	{ "out", "here/list", "cref", "here/list: error: is both a report and an input; give the report another name" },
	{ "list", "map", "cref", "list: error: is both an input and the output; give the output another name" },
	{ "out", "map", "-", NULL },
	{ "out", "-", "-", NULL },
	{ "-", "map", "-", NULL },
	{ "out", "/dev/null", "/dev/null", NULL },
	{ "/dev/null", "/dev/null", "cref", NULL },
	// What replaces one name leaves the other.
	{ "out", "hard", "cref", NULL },
};
// clang-format on

static void make_places(struct fixture *fixture)
{
	file_write("a.o", fixture->inputs[0].data, fixture->inputs[0].size);
	file_write("out", "old", 3);
	file_write("list", "a.o", 3);
	cr_assert(symlink(".", "here") == 0);
	cr_assert(symlink("out", "alias") == 0);
	cr_assert(symlink("map", "soon") == 0);
	cr_assert(link("out", "hard") == 0);
}

static void expect_place(size_t i)
{
	static const char *const lists[] = { "list" };
	char *folder = folder_create();
	struct fixture fixture;
	struct bpfld_options *options = &fixture.options;
	struct bytes list;

	cr_assert(chdir(folder) == 0);
	begin(&fixture, PROGRAM, LIBRARY);
	make_places(&fixture);
	fixture.inputs[0] = (struct bpfld_input){ .path = "a.o" };
	memset(options->reports, 0, sizeof(options->reports));
	options->reports[BPFLD_REPORT_MAP] = places[i].map;
	options->reports[BPFLD_REPORT_CROSS_REFERENCES] = places[i].cross_references;
	options->output = (struct bpfld_output){ .path = places[i].output };
	options->read_files = (struct bpfld_strings){ lists, 1 };
	cr_expect_eq(run(&fixture), !places[i].message, "%zu", i);
	cr_assert_eq(fixture.result.diagnostic_count, places[i].message != NULL, "%zu", i);
	if (places[i].message)
		cr_expect_str_eq(fixture.result.diagnostics->message, places[i].message, "%zu: %s",
				 i, fixture.result.diagnostics->message);
	list = file_read("list");
	cr_expect_str_eq(list.data, "a.o", "%zu", i);
	free(list.data);
	end(&fixture);
	cr_assert(chdir("/") == 0);
	folder_remove(folder);
	free(folder);
}

Test(reports, are_files_of_their_own)
{
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++)
		expect_place(i);
}

// Whether somebody else reads @text as JSON.
static bool is_json(const char *folder, const char *text)
{
	static const char *const command[] = { "python3", "-m", "json.tool", "report.json", NULL };
	char *path = path_join(folder, "report.json");
	struct command_result result;
	bool accepted;

	file_write(path, text, strlen(text));
	result = command_run(folder, command);
	accepted = result.status == 0;
	command_result_free(&result);
	free(path);
	return accepted;
}

Test(reports, are_json_whatever_inputs_are_called)
{
	static const char *const names[] = {
		"a.o", "quo\"te\\.o", "line\n\ttab\x1b.o", "\xc3\xbc.o", "\xff\xc3.o", "",
	};
	static const enum bpfld_report reports[] = { BPFLD_REPORT_MAP, BPFLD_REPORT_TIME_TRACE };
	char *folder = folder_create();

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct fixture fixture;

		begin(&fixture, PROGRAM, LIBRARY);
		fixture.inputs[0].name = names[i];
		fixture.options.map_format = BPFLD_MAP_JSON;
		cr_assert(run(&fixture), "%s", fixture.result.diagnostics->message);
		for (size_t j = 0; j < sizeof(reports) / sizeof(*reports); j++)
			cr_expect(is_json(folder, fixture.texts[reports[j]]), "'%s': %s", names[i],
				  fixture.texts[reports[j]]);
		end(&fixture);
	}
	cr_expect_not(is_json(folder, "{"));
	folder_remove(folder);
	free(folder);
}

// Each event is a pass that has ended; the first one is the whole link.
Test(reports, time_passes_within_the_link)
{
	unsigned long long link_end = 0;
	struct fixture fixture;
	size_t count = 0;

	begin(&fixture, PROGRAM, LIBRARY);
	cr_assert(run(&fixture), "%s", fixture.result.diagnostics->message);
	for (const char *at = fixture.texts[BPFLD_REPORT_TIME_TRACE];
	     (at = strstr(at, "\"ts\"")) != NULL; at++, count++) {
		unsigned long long start, duration;

		cr_assert_eq(sscanf(at, "\"ts\": %llu, \"dur\": %llu", &start, &duration), 2, "%s",
			     at);
		if (count == 0)
			link_end = start + duration;
		cr_expect(duration <= link_end && start <= link_end - duration, "%s", at);
	}
	cr_expect(count > 2 && link_end < 60 * 1000 * 1000ULL, "%zu, %llu", count, link_end);
	end(&fixture);
}

// The build id is a section that nothing asks for: libbpf must not take it for anything.
Test(reports, loaders_ignore_the_build_id)
{
	static const enum bpfld_build_id ids[] = {
		BPFLD_BUILD_ID_XXH128,
		BPFLD_BUILD_ID_SHA1,
		BPFLD_BUILD_ID_BYTES,
	};

	libbpf_set_print(NULL);
	for (size_t i = 0; i < sizeof(ids) / sizeof(*ids); i++) {
		struct bpf_object *object;
		struct fixture fixture;
		struct bpf_map *map;
		size_t maps = 0;

		begin(&fixture, PROGRAM, LIBRARY);
		fixture.options.build_id = ids[i];
		fixture.options.build_id_bytes = (struct bpfld_bytes){ "\1\2\3", 3 };
		cr_assert(run(&fixture));
		object = bpf_object__open_mem(fixture.result.data, fixture.result.size, NULL);
		cr_assert(object, "build id %u", ids[i]);
		cr_expect(bpf_object__find_program_by_name(object, "prog"));
		bpf_object__for_each_map(map, object) maps++;
		cr_expect_eq(maps, 0);
		bpf_object__close(object);
		end(&fixture);
	}
}

// Where names of the inputs stand in what follows.
#define MARK      "QQQQQQQQ"
#define MARK_SIZE (sizeof(MARK) - 1)

// A link in which every report tells names: objects, members, sections, symbols.
struct hostile {
	struct arena arena;
	struct bpfld_input inputs[2];
	const char *name;                 // in place of the mark
	const char *texts[BPFLD_REPORTS]; // of the link
	const char *lines;                // of diagnostics
};

// @bytes with @name for each mark.
static struct str marked(struct arena *arena, const char *bytes, size_t size, const char *name)
{
	char *copy = arena_strndup(arena, bytes, size);

	for (size_t i = 0; i + MARK_SIZE <= size; i++) {
		if (memcmp(copy + i, MARK, MARK_SIZE) == 0)
			memcpy(copy + i, name, MARK_SIZE);
	}
	return (struct str){ copy, size };
}

static struct bpfld_input marked_input(struct hostile *hostile, const char *name, const char *bytes,
				       size_t size)
{
	struct str image = marked(&hostile->arena, bytes, size, hostile->name);

	return (struct bpfld_input){
		.name = marked(&hostile->arena, name, strlen(name), hostile->name).data,
		.data = image.data,
		.size = image.size,
	};
}

static void make_inputs(struct hostile *hostile)
{
	struct str user =
		elf_text(&hostile->arena, false,
			 "section socket AX | global func prog 48 | call " MARK "1 | "
			 "call " MARK "2 | call " MARK "3 | load " MARK "6 | exit | "
			 "section .text AX | local func " MARK "2 8 | exit | "
			 "local func " MARK "3 8 | exit | local func " MARK "4 8 | exit |"
			 "section .data." MARK " WA | global object " MARK "5 8 | quad 1 | "
			 "section .rodata A | local object " MARK "6 8 | quad 7");
	struct str member =
		elf_text(&hostile->arena, false,
			 "section .text AX | global func " MARK "1 24 | load " MARK "6 | exit | "
			 "section .rodata A | local object " MARK "6 8 | quad 7");
	char *archive = arena_format(&hostile->arena, "!<arch>\n%-16s%-12d%-6d%-6d%-8d%-10zu`\n%*s",
				     MARK ".o/", 0, 0, 0, 0, member.size, (int)member.size, "");

	memcpy(archive + 68, member.data, member.size);
	hostile->inputs[0] = marked_input(hostile, MARK ".o", user.data, user.size);
	hostile->inputs[1] = marked_input(hostile, MARK ".a", archive, 68 + member.size);
}

static void keep_report(enum bpfld_report report, const char *text, size_t size, void *context)
{
	struct hostile *hostile = context;

	hostile->texts[report] = arena_strndup(&hostile->arena, text, size);
}

static void keep_line(const struct bpfld_diagnostic *diagnostic, void *context)
{
	struct hostile *hostile = context;

	hostile->lines =
		arena_format(&hostile->arena, "%s%s\n", hostile->lines, diagnostic->message);
}

static void link_hostile(struct hostile *hostile, const char *name, enum bpfld_map_format format)
{
	struct bpfld_options options = {
		.inputs = hostile->inputs,
		.input_count = 2,
		.output = { .kind = BPFLD_OUTPUT_MEMORY },
		.gc_sections = true,
		.icf = BPFLD_ICF_ALL,
		.map_format = format,
		.on_report = keep_report,
		.on_diagnostic = keep_line,
		.context = hostile,
	};
	const char *symbols[3]; // the last one is nobody's, but like the others
	struct bpfld_result result;

	*hostile = (struct hostile){ .name = name, .lines = "" };
	arena_init(&hostile->arena, SIZE_MAX);
	make_inputs(hostile);
	for (size_t i = 0; i < 3; i++)
		symbols[i] = marked(&hostile->arena,
				    i == 2 ? MARK "X"
				    : i    ? MARK "2"
					   : MARK "1",
				    MARK_SIZE + 1, name)
				     .data;
	options.trace_symbols = options.why_live = (struct bpfld_strings){ symbols, 3 };
	for (size_t i = 0; i < BPFLD_REPORTS; i++)
		options.reports[i] = i == BPFLD_REPORT_REPRODUCTION ? NULL : "-";
	cr_expect(bpfld_link(&options, &result), "%s", hostile->lines);
	bpfld_result_deinit(&result);
}

static size_t count_character(const char *text, char c)
{
	size_t count = 0;

	for (; *text; text++)
		count += *text == c;
	return count;
}

// @plain is what the link with the mark itself told.
static void expect_safe(const char *text, const char *plain, const char *name, size_t report)
{
	cr_assert(text && plain, "report %zu", report);
	cr_expect_null(strstr(text, name), "report %zu has it as it is: %s", report, text);
	cr_expect_eq(count_character(text, '\n'), count_character(plain, '\n'),
		     "report %zu: a line is forged: %s", report, text);
	cr_expect_eq(count_character(text, '\t'), count_character(plain, '\t'),
		     "report %zu: a column is forged: %s", report, text);
	for (const char *at = text; *at; at++)
		cr_expect((unsigned char)*at >= ' ' || *at == '\n' || *at == '\t',
			  "report %zu has byte %02x", report, (unsigned char)*at);
}

Test(reports, show_names_that_are_no_text)
{
	// Each as long as the mark.
	static const char *const names[] = {
		"\033]0;pw\007x",       // a terminal's title
		"\nFAKE: x",            // a line
		"\rFAKE: x",            // a line over the other
		"a\tb\tc\td\t",         // columns
		"a\x08\x08\x08xyz\x7f", // a correction
		"\xc2\x9b"
		"31mabc", // a C1 control
		"\xe2\x80\xae"
		"o.abc", // right to left
		"\xe2\x80\x8b"
		"abcde", // nothing
		"\xe2\x80\xa8"
		"abcde",             // a line, to some
		"abcde\xff\xfe\xc0", // no UTF-8
	};
	struct hostile plain[2];

	for (size_t i = 0; i < 2; i++)
		link_hostile(&plain[i], MARK, i ? BPFLD_MAP_JSON : BPFLD_MAP_TEXT);
	// Otherwise nothing is shown.
	for (size_t i = 0; i < BPFLD_REPORTS; i++) {
		if (i != BPFLD_REPORT_REPRODUCTION && i != BPFLD_REPORT_DEPENDENCIES &&
		    i != BPFLD_REPORT_DEBUG_FILE && i != BPFLD_REPORT_TIME_TRACE &&
		    i != BPFLD_REPORT_KERNELS && i != BPFLD_REPORT_MIN_CORE_BTF)
			cr_expect(strstr(plain->texts[i], MARK), "report %zu: %s", i,
				  plain->texts[i]);
	}
	cr_expect(strstr(plain->lines, MARK), "%s", plain->lines);
	for (size_t i = 0; i < 2 * sizeof(names) / sizeof(*names); i++) {
		struct hostile hostile;

		link_hostile(&hostile, names[i / 2], i % 2 ? BPFLD_MAP_JSON : BPFLD_MAP_TEXT);
		for (size_t j = 0; j < BPFLD_REPORTS; j++) {
			// These are no texts.
			if (j != BPFLD_REPORT_REPRODUCTION && j != BPFLD_REPORT_DEBUG_FILE &&
			    j != BPFLD_REPORT_MIN_CORE_BTF)
				expect_safe(hostile.texts[j], plain[i % 2].texts[j], names[i / 2],
					    j);
		}
		expect_safe(hostile.lines, plain[i % 2].lines, names[i / 2], BPFLD_REPORTS);
		arena_deinit(&hostile.arena);
	}
	for (size_t i = 0; i < 2; i++)
		arena_deinit(&plain[i].arena);
}
