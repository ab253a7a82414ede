/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checks the output against kernels: what it asks of them, and what they have.
 *
 * Loaders find that out on the machine where a program is to run, and then it does not. All of it
 * is in the BTF of the output and of the kernel, so that a link can tell. It reads what loaders
 * will read: the output's own .BTF and .BTF.ext, not the inputs'.
 */
#include "check_relocations.h"
#include "passes.h"
#include "preflight.h"
#include "reach.h"

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

static void check(struct preflight *preflight, struct reach *reach, size_t index)
{
	const struct kernel *kernel = &preflight->kernels[index];
	size_t count = preflight->relocations.count;
	struct core_result *results = arena_new_array(preflight->arena, struct core_result, count);
	struct reach_kernel known = { .results = results };
	const struct reached_insn *ends = NULL;

	if (relocations_resolve(preflight, kernel, results))
		ends = reach_run(reach, &known);
	relocations_answer(preflight, index, results, reach, ends);
	arena_release(preflight->arena, results, count * sizeof(*results));
}

/*
 * Needs: .BTF and .BTF.ext, places; references of inputs. Gives: warnings, linker->preflight.
 */
void check_kernel(struct linker *linker)
{
	struct preflight *preflight;
	struct reach reach;

	if (!linker->options->kernel_count)
		return;
	preflight = arena_new(linker->arena, struct preflight);
	preflight->linker = linker;
	preflight->arena = linker->arena;
	if (!read_kernels(preflight))
		return;
	if (linker->encoder)
		preflight->btf =
			plain_btf_read(linker->btf.data, linker->btf.size, linker->big_endian, NULL,
				       place_in(NULL, ".BTF"), preflight->arena, linker->diag);
	if (!preflight->btf)
		return;
	preflight->relocations = core_relocations_read(linker, preflight->btf, preflight->arena);
	reach_init(&reach, linker, &preflight->relocations, preflight->arena);
	for (size_t i = 0; i < preflight->kernel_count; i++)
		check(preflight, &reach, i);
	preflight_tell(preflight);
	linker->preflight = preflight;
}
