/* SPDX-License-Identifier: BSD-2-Clause */
/* Which bytes of a message the command prints in color. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <unistd.h>

#include "print.h"
#include "support/command.h"

// Written for ESC [.
#define CSI   "\033["
#define PLACE CSI "1m"
#define MARKS CSI "1;32m"
#define END   CSI "0m"

static const struct {
	enum bpfld_severity severity;
	const char *message, *text, *printed;
} rows[] = {
	{ BPFLD_ERROR, "a.o: error: it is bad", "it is bad",
	  PLACE "a.o: " CSI "31merror:" END " it is bad\n" },
	{ BPFLD_WARNING, "warning: no place", "no place",
	  PLACE CSI "35mwarning:" END " no place\n" },
	{ BPFLD_NOTE, "a.c:5:1: note: declared here", "declared here",
	  PLACE "a.c:5:1: " CSI "36mnote:" END " declared here\n" },
	{ BPFLD_ERROR, "error: x: error: error: x", "error: x",
	  PLACE "error: x: " CSI "31merror:" END " error: x\n" },
	{ BPFLD_NOTE, "note: of\nnote: of", "of", PLACE CSI "36mnote:" END " of\nnote: of\n" },
	{ BPFLD_NOTE, "note: marks\n    5 | a b\n      | ^~ ^", "marks",
	  PLACE CSI "36mnote:" END " marks\n    5 | a b\n      | " MARKS "^~ ^" END "\n" },
	{ BPFLD_NOTE, "note: code\n    5 | ^\n      | ^x = 1\n      | ~x\n      | ~\n      | ",
	  "code",
	  PLACE CSI "36mnote:" END
		    " code\n    5 | ^\n      | ^x = 1\n      | ~x\n      | ~\n      | \n" },
};

// What is printed to standard error, which is @path meanwhile.
static char *print(const struct bpfld_diagnostic *diagnostic, const char *path)
{
	struct command_line line = { .color = COLOR_ALWAYS };
	struct printer printer = { .line = &line };
	int before = dup(STDERR_FILENO);

	cr_assert(before >= 0 && freopen(path, "w", stderr));
	print_diagnostic(diagnostic, &printer);
	fflush(stderr);
	dup2(before, STDERR_FILENO);
	close(before);
	return file_read(path).data;
}

Test(colors, mark_what_a_message_is_about)
{
	char *folder = folder_create(), *path = path_join(folder, "stderr");

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct bpfld_diagnostic diagnostic = {
			.severity = rows[i].severity,
			.message = rows[i].message,
			.text = rows[i].text,
		};
		char *printed = print(&diagnostic, path);

		cr_expect_str_eq(printed, rows[i].printed, "row %zu: %s", i, printed);
		free(printed);
	}
	folder_remove(folder);
	free(folder);
	free(path);
}
