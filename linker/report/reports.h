/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reports: what a link tells besides diagnostics. Each is a function that writes one text, which
 * goes to a file or to the caller.
 *
 *	void report_stats(struct linker *linker, struct text *text);
 *
 * A row for each is in write_reports.c.
 */
#ifndef BPFLD_REPORTS_H
#define BPFLD_REPORTS_H

#include "base/text.h"
#include "model.h"

/** Make @report unless it is there, or nobody asked for it; errors are reported. */
void write_report(struct linker *linker, enum bpfld_report report);

/** Write the reports that a failed link has as well. */
void write_reports_of_failure(struct linker *linker);

/** Why @atom, which is not live, was dropped, as a clause. */
const char *dropped_reason(const struct linker *linker, const struct atom *atom);

// Each in the file of its name, or of what it shares with the one before it.
void report_map(struct linker *linker, struct text *text);
void report_cross_references(struct linker *linker, struct text *text);
void report_trace(struct linker *linker, struct text *text);
void report_trace_symbols(struct linker *linker, struct text *text);
void report_why_extract(struct linker *linker, struct text *text);
void report_archives(struct linker *linker, struct text *text);
void report_removed(struct linker *linker, struct text *text);
void report_folded(struct linker *linker, struct text *text);
void report_stats(struct linker *linker, struct text *text);
void report_time_trace(struct linker *linker, struct text *text);
void report_reproduction(struct linker *linker, struct text *text);
void report_dependencies(struct linker *linker, struct text *text);
void report_debug_file(struct linker *linker, struct text *text);
void report_kernels(struct linker *linker, struct text *text);
void report_min_core_btf(struct linker *linker, struct text *text);
void report_page(struct linker *linker, struct text *text);

#endif
