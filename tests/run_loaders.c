/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * run_loaders [--update] [LOADER...]: linked objects in the hands of those who load them.
 *
 * Every program of kernel_cases.c, and a bundle of programs (--bind), is compiled, linked and given
 * to each loader (all, when none is named) by the script of its name in tests/loaders:
 *
 *	tests/loaders/LOADER OBJECT PROGRAM...
 *
 * prints what each program returned, or that it was attached, a line each. It exits with 1 when the
 * loader refuses the object, and 77 when the loader is not installed.
 *
 * What a loader cannot take is in the table `limits`, and nothing else may be refused. Where the
 * sources also make one file, the loader must refuse that too: what it takes from the compiler it
 * takes from the linker. And --check-loader must say so, of this loader, and of no program that the
 * loader takes. The outcome is the table of docs/loaders.md; --update writes it anew.
 * That table is of one version of each loader; newer ones may take more.
 */
#define _GNU_SOURCE // asprintf()
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/libbpf.h>

#include "kernel_cases.h"
#include "support/check.h"
#include "support/command.h"
#include "support/loader.h"
#include "support/toolbox.h"

enum { SKIPPED = 77, LOADER_COUNT = 6, CASES_MAX = 64, PROGRAMS_MAX = 8 };

static const struct loader {
	const char *name;
	bool attaches; // to a network device, rather than run it once
	bool only_xdp;
	const char *checked_as; // by --check-loader
} loaders[LOADER_COUNT] = {
	{ "libbpf", false, false, "libbpf:1.1" },
	{ "bpftool", false, false, "bpftool:7.1" },
	{ "skeleton", false, false, "bpftool:7.1" },
	{ "cilium-ebpf", false, false, "cilium-ebpf:0.9.1" },
	{ "iproute2", true, false, "iproute2" },
	{ "xdp-loader", true, true, "xdp-loader" },
};

// What loaders refuse, however the object was made.
static const struct limit {
	const char *loaders[3];
	const char *says[3]; // part of their message, one of these
	const char *why;
	const char *names[8]; // of the cases
} limits[] = {
	{ { "bpftool", "skeleton" },
	  { "section '.bss.zero'" },
	  "v7.1, with its own libbpf, knows no sections `.bss.NAME`",
	  { "sections of the user's names" } },
	{ { "bpftool" },
	  { "failed to run program" },
	  "loads raw tracepoints and syscall programs, but cannot run them",
	  { "CO-RE", "statics of a header", "data of overridden bodies" } },
	{ { "cilium-ebpf" },
	  { "unsatisfied program reference" },
	  "knows one name of each function",
	  { "two names of one place" } },
	{ { "cilium-ebpf" },
	  { "unsupported object relocation STB_WEAK", "unsupported binding: STB_WEAK" },
	  "0.9.1 knows no weak variables, and calls no weak functions",
	  { "first weak wins, a", "first weak wins, b", "inline functions of C++",
	    "data of overridden bodies" } },
	{ { "cilium-ebpf" },
	  { "callback function not static", "invalid mem access 'mem_or_null'" },
	  "does not tell the kernel that hidden functions are static, as libbpf does",
	  { "callbacks", "functions verified on their own" } },
	{ { "cilium-ebpf" },
	  { "reference to .kconfig: not supported" },
	  "0.9.1 knows no `__kconfig`",
	  { "kconfig, ksyms and kfuncs in both files" } },
	{ { "cilium-ebpf" },
	  { "is of no known type" },
	  "0.9.1 knows no struct_ops, and no raw tracepoint without a name",
	  { "CO-RE", "struct_ops", "statics of a header" } },
	{ { "cilium-ebpf" },
	  { "in section SHN_UNDEF+" },
	  "0.9.1 knows no data sections but `.data`, `.bss` and `.rodata*`",
	  { "sections of the user's names", "sections of other flags" } },
	{ { "iproute2", "xdp-loader" },
	  { "failed to initialize slot", "Bad file descriptor" },
	  "loads one program only, where a map of the object holds another",
	  { "maps of maps and of programs" } },
};

enum { LIMIT_COUNT = sizeof(limits) / sizeof(*limits) };

