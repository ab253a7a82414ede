/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The time of each pass as a trace that Chrome (chrome://tracing), Perfetto and speedscope show.
 *
 * Source: "Trace Event Format", complete events ("ph": "X"); microseconds.
 */
#include <inttypes.h>

#include "reports.h"

static int64_t microseconds(struct timespec from, struct timespec to)
{
	return (int64_t)(to.tv_sec - from.tv_sec) * 1000000 + (to.tv_nsec - from.tv_nsec) / 1000;
}

static void add_event(struct text *text, const char *name, struct timespec origin,
		      struct timespec start, struct timespec end)
{
	text_format(text,
		    "{\"ph\":\"X\",\"pid\":1,\"tid\":1,\"ts\":%" PRId64 ",\"dur\":%" PRId64
		    ",\"name\":\"%s\"}",
		    microseconds(origin, start), microseconds(start, end), name);
}

void report_time_trace(struct linker *linker, struct text *text)
{
	const struct timing *timings = linker->timings.items;
	size_t count = linker->timings.count - 1; // but for the pass that this is

	text_string(text, "{\"traceEvents\":[\n");
	add_event(text, "link", timings[0].start, timings[0].start, timings[count - 1].end);
	for (size_t i = 0; i < count; i++) {
		text_string(text, ",\n");
		add_event(text, timings[i].name, timings[0].start, timings[i].start,
			  timings[i].end);
	}
	text_string(text, "\n]}\n");
}
