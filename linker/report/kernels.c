/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * --check-kernel-report: what kernels lack of what the output needs, with what is guarded, as a
 * table of problems and kernels. Columns are between tabs; or it is one JSON object.
 */
#include <inttypes.h>

#include "base/json.h"
#include "preflight.h"
#include "reports.h"

static const char *const state_names[STATE_COUNT] = {
	[STATE_FINE] = ".",
	[STATE_GUARDED] = "guarded",
	[STATE_DEPENDS] = "depends",
	[STATE_MISSING] = "missing",
	[STATE_INCOMPATIBLE] = "incompatible",
	[STATE_AMBIGUOUS] = "ambiguous",
	[STATE_REFUSED] = "refused",
};

static void add_row(const struct preflight *preflight, struct text *text,
		    const struct problem *problem)
{
	text_format(text, "%s\t%s\t%s", text_name(text, problem->what),
		    problem->function ? text_name(text, problem->function) : "",
		    diag_where(preflight->linker->diag, problem->where));
	for (size_t i = 0; i < preflight->kernel_count; i++) {
		const struct kernel_answer *answer = &problem->answers[i];

		text_format(text, "\t%s", state_names[answer->state]);
		if (answer->depends)
			text_format(text, " (%s)", text_name(text, answer->depends));
	}
	text_string(text, "\n");
}

static void add_table(const struct preflight *preflight, struct text *text)
{
	text_string(text, "what\tfunction\tplace");
	for (size_t i = 0; i < preflight->kernel_count; i++)
		text_format(text, "\t%s", text_name(text, preflight->kernels[i].label));
	text_string(text, "\n");
	array_each(problem, &preflight->problems)
		add_row(preflight, text, problem);
	text_format(text, "not checked: %" PRIu32 "\n", preflight->unchecked);
}

static void add_answer(const struct preflight *preflight, struct json *json,
		       const struct problem *problem, size_t kernel)
{
	const struct kernel_answer *answer = &problem->answers[kernel];

	json_begin_object(json, NULL);
	json_string(json, "kernel", preflight->kernels[kernel].label);
	json_string(json, "state",
		    answer->state == STATE_FINE ? "fine" : state_names[answer->state]);
	if (answer->program)
		json_string(json, "program", answer->program);
	if (answer->depends)
		json_string(json, "depends", answer->depends);
	if (answer->there)
		json_string(json, "there", answer->there);
	json_end(json);
}

static void add_problem(const struct preflight *preflight, struct json *json,
			const struct problem *problem)
{
	json_line(json);
	json_begin_object(json, NULL);
	json_string(json, "what", problem->what);
	if (problem->function)
		json_string(json, "function", problem->function);
	json_string(json, "place", diag_where(preflight->linker->diag, problem->where));
	json_string(json, "input", problem->where.input);
	json_string(json, "section", problem->where.section);
	json_number(json, "offset", problem->where.offset);
	json_begin_list(json, "kernels");
	for (size_t i = 0; i < preflight->kernel_count; i++)
		add_answer(preflight, json, problem, i);
	json_end(json);
	json_end(json);
}

static void add_json(const struct preflight *preflight, struct text *text)
{
	struct json json = { .text = text };

	json_begin_object(&json, NULL);
	json_begin_list(&json, "kernels");
	for (size_t i = 0; i < preflight->kernel_count; i++)
		json_string(&json, NULL, preflight->kernels[i].label);
	json_end(&json);
	json_begin_list(&json, "problems");
	array_each(problem, &preflight->problems)
		add_problem(preflight, &json, problem);
	json_line(&json);
	json_end(&json);
	json_number(&json, "not_checked", preflight->unchecked);
	json_end(&json);
	text_string(text, "\n");
}

void report_kernels(struct linker *linker, struct text *text)
{
	const struct preflight none = { .linker = linker };
	const struct preflight *preflight = linker->preflight ? linker->preflight : &none;

	if (linker->options->map_format == BPFLD_MAP_JSON)
		add_json(preflight, text);
	else
		add_table(preflight, text);
}

// --min-core-btf: without a relocation, or without a kernel, it is BTF without types.
void report_min_core_btf(struct linker *linker, struct text *text)
{
	const struct plain_btf none = { .end = 1 };
	struct minimal_btf nothing;
	const struct minimal_btf *minimal = linker->preflight ? linker->preflight->minimal : NULL;

	minimal_btf_init(&nothing, &none, linker->arena);
	minimal_btf_write(minimal ? minimal : &nothing, linker->big_endian, text);
}