// A dispatcher, and filters that are bound to its slots in their order.
static const struct kernel_case bundle = {
	.name = "filters bundled by --bind",
	.folder = "kernel/bundle",
	.inputs = { "dispatcher", "first", "second" },
	.returns = { { "dispatcher", 2 } },
	.counts_packets = true,
	.no_single_source = true,
};

struct row {
	const struct kernel_case *of;
	char *object; // linked
	char *single; // from one source; NULL where that is impossible
	char *cells[LOADER_COUNT];
};

struct matrix {
	char *folder;
	struct row rows[CASES_MAX];
	size_t row_count;
	bool failed;
};

// ---------------------------------------------------------------------------------------------
// Objects

static char *compile(const struct matrix *matrix, const struct kernel_case *c, const char *source,
		     const char *name)
{
	char *object = text_of("%s/%zu.%s.o", matrix->folder, matrix->row_count, name);

	if (!compile_bpf(compilers[c->newest_compiler ? 0 : COMPILER_COUNT - 1], "bpfel", source,
			 object, c->arguments))
		errx(1, "%s: %s does not compile", c->name, source);
	return object;
}

static void check_linked(const struct kernel_case *c, const char *output)
{
	char *problems = inspect_object(output, c->partial_btf ? CHECK_PARTIAL_BTF : 0);

	if (*problems)
		errx(1, "%s: %s", c->name, problems);
	free(problems);
}

// Link a bundle; return the exit status.
static int link_bundle(const char *output, char *const objects[], size_t count, char **messages)
{
	const char *argv[6 + 2 * MAX_INPUTS] = { BPFLD, "-o", output, "-Wno-renamed",
						 "--bind-return=prog2=2" };
	struct command_result result;
	size_t used = 5;

	for (size_t i = 0; i < count; i++)
		argv[used++] = objects[i];
	for (size_t i = 1; i < count; i++)
		argv[used++] = text_of("--bind=prog%zu=%s:xdp_main", i - 1, objects[i]);
	result = command_run(".", argv);
	*messages = strdup(result.err.data);
	for (size_t i = 1; i < count; i++)
		free((char *)argv[--used]);
	command_result_free(&result);
	return result.status;
}

static int link_objects(const struct kernel_case *c, const char *output, char *const objects[],
			size_t count, char **messages)
{
	if (c == &bundle)
		return link_bundle(output, objects, count, messages);
	return link_bpf(LINKER_BPFLD, output, (const char *const *)objects, count, messages);
}

static char *link_case(const struct matrix *matrix, const struct kernel_case *c)
{
	char *output = text_of("%s/%zu.o", matrix->folder, matrix->row_count), *messages;
	char *objects[MAX_INPUTS];
	size_t count = kernel_case_inputs(c);

	for (size_t i = 0; i < count; i++) {
		char *source = kernel_case_source(c, i);

		objects[i] = compile(matrix, c, source, c->inputs[i]);
		free(source);
	}
	if (link_objects(c, output, objects, count, &messages) || (*messages && !c->warns))
		errx(1, "%s: %s", c->name, messages);
	check_linked(c, output);
	for (size_t i = 0; i < count; i++)
		free(objects[i]);
	free(messages);
	return output;
}

static char *compile_single(const struct matrix *matrix, const struct kernel_case *c)
{
	char *source = text_of("%s/%zu.c", matrix->folder, matrix->row_count);
	char *object;

	kernel_case_single_source(c, source);
	object = compile(matrix, c, source, "single");
	free(source);
	return object;
}

static void add_row(struct matrix *matrix, const struct kernel_case *c)
{
	struct row *row = &matrix->rows[matrix->row_count];

	if (matrix->row_count == CASES_MAX)
		errx(1, "CASES_MAX is too small");
	row->of = c;
	row->object = link_case(matrix, c);
	row->single = c->no_single_source ? NULL : compile_single(matrix, c);
	matrix->row_count++;
}

static void add_rows(struct matrix *matrix)
{
	for (size_t i = 0; i < kernel_case_count; i++) {
		// For the newest of libbpf only.
		if (!kernel_cases[i].libbpf)
			add_row(matrix, &kernel_cases[i]);
	}
	add_row(matrix, &bundle);
}

