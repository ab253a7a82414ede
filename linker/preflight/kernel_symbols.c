/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel_symbols.h"

#include "base/similar.h"
#include "plain_text.h"

// The kernel's names that are compared with one that it lacks.
#define SIMILAR_WORK_MAX ((size_t)1 << 20)
#define PREFIX           4 // letters that these have in common with it

static const char *datasec_of(const struct linker *linker, const struct global *global)
{
	const struct declaration *declaration = global->declaration;

	return declaration && declaration->datasec ? linker_name(linker, declaration->datasec) : "";
}

static struct kernel_symbol describe(const struct preflight *preflight, const struct global *global,
				     uint32_t insn)
{
	const struct plain_btf *btf = preflight->btf;
	uint32_t id = global->declaration->output;
	const struct btf_type *type = plain_type(btf, id);

	return (struct kernel_symbol){
		.global = global,
		.id = id,
		.is_weak = global->binding == STB_WEAK,
		.has_type = btf_info_kind(type->info) == BTF_KIND_FUNC ||
			    plain_skip(btf, type->type) != 0,
		.use = insn,
	};
}

// The extern symbol that the instruction refers to; NULL when that is none.
static const struct global *extern_of(const struct reference *reference)
{
	const struct symbol *symbol = reference ? reference_symbol(reference) : NULL;
	const struct global *global = symbol ? symbol->global : NULL;

	return global && !global->definition ? global : NULL;
}

struct kernel_symbols kernel_symbols_find(struct preflight *preflight, const struct reach *reach)
{
	struct linker *linker = preflight->linker;
	uint8_t *seen = arena_new_array(preflight->arena, uint8_t, linker->by_name.count);
	struct kernel_symbols symbols = { 0 };

	for (uint32_t i = 0; i < reach->insn_count; i++) {
		const struct global *global = extern_of(reach->reference[i]);

		if (!global || seen[global->name] || !global->declaration ||
		    !global->declaration->output)
			continue;
		seen[global->name] = 1;
		if (strcmp(datasec_of(linker, global), ".ksyms") == 0)
			*array_add(preflight->arena, &symbols) = describe(preflight, global, i);
		else if (strcmp(datasec_of(linker, global), ".kconfig") == 0)
			preflight->unchecked++;
	}
	array_each(symbol, &symbols)
		preflight->unchecked += !symbol->has_type;
	return symbols;
}

static const char *symbol_name(const struct preflight *preflight,
			       const struct kernel_symbol *symbol)
{
	return plain_name(preflight->btf, symbol->id);
}

static bool is_function(const struct preflight *preflight, const struct kernel_symbol *symbol)
{
	return plain_kind(preflight->btf, symbol->id) == BTF_KIND_FUNC;
}

// The problem at *@index, which is made when there is none yet.
static struct problem *take_problem(struct preflight *preflight, const struct reach *reach,
				    const struct kernel_symbol *symbol, uint32_t *index,
				    const char *hint)
{
	const char *name = symbol_name(preflight, symbol);
	struct problem *problem;

	if (*index)
		return &preflight->problems.items[*index - 1];
	problem = preflight_add(preflight);
	*index = (uint32_t)preflight->problems.count;
	problem->what =
		arena_format(preflight->arena, "kernel %s '%s'",
			     is_function(preflight, symbol) ? "function" : "variable", name);
	problem->hint = hint;
	problem->atom = reach_function_of(reach, symbol->use)->atom;
	problem->function = atom_name(preflight->linker, problem->atom);
	return problem;
}

// A function of the kernel that is called like @name.
static const char *similar_name(const struct kernel *kernel, const char *name, uint32_t kind)
{
	const struct plain_btf *btf = kernel->files[0].btf;
	size_t work = 0;
	struct similar similar;

	similar_begin(&similar, str_of(name));
	for (uint32_t id = btf->first; id < btf->end && work < SIMILAR_WORK_MAX; id++) {
		const char *other = plain_name(btf, id);

		if (plain_kind(btf, id) == kind && strncmp(name, other, PREFIX) == 0)
			work += similar_try(&similar, str_of(other));
	}
	return similar.found.data;
}

static struct kernel_answer missing(struct preflight *preflight, const struct kernel *kernel,
				    const struct kernel_symbol *symbol)
{
	struct kernel_answer answer = { .state = STATE_MISSING };
	bool function = is_function(preflight, symbol);
	const char *similar = similar_name(kernel, symbol_name(preflight, symbol),
					   function ? BTF_KIND_FUNC : BTF_KIND_VAR);

	if (similar)
		answer.there = arena_format(preflight->arena, "there is '%s'", similar);
	return answer;
}

