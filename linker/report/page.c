/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * --report: the map as a page of HTML. All that browsers need is in it: a style, a script, and the
 * map as JSON, of which the script makes what is to be seen. So names of inputs are never HTML;
 * they are strings of JSON, in which no element of HTML can end.
 */
#include "link_map.h"
#include "page_parts.h"
#include "reports.h"

// About 40 bytes each.
#define ROWS_MAX 15000

void report_page(struct linker *linker, struct text *text)
{
	struct call_trees calls;
	struct link_map map;

	link_map_init(&map, linker, &calls);
	link_map_detail(&map, linker);
	text_bytes(text, page_head, page_head_size);
	write_map_rows(&map, ROWS_MAX, text);
	text_bytes(text, page_tail, page_tail_size);
}
