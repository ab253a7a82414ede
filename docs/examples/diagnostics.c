/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * diagnostics OBJECT...: link, and print what the linker has to say as a table, a line for each
 * message as it is found: severity, code, place, symbol, text. Undefined symbols are errors.
 *
 *	cc -o diagnostics diagnostics.c $(pkg-config --cflags --libs bpfld)
 */
#include <bpfld.h>
#include <stdio.h>

enum { INPUTS_MAX = 16 };

static void print_place(const struct bpfld_diagnostic *diagnostic)
{
	if (diagnostic->file)
		printf("%s:%u", diagnostic->file, diagnostic->line);
	else if (diagnostic->section)
		printf("%s(%s)", diagnostic->input, diagnostic->section);
	else
		printf("%s", diagnostic->input ? diagnostic->input : "-");
}

static void print_row(const struct bpfld_diagnostic *diagnostic, void *context)
{
	static const char *const severities[] = { "note", "warning", "error" };
	unsigned int *rows = context;

	printf("%u\t%s\t%s\t", ++*rows, severities[diagnostic->severity],
	       diagnostic->code ? diagnostic->code : "-");
	print_place(diagnostic);
	printf("\t%s\t%s\n", diagnostic->symbol ? diagnostic->symbol : "-", diagnostic->text);
}

int main(int argc, char **argv)
{
	struct bpfld_input inputs[INPUTS_MAX] = { 0 };
	unsigned int rows = 0;
	struct bpfld_options options = {
		.inputs = inputs,
		.output = { .kind = BPFLD_OUTPUT_MEMORY },
		.no_undefined = true,
		.on_diagnostic = print_row,
		.context = &rows,
	};
	struct bpfld_result result;

	for (int i = 1; i < argc && options.input_count < INPUTS_MAX; i++)
		inputs[options.input_count++].path = argv[i];
	bpfld_link(&options, &result);
	printf("%zu errors, %zu warnings\n", result.error_count, result.warning_count);
	bpfld_result_deinit(&result);
	return 0;
}
