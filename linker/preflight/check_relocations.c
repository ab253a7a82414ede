/* SPDX-License-Identifier: BSD-2-Clause */
#include "check_relocations.h"

#include <inttypes.h>

#include "atoms.h"
#include "near_miss.h"

static struct core_use use_of(const struct core_relocation *relocation)
{
	const struct section *section = relocation->atom->section;
	bool big_endian = section->object->big_endian;

	return (struct core_use){
		.insn = insn_read(section->data + relocation->atom->offset + relocation->at,
				  big_endian),
		.big_endian = big_endian,
	};
}

// Modules have BTF of their own, which is not part of the file.
static void need(const struct core_spec *found, const struct kernel_file *file, void *context)
{
	if (!file->name)
		minimal_btf_need(context, found);
}

static struct core_result resolve(const struct preflight *preflight, struct kernel *kernel,
				  const struct core_relocation *relocation)
{
	struct core_use use = use_of(relocation);
	struct core_taker taker = { need, preflight->minimal };
	struct core_result result = { .verdict = CORE_REFUSED };
	struct core_spec spec;

	result.why = core_spec_read(&spec, preflight->btf, relocation->kind, relocation->type,
				    relocation->access);
	return result.why ? result
			  : core_resolve(&spec, kernel, &use, preflight->minimal ? &taker : NULL);
}

bool relocations_resolve(const struct preflight *preflight, struct kernel *kernel,
			 struct core_result *results)
{
	bool poison = false;

	for (size_t i = 0; i < preflight->relocations.count; i++) {
		results[i] = resolve(preflight, kernel, &preflight->relocations.items[i]);
		poison |= core_is_poison(results[i].verdict);
	}
	return poison;
}

static uint32_t hash_problem(const struct preflight *preflight, const char *text,
			     const struct atom *atom)
{
	uint32_t hash = hash_bytes(&preflight->linker->strings.key, text, strlen(text));

	return (uint32_t)hash_mix(hash, (uintptr_t)atom);
}

// What to do about a relocation that some kernel cannot do.
static const char *advice(const struct core_spec *spec, enum core_verdict verdict)
{
	switch (verdict) {
	case CORE_POISON:
		return core_subject(spec->kind) == CORE_ENUMERATOR
			       ? "guard it with bpf_core_enum_value_exists()"
			       : "guard it with bpf_core_field_exists()";
	case CORE_SIZE:
		return "read it with BPF_CORE_READ() or as a flavour that has the other type";
	default:
		return NULL;
	}
}

// The problem of @relocation, which others of the same function and text share.
static struct problem *find_problem(struct preflight *preflight,
				    const struct core_relocation *relocation,
				    const struct core_spec *spec, enum core_verdict verdict)
{
	struct linker *linker = preflight->linker;
	const struct atom *atom = relocation->atom;
	const char *text =
		arena_format(preflight->arena, "'%s'", core_spec_text(spec, preflight->arena));
	uint32_t hash = hash_problem(preflight, text, atom), at;
	struct table_probe probe = table_probe(&preflight->by_text, hash);
	struct problem *problem;

	while (table_next(&preflight->by_text, &probe, &at)) {
		problem = &preflight->problems.items[at];
		if (problem->atom == atom && strcmp(problem->what, text) == 0)
			return problem;
	}
	table_add(&preflight->by_text, preflight->arena, hash, (uint32_t)preflight->problems.count);
	problem = preflight_add(preflight);
	problem->atom = atom;
	problem->function = atom_name(linker, atom);
	problem->what = text;
	problem->asks = core_kind_name(spec->kind);
	problem->hint = advice(spec, verdict);
	problem->where = place_at(section_place(atom->section), atom->offset + relocation->at);
	return problem;
}

static enum kernel_state state_of(enum core_verdict verdict)
{
	switch (verdict) {
	case CORE_POISON:
		return STATE_MISSING;
	case CORE_SIZE:
		return STATE_INCOMPATIBLE;
	case CORE_AMBIGUOUS:
		return STATE_AMBIGUOUS;
	default:
		return STATE_REFUSED;
	}
}

// What the kernel has instead, or why it refuses.
static const char *tell_there(const struct core_spec *spec, const struct core_result *result,
			      struct arena *arena)
{
	switch (result->verdict) {
	case CORE_POISON:
		return near_miss(spec, result, arena);
	case CORE_SIZE:
		return "it has another size there, to which this instruction cannot adapt";
	case CORE_AMBIGUOUS:
		return arena_format(arena,
				    "its types of that name differ: %s is %" PRIu64
				    " in one, %" PRIu64 " in another",
				    core_kind_name(spec->kind), result->value, result->other);
	case CORE_TOO_FAR:
		return arena_format(arena,
				    "it is at byte %" PRIu64
				    " there, farther than an instruction reaches",
				    result->value);
	default:
		return result->why;
	}
}

static struct kernel_answer answer_of(const struct preflight *preflight,
				      const struct core_spec *spec,
				      const struct core_result *result, const struct reach *reach,
				      const struct reached_insn *end)
{
	struct kernel_answer answer = { .state = state_of(result->verdict) };

	// Other verdicts end a load wherever the instruction is.
	if (core_is_poison(result->verdict))
		answer = reached_answer(preflight, reach, answer.state, end);
	answer.there = tell_there(spec, result, preflight->arena);
	return answer;
}

void relocations_answer(struct preflight *preflight, size_t kernel,
			const struct core_result *results, const struct reach *reach,
			const struct reached_insn *ends)
{
	for (size_t i = 0; i < preflight->relocations.count; i++) {
		const struct core_relocation *relocation = &preflight->relocations.items[i];
		const struct core_result *result = &results[i];
		const struct reach_function *function;
		struct core_spec spec;
		struct problem *problem;

		if (result->verdict == CORE_VALUE)
			continue;
		core_spec_read(&spec, preflight->btf, relocation->kind, relocation->type,
			       relocation->access);
		function = reach_find(reach, relocation->atom);
		problem = find_problem(preflight, relocation, &spec, result->verdict);
		problem_answer(problem, kernel,
			       answer_of(preflight, &spec, result, reach,
					 ends ? &ends[reach_insn(function, relocation->at)] : NULL),
			       place_at(section_place(relocation->atom->section),
					relocation->atom->offset + relocation->at));
	}
}
