/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table of reports. Reports are made when the output is complete but not yet delivered: a
 * report that cannot be written is an error, and a link with an error has no output.
 */
#include "reports.h"

#include "output.h"
#include "passes.h"

static const struct report {
	void (*write)(struct linker *linker, struct text *text);
	bool always;     // a failed link has it, too: it may show why
	bool owner_only; // it contains inputs, which others may not be allowed to read
	bool last;       // it covers the other reports as well
} table[BPFLD_REPORTS] = {
	[BPFLD_REPORT_TRACE] = { report_trace, true, false, false },
	[BPFLD_REPORT_TRACE_SYMBOLS] = { report_trace_symbols, true, false, false },
	[BPFLD_REPORT_WHY_EXTRACT] = { report_why_extract, true, false, false },
	[BPFLD_REPORT_ARCHIVES] = { report_archives, true, false, false },
	[BPFLD_REPORT_REPRODUCTION] = { report_reproduction, true, true, false },
	[BPFLD_REPORT_DEPENDENCIES] = { report_dependencies, false, false, false },
	[BPFLD_REPORT_MAP] = { report_map, false, false, false },
	[BPFLD_REPORT_CROSS_REFERENCES] = { report_cross_references, false, false, false },
	[BPFLD_REPORT_REMOVED] = { report_removed, false, false, false },
	[BPFLD_REPORT_FOLDED] = { report_folded, false, false, false },
	[BPFLD_REPORT_STATS] = { report_stats, false, false, false },
	[BPFLD_REPORT_DEBUG_FILE] = { report_debug_file, false, false, false },
	[BPFLD_REPORT_PAGE] = { report_page, false, false, false },
	[BPFLD_REPORT_KERNELS] = { report_kernels, false, false, false },
	[BPFLD_REPORT_MIN_CORE_BTF] = { report_min_core_btf, false, false, false },
	[BPFLD_REPORT_TIME_TRACE] = { report_time_trace, false, false, true },
};

void write_report(struct linker *linker, enum bpfld_report report)
{
	const struct bpfld_options *options = linker->options;
	const char *path = options->reports[report], *conflict;
	struct text text = { .arena = linker->arena };
	struct str content;
	size_t errors;

	if (!path || linker->reported[report])
		return;
	// The link may have failed before check_destinations() checked the path, or because it did.
	conflict = report_conflict(linker, report);
	if (conflict && !linker->diag->error_count)
		diag_error(linker->diag, ERROR_PATH_CONFLICT, place_in(path, NULL), "%s", conflict);
	if (conflict)
		return;
	linker->reported[report] = true;
	errors = linker->diag->error_count;
	table[report].write(linker, &text);
	// A report that could not be made leaves what is there. Those of failed links tell what
	// they can.
	if (linker->diag->error_count > errors && !table[report].always)
		return;
	content = text_str(&text);
	if (strcmp(path, "-") != 0)
		write_file(linker, path, &(struct pieces){ &content, 1, 1 },
			   table[report].owner_only ? 0600 : 0666);
	else if (options->on_report)
		options->on_report(report, content.data, content.size, options->context);
}

/*
 * Needs: everything before. Gives: the reports that were asked for.
 */
void write_reports(struct linker *linker)
{
	for (unsigned int i = 0; i < BPFLD_REPORTS; i++) {
		if (!table[i].last)
			write_report(linker, i);
	}
}

void write_reports_of_failure(struct linker *linker)
{
	for (unsigned int i = 0; i < BPFLD_REPORTS; i++) {
		if (table[i].always || (i == BPFLD_REPORT_KERNELS && linker->preflight))
			write_report(linker, i);
	}
}
