/* SPDX-License-Identifier: BSD-2-Clause */
#include "preflight.h"

#include "base/text.h"

#define KERNELS_SHOWN 3 // that a message names

struct problem *preflight_add(struct preflight *preflight)
{
	struct problem *problem = array_add(preflight->arena, &preflight->problems);

	problem->answers =
		arena_new_array(preflight->arena, struct kernel_answer, preflight->kernel_count);
	return problem;
}

void problem_answer(struct problem *problem, size_t kernel, struct kernel_answer answer,
		    struct place where)
{
	if (answer.state <= problem->answers[kernel].state)
		return;
	problem->answers[kernel] = answer;
	if (answer.state <= problem->worst)
		return;
	problem->worst = answer.state;
	problem->where = where;
}

const char *atom_name(const struct linker *linker, const struct atom *atom)
{
	return atom->symbol ? linker_name(linker, atom->symbol->name) : NULL;
}

struct kernel_answer reached_answer(const struct preflight *preflight, const struct reach *reach,
				    enum kernel_state state, const struct reached_insn *end)
{
	struct linker *linker = preflight->linker;
	struct kernel_answer answer = { .state = state };

	if (!end || end->how == REACHED_NOT) {
		answer.state = STATE_GUARDED;
		return answer;
	}
	answer.program = atom_name(linker, reach->functions.items[end->program].atom);
	if (end->how == REACHED_MAYBE) {
		answer.state = STATE_DEPENDS;
		answer.depends = end->source ? linker_name(linker, end->source) : NULL;
	}
	return answer;
}

// Add the kernels whose answer is @state: "kernel 'a'", "kernels 'a', 'b' and 7 others".
static const char *name_kernels(const struct preflight *preflight, const struct problem *problem,
				enum kernel_state state)
{
	struct text text = { .arena = preflight->arena };
	size_t count = 0, shown = 0;

	for (size_t i = 0; i < preflight->kernel_count; i++)
		count += problem->answers[i].state == state;
	text_string(&text, count == 1 ? "kernel" : "kernels");
	for (size_t i = 0; i < preflight->kernel_count && shown < KERNELS_SHOWN; i++) {
		if (problem->answers[i].state == state)
			text_format(&text, "%s '%s'", shown++ ? "," : "",
				    preflight->kernels[i].label);
	}
	if (count > shown)
		text_format(&text, " and %zu more", count - shown);
	text_bytes(&text, "", 1);
	return text.data;
}

static const struct kernel_answer *first_answer(const struct preflight *preflight,
						const struct problem *problem,
						enum kernel_state state)
{
	for (size_t i = 0; i < preflight->kernel_count; i++) {
		if (problem->answers[i].state == state)
			return &problem->answers[i];
	}
	return NULL;
}

// Who needs it: "program 'p'", "'f' of program 'p'", "'f'".
static const char *name_user(const struct preflight *preflight, const struct problem *problem,
			     const struct kernel_answer *answer)
{
	struct arena *arena = preflight->arena;
	const char *name = problem->function ? problem->function : "";

	if (section_has_programs(preflight->linker, problem->atom->section))
		return arena_format(arena, "program '%s'", name);
	if (answer->program)
		return arena_format(arena, "'%s' of program '%s'", name, answer->program);
	return arena_format(arena, "'%s'", name);
}

// Tell what the kernels named @kernels say, which have @answer.
static void tell_state(const struct preflight *preflight, const struct problem *problem,
		       enum kernel_state state, const char *kernels,
		       const struct kernel_answer *answer)
{
	struct diag *diag = preflight->linker->diag;
	const char *user = name_user(preflight, problem, answer);
	const char *hint = problem->hint ? problem->hint : "";

	switch (state) {
	case STATE_MISSING:
		diag_warning(diag, WARN_KERNEL, problem->where, "no %s in %s, which %s needs; %s",
			     problem->what, kernels, user, hint);
		break;
	case STATE_INCOMPATIBLE:
		diag_warning(diag, WARN_KERNEL, problem->where,
			     "%s is something else in %s than %s expects; %s", problem->what,
			     kernels, user, hint);
		break;
	case STATE_AMBIGUOUS:
		diag_warning(diag, WARN_KERNEL, problem->where,
			     "%s may mean several things in %s, so loaders refuse %s",
			     problem->what, kernels, user);
		break;
	default:
		diag_warning(diag, WARN_KERNEL, problem->where,
			     "%s is nothing that loaders can adapt %s to, on %s", problem->what,
			     user, kernels);
	}
}

static void tell(const struct preflight *preflight, const struct problem *problem,
		 enum kernel_state state, const struct kernel_answer *answer)
{
	struct diag *diag = preflight->linker->diag;
	size_t kernel = (size_t)(answer - problem->answers);

	if (!diag_shows(diag, DIAG_WARNING, WARN_KERNEL))
		return;
	tell_state(preflight, problem, state, name_kernels(preflight, problem, state), answer);
	if (answer->there && preflight->kernel_count > 1)
		diag_note(diag, problem->where, "in kernel '%s' %s",
			  preflight->kernels[kernel].label, answer->there);
	else if (answer->there)
		diag_note(diag, problem->where, "%s", answer->there);
}

void preflight_tell(const struct preflight *preflight)
{
	array_each(problem, &preflight->problems) {
		for (enum kernel_state state = STATE_MISSING; state < STATE_COUNT; state++) {
			const struct kernel_answer *answer =
				first_answer(preflight, problem, state);

			if (answer)
				tell(preflight, problem, state, answer);
		}
	}
}
