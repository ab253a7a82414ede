/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reports undefined symbols that no loader resolves, if the user asked for it.
 *
 * The output is relocatable, and a later link may define them, so by default they stay undefined.
 * Kernel symbols, kfuncs and kernel configuration are resolved by the loader and never reported.
 * Other weak symbols are: no loader makes them 0, as ld would.
 */
#include <inttypes.h>

#include "atoms.h"
#include "check_undefined.h"
#include "passes.h"
#include "warnings.h"

// Uses that are shown for each symbol.
#define USES_SHOWN 3

static bool is_loaders(const struct linker *linker, const struct global *global)
{
	const char *datasec = global->declaration && global->declaration->datasec
				      ? linker_name(linker, global->declaration->datasec)
				      : "";

	return strcmp(datasec, ".ksyms") == 0 || strcmp(datasec, ".kconfig") == 0;
}

bool global_is_missing(const struct linker *linker, const struct global *global)
{
	return !global->definition && global_goes_out(linker, global) &&
	       !is_loaders(linker, global);
}

static struct global *missing_target(const struct linker *linker, const struct reference *reference)
{
	struct global *global = reference->named ? reference->symbol->global : NULL;

	return global && global_is_missing(linker, global) ? global : NULL;
}

static void count_uses(struct linker *linker, const struct section *section)
{
	array_each(reference, &section->references) {
		struct global *global = missing_target(linker, reference);

		if (global)
			global->uses++;
	}
}

static const char *advice(const struct global *global)
{
	if (global->binding == STB_WEAK)
		return ", and no loader makes a weak symbol 0 that is not the kernel's; define it "
		       "in some input, or declare it __ksym where the kernel may";
	return "; define it in some input, or declare it __ksym where the kernel does";
}

// " (called in 'f')"; "" where no symbol says what the reference is in.
static const char *describe_use(const struct linker *linker, const struct section *section,
				const struct reference *reference)
{
	const struct atom *user = section_atom(section, reference->offset);

	if (!user || !user->symbol)
		return "";
	return arena_format(linker->arena, " (%s in '%s')",
			    reference->kind == REFERENCE_CALL ? "called" : "used",
			    linker_name(linker, user->symbol->name));
}

// Report the place of the first few uses; the rest is only counted. @use describes it.
static void report_use(struct linker *linker, struct place where, struct global *global,
		       const char *use)
{
	uint32_t rest = global->uses - USES_SHOWN;
	enum diag_severity severity = linker->options->warn_undefined ? DIAG_WARNING : DIAG_ERROR;

	where.symbol = linker_name(linker, global->name);
	global->uses_told++;
	diag_report(linker->diag, severity, WARN_UNDEFINED, where, "'%s' is undefined%s%s",
		    where.symbol, use, global->uses_told > 1 ? "" : advice(global));
	if (global->uses_told == USES_SHOWN && global->uses > USES_SHOWN)
		diag_note(linker->diag, where, "'%s' is used %" PRIu32 " more time%s", where.symbol,
			  rest, rest == 1 ? "" : "s");
}

static void report_uses(struct linker *linker, const struct section *section)
{
	array_each(reference, &section->references) {
		struct global *global = missing_target(linker, reference);

		if (global && global->uses_told < USES_SHOWN)
			report_use(linker, place_at(section_place(section), reference->offset),
				   global, describe_use(linker, section, reference));
	}
}

static void each_section(struct linker *linker,
			 void (*visit)(struct linker *linker, const struct section *section))
{
	array_each(object, &linker->objects) {
		for (uint32_t i = 1; i < (*object)->section_count; i++)
			visit(linker, &(*object)->sections[i]);
	}
}

/*
 * Needs: global->declaration, used and referenced. Gives: errors, with options->no_undefined;
 * warnings, with options->warn_undefined.
 */
void check_undefined(struct linker *linker)
{
	if (!linker->options->no_undefined && !linker->options->warn_undefined)
		return;
	each_section(linker, count_uses);
	each_section(linker, report_uses);
	array_each(global, &linker->globals) {
		if (global_is_missing(linker, *global) && (*global)->uses == 0)
			report_use(linker, symbol_place(linker, (*global)->mentions), *global, "");
	}
}
