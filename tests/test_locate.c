/* SPDX-License-Identifier: BSD-2-Clause */
/* What the library asks of options->locate, and what becomes of the answers. */
#define _GNU_SOURCE // asprintf(), utimensat()
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bpfld.h"
#include "elf_text.h"
#include "support/command.h"
#include "world.h"

// What was asked in a link, as text.
struct log {
	char *text;
	const void *data; // of the last question
	size_t size;
	struct bpfld_position answer; // to all questions; no file: none
};

static void add_line(struct log *log, char *line)
{
	char *text;

	cr_assert_geq(asprintf(&text, "%s%s\n", log->text ? log->text : "", line), 0);
	free(log->text);
	free(line);
	log->text = text;
}

static bool record(const struct bpfld_question *question, struct bpfld_position *position,
		   void *context)
{
	static const char *const wanted[] = { "line", "definition", "declaration" };
	struct log *log = context;
	char *line, *at;

	cr_assert_geq(asprintf(&at, "+%d", (int)question->offset), 0);
	cr_assert_geq(asprintf(&line, "%s %s%s %s%s%s", question->input, wanted[question->wanted],
			       question->shndx ? question->offset == UINT64_MAX ? "+?" : at : "",
			       question->name ? question->name : "-", question->member ? " " : "",
			       question->member ? question->member : ""),
		      0);
	free(at);
	add_line(log, line);
	log->data = question->data;
	log->size = question->size;
	*position = log->answer;
	return log->answer.file;
}

struct row {
	const char *name;
	const char *a, *b; // objects
	const char *asked; // a line for each question
	bool no_warnings;
	size_t error_limit;
};

#define FUNCTION(name) "section .text AX | global func " name " 8 | exit"
#define DATA(name)     "section .data WA | global object " name " 4 | word 1"

static const struct row rows[] = {
	{ "functions", FUNCTION("f"), FUNCTION("f"),
	  "a.o definition+0 f\nb.o definition+0 f\na.o definition+0 f\n", false, 0 },
	{ "variables", DATA("x") " | global object y 4 | word 1",
	  DATA("z") " | global object x 4 | word 1",
	  "a.o definition+0 x\nb.o definition+4 x\na.o definition+0 x\n", false, 0 },
	{ "a use in code", "section .text AX | global func f 16 | call g | exit", NULL,
	  "a.o line+0 g\n", false, 0 },
	{ "a use in data", DATA("x") " | word 0 | global object y 8 | quad g", NULL,
	  "a.o definition+8 y\n", false, 0 },
	{ "declarations", DATA("x") " | btf | type x int",
	  "section .text AX | global func f 16 | load x | exit | type x ptr int | btf",
	  "b.o declaration x\nb.o line+0 -\nb.o declaration x\nb.o declaration x\na.o definition+0 "
	  "x\n",
	  false, 0 },
	{ "a section", "section license WA | global object _l 4 | string GPL",
	  "section license WA | global object _m 4 | string BSD", "b.o definition+? _m\n", false,
	  0 },
	{ "nothing to say", FUNCTION("f"), FUNCTION("g"), "", false, 0 },
	{ "silent", "section xdp AX | local func p 8 | exit", NULL, "", true, 0 },
	{ "loud", "section xdp AX | local func p 8 | exit", NULL, "a.o definition+0 p\n", false,
	  0 },
	{ "beyond the limit", FUNCTION("f") " | global func g 8 | exit",
	  FUNCTION("f") " | global func g 8 | exit",
	  "a.o definition+0 f\nb.o definition+0 f\na.o definition+0 f\n", false, 1 },
};

// Link the objects; the caller frees log->text.
static struct bpfld_result link_texts(const char *a, const char *b, struct bpfld_options options,
				      struct log *log)
{
	struct bpfld_input inputs[] = { { .name = "a.o" }, { .name = "b.o" } };
	struct bpfld_result result;
	struct world world;

	world_begin(&world);
	options.inputs = inputs;
	options.input_count = b ? 2 : 1;
	options.output.kind = BPFLD_OUTPUT_MEMORY;
	options.no_undefined = true;
	options.locate = record;
	options.locate_context = log;
	for (size_t i = 0; i < options.input_count; i++) {
		struct str image = elf_text(&world.arena, false, i ? b : a);

		inputs[i].data = image.data;
		inputs[i].size = image.size;
	}
	bpfld_link(&options, &result);
	world_deinit(&world);
	return result;
}

Test(locate, asks_by_name_or_place)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct row *row = &rows[i];
		struct bpfld_options options = { .no_warnings = row->no_warnings,
						 .error_limit = row->error_limit };
		struct log log = { 0 };
		struct bpfld_result result = link_texts(row->a, row->b, options, &log);

		cr_expect_str_eq(log.text ? log.text : "", row->asked, "%s: %s", row->name,
				 log.text ? log.text : "nothing");
		for (size_t j = 0; j < result.diagnostic_count; j++)
			cr_expect_null(result.diagnostics[j].file, "%s", row->name);
		bpfld_result_deinit(&result);
		free(log.text);
	}
}

#define LINES "section .text AX | global func f 16 | line 4:9 return g(); | call g | exit | btf"