// ---------------------------------------------------------------------------------------------
// Loaders

static bool is_tc(const char *program)
{
	size_t length = strlen(program);

	return length > 3 && !strcmp(program + length - 3, "_tc");
}

static bool wants(const struct loader *loader, const struct expectation *e)
{
	return !loader->only_xdp || !is_tc(e->name);
}

// Whether there are programs, and all of them are for network devices.
static bool is_attachable(const struct row *row)
{
	struct bpf_object *object = loader_open(row->object);
	bool attachable = object && row->of->returns->name;

	for (const struct expectation *e = row->of->returns; attachable && e->name; e++) {
		const struct bpf_program *program =
			bpf_object__find_program_by_name(object, e->name);
		const char *section = program ? bpf_program__section_name(program) : "";

		attachable = !strcmp(section, "xdp") || !strcmp(section, "tc");
	}
	bpf_object__close(object);
	return attachable;
}

static struct command_result run_loader(const struct loader *loader, const struct kernel_case *c,
					const char *object)
{
	char *script = text_of(LOADERS "/%s", loader->name);
	const char *argv[PROGRAMS_MAX] = { script, object };
	struct command_result result;
	size_t count = 2;

	for (const struct expectation *e = c->returns; e->name; e++)
		if (wants(loader, e))
			argv[count++] = e->name;
	result = command_run(".", argv);
	free(script);
	return result;
}

static char *expected_output(const struct loader *loader, const struct kernel_case *c)
{
	char *text = strdup("");

	for (const struct expectation *e = c->returns; e->name; e++) {
		if (!wants(loader, e))
			continue;
		if (loader->attaches)
			text = text_joined(text,
					   text_of("%s %s\n", e->name,
						   c->counts_packets ? "counted" : "attached"));
		else
			text = text_joined(text, text_of("%s %ld\n", e->name, e->value));
	}
	return text;
}

static bool takes(const struct loader *loader, const struct kernel_case *c, const char *object)
{
	struct command_result result = run_loader(loader, c, object);
	char *expected = expected_output(loader, c);
	bool taken = !result.status && !strcmp(result.out.data, expected);

	free(expected);
	command_result_free(&result);
	return taken;
}

static bool is_in(const char *const *list, const char *text)
{
	while (*list && strcmp(*list, text))
		list++;
	return *list;
}

// The index of the limit that a case runs into; LIMIT_COUNT: none.
static size_t find_limit(const struct loader *loader, const struct kernel_case *c)
{
	size_t i = 0;

	while (i < LIMIT_COUNT &&
	       !(is_in(limits[i].loaders, loader->name) && is_in(limits[i].names, c->name)))
		i++;
	return i;
}

static bool says_so(const struct limit *limit, const char *message)
{
	for (const char *const *part = limit->says; *part; part++)
		if (strstr(message, *part))
			return true;
	return false;
}

static void fail(struct matrix *matrix, const struct loader *loader, const struct row *row,
		 const char *what, const struct command_result *result)
{
	printf("FAILED %s: %s: %s\n%s%s", loader->name, row->of->name, what, result->out.data,
	       result->err.data);
	matrix->failed = true;
}

// A refusal that is known has a reason which has nothing to do with linking.
static char *judge_refusal(struct matrix *matrix, const struct loader *loader,
			   const struct row *row, const struct command_result *result)
{
	size_t limit = find_limit(loader, row->of);

	if (limit == LIMIT_COUNT || !says_so(&limits[limit], result->err.data))
		fail(matrix, loader, row, "refused", result);
	else if (row->single && takes(loader, row->of, row->single))
		fail(matrix, loader, row, "refused, but not when compiled as one file", result);
	else
		return text_of("no [%zu]", limit + 1);
	return strdup("refused");
}

// Whether the loader loads the object, but the test cannot run it.
static bool cannot_run(const struct limit *limit)
{
	return strcmp(limit->says[0], "failed to run program") == 0;
}

