/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The time of each pass as a trace that Chrome (chrome://tracing), Perfetto and speedscope show.
 *
 * Source: "Trace Event Format", complete events ("ph": "X"); microseconds.
 */
#include "base/json.h"
#include "passes.h"
#include "reports.h"

static uint64_t microseconds(struct timespec from, struct timespec to)
{
	return (uint64_t)((int64_t)(to.tv_sec - from.tv_sec) * 1000000 +
			  (to.tv_nsec - from.tv_nsec) / 1000);
}

static void add_event(struct json *json, const char *name, struct timespec origin,
		      struct timespec start, struct timespec end)
{
	json_line(json);
	json_begin_object(json, NULL);
	json_string(json, "ph", "X");
	json_number(json, "pid", 1);
	json_number(json, "tid", 1);
	json_number(json, "ts", microseconds(origin, start));
	json_number(json, "dur", microseconds(start, end));
	json_string(json, "name", name);
	json_end(json);
}

void report_time_trace(struct linker *linker, struct text *text)
{
	const struct timing *timings = linker->timings.items;
	size_t count = linker->timings.count - 1; // but for the pass that this is
	struct json json = { .text = text };

	json_begin_object(&json, NULL);
	json_begin_list(&json, "traceEvents");
	add_event(&json, "link", timings[0].start, timings[0].start, timings[count - 1].end);
	for (size_t i = 0; i < count; i++)
		add_event(&json, timings[i].name, timings[0].start, timings[i].start,
			  timings[i].end);
	json_line(&json);
	json_end(&json);
	json_end(&json);
	text_string(text, "\n");
}

/*
 * Needs: all passes before. Gives: the report of where their time went.
 */
void write_time_trace(struct linker *linker)
{
	write_report(linker, BPFLD_REPORT_TIME_TRACE);
}