// .BTF.ext knows instructions, the callback knows functions.
Test(locate, prefers_who_knows_better)
{
	struct log log = { .answer = { "far.h", 7, 3, "int f(void)" } };
	struct bpfld_result result = link_texts(LINES, LINES, (struct bpfld_options){ 0 }, &log);
	const struct bpfld_diagnostic *diagnostics = result.diagnostics;

	cr_assert_geq(result.diagnostic_count, 2);
	cr_expect_str_eq(log.text, "a.o definition+0 f\nb.o definition+0 f\nb.o definition+0 f\n");
	cr_expect_str_eq(diagnostics->file, "far.h");
	cr_expect_eq(diagnostics->line, 7);
	cr_expect_eq(diagnostics->column, 3);
	cr_expect_str_eq(diagnostics->source, "int f(void)");
	cr_expect(strstr(diagnostics->message, "far.h:7:3: error: 'f' is defined more than once"));
	bpfld_result_deinit(&result);
	free(log.text);

	log = (struct log){ .answer = { "far.h", 7, 3, NULL } };
	result = link_texts(LINES, NULL, (struct bpfld_options){ 0 }, &log);
	cr_expect_null(log.text);
	cr_expect_str_eq(result.diagnostics->file, "test.c");
	cr_expect_str_eq(result.diagnostics->source, "return g();");
	bpfld_result_deinit(&result);
}

// The text of the line may be in .BTF.ext all the same.
Test(locate, takes_texts_of_lines)
{
	static const struct {
		struct bpfld_position answer;
		const char *source;
	} cases[] = {
		{ { "test.c", 4, 0, NULL }, "int f(void)" },
		{ { "test.c", 4, 0, "own" }, "own" },
		{ { "test.c", 5, 0, NULL }, NULL },
		{ { "other.c", 4, 0, NULL }, NULL },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *text = "section .text AX | global func f 8 | line 4:0 int f(void) |"
				   "exit | btf";
		struct log log = { .answer = cases[i].answer };
		struct bpfld_result result =
			link_texts(text, text, (struct bpfld_options){ 0 }, &log);
		const char *source = result.diagnostics->source;

		cr_expect_str_eq(source ? source : "-", cases[i].source ? cases[i].source : "-",
				 "case %zu: %s", i, source);
		cr_expect_eq(result.diagnostics->line, cases[i].answer.line);
		bpfld_result_deinit(&result);
		free(log.text);
	}
}

// Objects in files, of which the second is large, so that parts of it alone were read.
struct files {
	char *folder, *a, *b;
	struct bytes large;
};

static struct files files_make(void)
{
	struct files files = { .folder = folder_create() };
	struct world world;
	struct str image;

	world_begin(&world);
	files.a = path_join(files.folder, "a.o");
	files.b = path_join(files.folder, "b.o");
	image = elf_text(&world.arena, false, FUNCTION("f") " | section dropped - | zero 8");
	file_write(files.a, image.data, image.size);
	image = elf_text(&world.arena, false, FUNCTION("f") " | section .debug_x - | zero 100000");
	file_write(files.b, image.data, image.size);
	files.large = file_read(files.b);
	world_deinit(&world);
	return files;
}

static void files_free(struct files *files)
{
	folder_remove(files->folder);
	free(files->folder);
	free(files->a);
	free(files->b);
	free(files->large.data);
}

struct reading_log {
	struct log log;
	const struct files *files;
	bool same;
};

static bool compare(const struct bpfld_question *question, struct bpfld_position *position,
		    void *context)
{
	struct reading_log *reading = context;

	if (strcmp(question->input, reading->files->b) == 0)
		reading->same =
			question->size == reading->files->large.size &&
			memcmp(question->data, reading->files->large.data, question->size) == 0;
	return record(question, position, &reading->log);
}

// Make the file another one when the link has read it: the object behind it has a section that the
// link warns of when it reads that.
static void change_file(const struct bpfld_diagnostic *diagnostic, void *context)
{
	const struct timespec times[2] = { { .tv_sec = 1 }, { .tv_sec = 1 } };

	if (diagnostic->severity == BPFLD_WARNING)
		utimensat(AT_FDCWD, context, times, 0);
}

static struct log link_files(const struct files *files, struct bpfld_options options, bool *same)
{
	struct bpfld_input inputs[] = { { .path = files->b }, { .path = files->a } };
	struct reading_log reading = { .files = files };
	struct bpfld_result result;

	options.inputs = inputs;
	options.input_count = 2;
	options.output.kind = BPFLD_OUTPUT_MEMORY;
	options.locate = compare;
	options.locate_context = &reading;
	cr_expect_not(bpfld_link(&options, &result));
	cr_expect_eq(result.error_count, 1);
	bpfld_result_deinit(&result);
	*same = reading.same;
	return reading.log;
}

Test(locate, gives_the_bytes_of_the_object)
{
	struct files files = files_make();

	for (int copied = 0; copied < 2; copied++) {
		bool same;
		struct log log =
			link_files(&files, (struct bpfld_options){ .copy_inputs = copied }, &same);

		cr_expect(same);
		cr_expect(strstr(log.text, "b.o definition"));
		free(log.text);
	}
	files_free(&files);
}

Test(locate, asks_nothing_of_other_bytes)
{
	struct files files = files_make();
	bool same;
	struct log log = link_files(
		&files, (struct bpfld_options){ .on_diagnostic = change_file, .context = files.b },
		&same);

	cr_expect_not(same);
	cr_expect(strstr(log.text, "a.o definition"));
	cr_expect_not(strstr(log.text, "b.o definition"));
	free(log.text);
	files_free(&files);
}
