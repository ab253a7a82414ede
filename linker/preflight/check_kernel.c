/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checks the output against kernels: what it asks of them, and what they have.
 *
 * Loaders find that out on the machine where a program is to run, and then it does not. All of it
 * is in the BTF of the output and of the kernel, so that a link can tell. It reads what loaders
 * will read: the output's own .BTF and .BTF.ext, not the inputs'.
 */
#include "check_relocations.h"
#include "kernel_symbols.h"
#include "passes.h"
#include "struct_ops.h"
#include "targets.h"

// What the output asks of any kernel.
struct needs {
	struct reach reach;
	struct kernel_symbols symbols;
	struct targets targets;
	struct struct_ops_list struct_ops;
};

static bool read_kernels(struct preflight *preflight)
{
	struct linker *linker = preflight->linker;
	const struct bpfld_options *options = linker->options;
	bool read = true;

	preflight->kernel_count = options->kernel_count;
	preflight->kernels =
		arena_new_array(preflight->arena, struct kernel, preflight->kernel_count);
	for (size_t i = 0; i < preflight->kernel_count; i++)
		read &= kernel_read(&preflight->kernels[i], &options->kernels[i],
				    linker->big_endian, &linker->strings.key, preflight->arena,
				    linker->diag);
	return read;
}

static void find_needs(struct preflight *preflight, struct needs *needs)
{
	struct linker *linker = preflight->linker;

	preflight->relocations = core_relocations_read(linker, preflight->btf, preflight->arena);
	reach_init(&needs->reach, linker, &preflight->relocations, preflight->arena);
	needs->symbols = kernel_symbols_find(preflight, &needs->reach);
	needs->targets = targets_find(preflight, &needs->reach);
	needs->struct_ops = struct_ops_find(preflight);
}

static void check(struct preflight *preflight, struct needs *needs, size_t index)
{
	struct linker *linker = preflight->linker;
	struct arena *arena = arena_nest(preflight->arena);
	struct core_result *results =
		arena_new_array(arena, struct core_result, preflight->relocations.count);
	uint8_t *lacks = arena_new_array(arena, uint8_t, linker->by_name.count);
	struct reach_kernel known = { results, lacks, linker->by_name.count };
	const struct reached_insn *ends = NULL;
	bool lacking =
		kernel_symbols_check(preflight, &needs->symbols, &needs->reach, index, lacks);

	if (relocations_resolve(preflight, &preflight->kernels[index], results) || lacking)
		ends = reach_run(&needs->reach, &known, arena);
	relocations_answer(preflight, index, results, &needs->reach, ends);
	kernel_symbols_answer(preflight, &needs->symbols, &needs->reach, index, lacks, ends);
	targets_check(preflight, &needs->targets, index);
	struct_ops_check(preflight, &needs->struct_ops, index);
	arena_deinit(arena);
}

/*
 * Needs: .BTF and .BTF.ext, places; references of inputs. Gives: warnings, linker->preflight.
 */
void check_kernel(struct linker *linker)
{
	struct preflight *preflight;
	struct needs needs;

	if (!linker->options->kernel_count)
		return;
	preflight = arena_new(linker->arena, struct preflight);
	preflight->linker = linker;
	preflight->arena = linker->arena;
	if (!read_kernels(preflight))
		return;
	linker->preflight = preflight;
	if (!linker->encoder) {
		diag_warning(
			linker->diag, WARN_KERNEL, place_in(NULL, NULL),
			"nothing is checked against kernels: the output has no BTF, which says "
			"what programs need; compile with -g");
		return;
	}
	preflight->btf =
		plain_btf_read(linker->btf.data, linker->btf.size, linker->big_endian, NULL,
			       place_in(NULL, ".BTF"), preflight->arena, linker->diag);
	if (!preflight->btf)
		return;
	if (linker->options->reports[BPFLD_REPORT_MIN_CORE_BTF]) {
		preflight->minimal = arena_new(preflight->arena, struct minimal_btf);
		minimal_btf_init(preflight->minimal, preflight->kernels[0].files[0].btf,
				 preflight->arena);
	}
	find_needs(preflight, &needs);
	for (size_t i = 0; i < preflight->kernel_count; i++)
		check(preflight, &needs, i);
	preflight_tell(preflight);
}
