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
#include "suggest.h"

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

struct check {
	struct linker *linker;
	struct suggestions suggestions;
};

static void count_uses(struct check *check, const struct section *section)
{
	array_each(reference, &section->references) {
		struct global *global = missing_target(check->linker, reference);

		if (global)
			global->uses++;
	}
}

// Whether a message of @severity will be seen: guesses for others would take time for nothing.
static bool is_shown(const struct diag *diag, enum diag_severity severity)
{
	if (severity == DIAG_ERROR || diag->fatal_warnings)
		return !diag->error_limit || diag->error_count < diag->error_limit;
	return !diag->no_warnings &&
	       (!diag->warning_limit || diag->warning_count < diag->warning_limit);
}

static const char *advice(struct check *check, const struct global *global)
{
	return arena_format(check->linker->arena, "%s; %s",
			    global->binding == STB_WEAK
				    ? ", and no loader makes a weak symbol 0 that is not the "
				      "kernel's"
				    : "",
			    suggest_definition(&check->suggestions, global));
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
static void report_use(struct check *check, struct place where, struct global *global,
		       const char *use)
{
	struct linker *linker = check->linker;
	uint32_t rest = global->uses - USES_SHOWN;
	enum diag_severity severity = linker->options->warn_undefined ? DIAG_WARNING : DIAG_ERROR;
	bool advised;

	where.symbol = linker_name(linker, global->name);
	advised = global->uses_told++ == 0 && is_shown(linker->diag, severity);
	diag_report(linker->diag, severity, WARN_UNDEFINED, where, "'%s' is undefined%s%s",
		    where.symbol, use, advised ? advice(check, global) : "");
	if (global->uses_told == USES_SHOWN && global->uses > USES_SHOWN)
		diag_note(linker->diag, where, "'%s' is used %" PRIu32 " more time%s", where.symbol,
			  rest, rest == 1 ? "" : "s");
}

static void report_uses(struct check *check, const struct section *section)
{
	array_each(reference, &section->references) {
		struct global *global = missing_target(check->linker, reference);

		if (global && global->uses_told < USES_SHOWN)
			report_use(check, place_at(section_place(section), reference->offset),
				   global, describe_use(check->linker, section, reference));
	}
}

static void each_section(struct check *check,
			 void (*visit)(struct check *check, const struct section *section))
{
	array_each(object, &check->linker->objects) {
		for (uint32_t i = 1; i < (*object)->section_count; i++)
			visit(check, &(*object)->sections[i]);
	}
}

/*
 * Needs: global->declaration, used and referenced. Gives: errors, with options->no_undefined;
 * warnings, with options->warn_undefined.
 */
void check_undefined(struct linker *linker)
{
	struct check check = { .linker = linker, .suggestions.linker = linker };

	if (!linker->options->no_undefined && !linker->options->warn_undefined)
		return;
	each_section(&check, count_uses);
	each_section(&check, report_uses);
	array_each(global, &linker->globals) {
		if (global_is_missing(linker, *global) && (*global)->uses == 0)
			report_use(&check, symbol_place(linker, (*global)->mentions), *global, "");
	}
}