static struct kernel_answer different(struct preflight *preflight,
				      const struct kernel_symbol *symbol,
				      const struct kernel_file *file, uint32_t id)
{
	const struct btf_type *here = plain_type(preflight->btf, symbol->id);
	const struct btf_type *there = plain_type(file->btf, id);
	struct arena *arena = preflight->arena;
	const char *name = plain_name(file->btf, id);
	const char *ours = plain_declaration(preflight->btf, here->type, name, arena);
	const char *theirs = plain_declaration(file->btf, there->type, name, arena);
	struct kernel_answer answer = { .state = STATE_INCOMPATIBLE };

	// libbpf compares what pointers lead to.
	if (strcmp(ours, theirs) == 0)
		answer.there =
			"a struct or union of its declaration is only declared here, without "
			"members";
	else
		answer.there = arena_format(arena, "it is '%s' there, and '%s' here", theirs, ours);
	return answer;
}

// The FUNC or VAR of @kernel that libbpf takes for @symbol; 0: none.
static uint32_t look_up(const struct preflight *preflight, const struct kernel *kernel,
			const struct kernel_symbol *symbol, const struct kernel_file **file)
{
	const char *name = symbol_name(preflight, symbol);

	if (!is_function(preflight, symbol))
		return kernel_look_up(kernel, name, BTF_KIND_VAR, file);
	// The flavour of a function is not part of its name.
	name = arena_strndup(preflight->arena, name, essential_size(name));
	return kernel_look_up(kernel, name, BTF_KIND_FUNC, file);
}

static bool is_compatible(const struct preflight *preflight, const struct kernel_symbol *symbol,
			  const struct kernel_file *file, uint32_t id)
{
	uint32_t here = plain_type(preflight->btf, symbol->id)->type;
	uint32_t there = plain_type(file->btf, id)->type;

	return core_types_compatible(preflight->btf, plain_skip(preflight->btf, here), file->btf,
				     plain_skip(file->btf, there)) == CORE_YES;
}

// @return whether the kernel has it
static bool check_symbol(struct preflight *preflight, struct kernel_symbol *symbol,
			 const struct reach *reach, size_t index)
{
	const struct kernel *kernel = &preflight->kernels[index];
	const struct kernel_file *file = NULL;
	uint32_t id = look_up(preflight, kernel, symbol, &file);
	struct kernel_answer answer;

	if (id && is_compatible(preflight, symbol, file, id))
		return true;
	if (symbol->is_weak && (!id || is_function(preflight, symbol)))
		return false;
	answer = id ? different(preflight, symbol, file, id) : missing(preflight, kernel, symbol);
	problem_answer(take_problem(preflight, reach, symbol, &symbol->problem,
				    id ? "declare it as the kernel does"
				       : "declare it __weak, and guard it with bpf_ksym_exists()"),
		       index, answer, reach_place(reach, symbol->use));
	return false;
}

bool kernel_symbols_check(struct preflight *preflight, struct kernel_symbols *symbols,
			  const struct reach *reach, size_t kernel, uint8_t *lacks)
{
	bool lacking = false;

	array_each(symbol, symbols) {
		if (!symbol->has_type || check_symbol(preflight, symbol, reach, kernel) ||
		    !symbol->is_weak)
			continue;
		lacks[symbol->global->name] = 1;
		lacking = true;
	}
	return lacking;
}

static struct kernel_symbol *find_symbol(struct kernel_symbols *symbols,
					 const struct global *global)
{
	array_each(symbol, symbols) {
		if (symbol->global == global)
			return symbol;
	}
	return NULL;
}

void kernel_symbols_answer(struct preflight *preflight, struct kernel_symbols *symbols,
			   const struct reach *reach, size_t kernel, const uint8_t *lacks,
			   const struct reached_insn *ends)
{
	for (uint32_t i = 0; i < reach->insn_count && ends; i++) {
		const struct global *global = extern_of(reach->reference[i]);
		struct kernel_symbol *symbol;

		if (!global || !lacks[global->name] || ends[i].how == REACHED_NOT)
			continue;
		symbol = find_symbol(symbols, global);
		problem_answer(take_problem(preflight, reach, symbol, &symbol->call_problem,
					    "guard it with bpf_ksym_exists()"),
			       kernel, reached_answer(preflight, reach, STATE_MISSING, &ends[i]),
			       reach_place(reach, i));
	}
}