// What the linker says that the loader will not take, when it links @object once more.
static char *check_loader(const struct matrix *matrix, const struct loader *loader,
			  const char *object)
{
	char *output = text_of("%s/checked.o", matrix->folder);
	char *option = text_of("--check-loader=%s", loader->checked_as);
	const char *argv[] = { BPFLD, "-Wno-all", "-Wloader", option, "-o", output, object, NULL };
	struct command_result result = command_run(".", argv);
	char *said = text_of("%s%s", result.out.data, result.err.data);

	command_result_free(&result);
	free(option);
	free(output);
	return said;
}

static void judge_warnings(struct matrix *matrix, const struct loader *loader,
			   const struct row *row, const struct command_result *result)
{
	size_t limit = find_limit(loader, row->of);
	bool refused = result->status && limit < LIMIT_COUNT && !cannot_run(&limits[limit]);
	char *said = check_loader(matrix, loader, row->object);

	if (refused != (strstr(said, "[-Wloader]") != NULL)) {
		printf("FAILED %s: %s: the loader %s it, but --check-loader=%s says: %s\n",
		       loader->name, row->of->name, refused ? "refuses" : "takes",
		       loader->checked_as, *said ? said : "nothing");
		matrix->failed = true;
	}
	free(said);
}

static const char *success(const struct loader *loader, const struct kernel_case *c)
{
	if (!c->returns->name)
		return "loads";
	return loader->attaches && !c->counts_packets ? "attaches" : "runs";
}

static char *judge(struct matrix *matrix, const struct loader *loader, const struct row *row,
		   const struct command_result *result)
{
	char *expected = expected_output(loader, row->of);
	bool as_expected = !strcmp(result->out.data, expected);

	free(expected);
	if (result->status)
		return judge_refusal(matrix, loader, row, result);
	if (!as_expected)
		fail(matrix, loader, row, "not what was expected", result);
	return strdup(as_expected ? success(loader, row->of) : "wrong");
}

/** Fill in the column of a loader; false when it is not installed. */
static bool fill_column(struct matrix *matrix, size_t column)
{
	const struct loader *loader = &loaders[column];

	for (size_t i = 0; i < matrix->row_count; i++) {
		struct row *row = &matrix->rows[i];
		struct command_result result;
		bool missing;

		if (loader->attaches && !is_attachable(row)) {
			row->cells[column] = strdup("-");
			continue;
		}
		result = run_loader(loader, row->of, row->object);
		missing = result.status == SKIPPED;
		if (missing) {
			printf("SKIP %s: %s", loader->name, result.err.data);
		} else {
			row->cells[column] = judge(matrix, loader, row, &result);
			judge_warnings(matrix, loader, row, &result);
		}
		command_result_free(&result);
		if (missing)
			return false;
	}
	return true;
}

// ---------------------------------------------------------------------------------------------
// The page

static const char table_begin[] = "<!-- made by scripts/loaders -->\n";
static const char table_end[] = "<!-- end -->\n";

static void print_table(const struct matrix *matrix, FILE *file)
{
	fprintf(file, "| program |");
	for (size_t i = 0; i < LOADER_COUNT; i++)
		fprintf(file, " %s |", loaders[i].name);
	fprintf(file, "\n|--|");
	for (size_t i = 0; i < LOADER_COUNT; i++)
		fprintf(file, "--|");
	for (size_t i = 0; i < matrix->row_count; i++) {
		const struct row *row = &matrix->rows[i];

		fprintf(file, "\n| [%s] |", row->of->name);
		for (size_t j = 0; j < LOADER_COUNT; j++)
			fprintf(file, " %s |", row->cells[j]);
	}
	fprintf(file, "\n\n");
	for (size_t i = 0; i < LIMIT_COUNT; i++)
		fprintf(file, "%zu. %s%s%s: %s\n", i + 1, limits[i].loaders[0],
			limits[i].loaders[1] ? ", " : "",
			limits[i].loaders[1] ? limits[i].loaders[1] : "", limits[i].why);
	// Apart, because rows with links in them are too long to read.
	fprintf(file, "\n");
	for (size_t i = 0; i < matrix->row_count; i++)
		fprintf(file, "[%s]: ../fixtures/%s\n", matrix->rows[i].of->name,
			matrix->rows[i].of->folder);
}

static void update_page(const struct matrix *matrix)
{
	struct bytes page = file_read(PAGE);
	char *begin = page.data ? strstr(page.data, table_begin) : NULL;
	char *end = begin ? strstr(begin, table_end) : NULL;
	FILE *file;

	if (!end)
		errx(1, "%s has no place for the table", PAGE);
	file = fopen(PAGE, "w");
	if (!file)
		err(1, "%s", PAGE);
	fprintf(file, "%.*s%s\n", (int)(begin - page.data), page.data, table_begin);
	print_table(matrix, file);
	fprintf(file, "\n%s", end);
	fclose(file);
	free(page.data);
}

// The cell of a row that starts by @name, as the page has it; "" when it has none.
static char *page_cell(const char *page, const struct row *row, size_t column)
{
	char *start = text_of("\n| [%s] |", row->of->name);
	const char *at = strstr(page, start);

	free(start);
	for (size_t i = 0; at && i < column + 2; i++)
		at = strchr(at + 1, '|');
	// The first '|' found is the row's own.
	return at ? text_of("%.*s", (int)strcspn(at + 1, "|\n"), at + 1) : strdup("");
}

static void compare_page(struct matrix *matrix, size_t column)
{
	struct bytes page = file_read(PAGE);

	for (size_t i = 0; i < matrix->row_count; i++) {
		const struct row *row = &matrix->rows[i];
		char *told = page_cell(page.data ? page.data : "", row, column);
		char *is = text_of(" %s ", row->cells[column]);

		// A newer loader may take more.
		if (strcmp(told, is) && find_limit(&loaders[column], row->of) < LIMIT_COUNT) {
			printf("NOTE %s: %s: %s here, though%sin %s\n", loaders[column].name,
			       row->of->name, row->cells[column], told, PAGE);
		} else if (strcmp(told, is)) {
			printf("FAILED %s: %s (after a change of cases run scripts/loaders): is "
			       "\"%s\", but \"%s\" in %s\n",
			       loaders[column].name, row->of->name, is, told, PAGE);
			matrix->failed = true;
		}
		free(told);
		free(is);
	}
	free(page.data);
}

static bool is_named(size_t column, char **names)
{
	if (!*names)
		return true;
	while (*names && strcmp(*names, loaders[column].name))
		names++;
	return *names;
}

static int run(struct matrix *matrix, char **names, bool update)
{
	size_t done = 0, wanted = 0;

	add_rows(matrix);
	for (size_t i = 0; i < LOADER_COUNT; i++) {
		if (!is_named(i, names))
			continue;
		wanted++;
		if (!fill_column(matrix, i))
			continue;
		done++;
		if (!update)
			compare_page(matrix, i);
	}
	if (update && done < LOADER_COUNT)
		errx(1, "the table needs all loaders");
	if (update)
		update_page(matrix);
	if (matrix->failed || wanted == 0)
		return 1;
	return done ? 0 : SKIPPED;
}

static void matrix_free(struct matrix *matrix)
{
	for (size_t i = 0; i < matrix->row_count; i++) {
		free(matrix->rows[i].object);
		free(matrix->rows[i].single);
		for (size_t j = 0; j < LOADER_COUNT; j++)
			free(matrix->rows[i].cells[j]);
	}
	free(matrix->folder);
	free(matrix);
}

int main(int argc, char **argv)
{
	bool update = argc > 1 && !strcmp(argv[1], "--update");
	struct matrix *matrix;
	int status;

	if (!loader_can_load()) {
		printf("SKIP: nothing is loaded: that needs root and a kernel with BTF\n");
		return SKIPPED;
	}
	if (missing_tool()) {
		printf("SKIP: %s is not installed\n", missing_tool());
		return SKIPPED;
	}
	setenv("BPFTOOL", BPFTOOL, 1);
	setenv("CC", COMPILER, 1);
	setenv("LOAD_LIBBPF", LOAD_LIBBPF, 1);
	setenv("LOADERS_BUILD", LOADERS_BUILD, 1);
	matrix = calloc(1, sizeof(*matrix));
	matrix->folder = folder_create();
	status = run(matrix, argv + 1 + update, update);
	folder_remove(matrix->folder);
	matrix_free(matrix);
	return status;
}
