/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reports undefined symbols that no loader resolves.
 *
 * No loader takes an object with such a symbol. A later link may define it, so it is a warning,
 * unless the user says that it is an error or that another link follows. Kernel symbols, kfuncs and
 * kernel configuration are resolved by the loader and never reported. Other weak symbols are: no
 * loader makes them 0, as ld would.
 */
#include <inttypes.h>

#include "atoms.h"
#include "base/text.h"
#include "check_undefined.h"
#include "passes.h"
#include "suggest.h"

// Functions and variables whose uses are told for each symbol; those of others are only counted.
#define USERS_SHOWN 3

// A function or variable, or what of a section is none, that uses a symbol.
struct user {
	const struct section *section;
	const struct symbol *symbol; // NULL: none
	uint32_t uses;
};

// All uses of a symbol that is missing.
struct uses {
	struct global *global;
	const struct reference *first;  // in section users[0].section; NULL when there is no use
	struct user users[USERS_SHOWN]; // in the order of their first use
	uint32_t user_count;            // of these
	uint32_t elsewhere;             // uses by others
};

struct check {
	struct linker *linker;
	enum diag_severity severity;
	struct suggestions suggestions;
	ARRAY(struct uses *) missing; // in the order of their first use
};

static bool is_loaders(const struct linker *linker, const struct global *global)
{
	const char *datasec = global->declaration && global->declaration->datasec
				      ? linker_name(linker, global->declaration->datasec)
				      : "";

	return strcmp(datasec, ".ksyms") == 0 || strcmp(datasec, ".kconfig") == 0;
}

bool global_is_missing(const struct linker *linker, const struct global *global)
{
	// Why one has no definition that an option binds was told.
	return !global->definition && !global->bound && global_goes_out(linker, global) &&
	       !is_loaders(linker, global);
}

bool undefined_is_told(const struct linker *linker, enum diag_severity *ret)
{
	const struct bpfld_options *options = linker->options;

	*ret = options->no_undefined && !options->warn_undefined ? DIAG_ERROR : DIAG_WARNING;
	return options->no_undefined || options->warn_undefined || !options->allow_undefined;
}

void note_undefined(struct linker *linker)
{
	const struct bpfld_options *options = linker->options;

	if (linker->noted_undefined || options->no_undefined || options->warn_undefined)
		return;
	linker->noted_undefined = true;
	diag_note(linker->diag, place_in(NULL, NULL),
		  "no loader takes an object with such a symbol; if another link follows, say so "
		  "with -r");
}

static bool has_missing(const struct linker *linker)
{
	array_each(global, &linker->undefined) {
		if (global_is_missing(linker, *global))
			return true;
	}
	return false;
}

static struct uses *note_missing(struct check *check, struct global *global)
{
	global->uses = arena_new(check->linker->arena, struct uses);
	global->uses->global = global;
	*array_add(check->linker->arena, &check->missing) = global->uses;
	return global->uses;
}

static void count_use(struct uses *uses, const struct section *section, const struct symbol *symbol)
{
	// References are in the order of their sections and offsets, so those of a user follow each
	// other.
	struct user *last = uses->user_count ? &uses->users[uses->user_count - 1] : NULL;

	if (last && last->section == section && last->symbol == symbol) {
		last->uses++;
	} else if (uses->user_count < USERS_SHOWN) {
		uses->users[uses->user_count++] =
			(struct user){ .section = section, .symbol = symbol, .uses = 1 };
	} else {
		uses->elsewhere++;
	}
}

static void find_uses(struct check *check, const struct section *section)
{
	array_each(reference, &section->references) {
		struct global *global = reference->named ? reference->symbol->global : NULL;
		const struct atom *user;

		if (!global || !global_is_missing(check->linker, global))
			continue;
		user = section_atom(section, reference->offset);
		if (user && !user->live)
			continue;
		if (!global->uses)
			note_missing(check, global)->first = reference;
		count_use(global->uses, section, user ? user->symbol : NULL);
	}
}

static bool is_call(const struct uses *uses)
{
	return uses->first->kind == REFERENCE_CALL;
}

// " (called in 'f')"; "" where no symbol says what the first use is in.
static const char *describe_use(const struct linker *linker, const struct uses *uses)
{
	if (!uses->first || !uses->users->symbol)
		return "";
	return arena_format(linker->arena, " (%s in '%s')", is_call(uses) ? "called" : "used",
			    linker_name(linker, uses->users->symbol->name));
}

static uint32_t count_rest(const struct uses *uses)
{
	uint32_t rest = uses->elsewhere;

	for (uint32_t i = 0; i < uses->user_count; i++)
		rest += uses->users[i].uses;
	return rest ? rest - 1 : 0;
}

// "; 3 more in 'f', 2 in 'g' of 'b.o', 7 elsewhere"
static const char *describe_rest(const struct linker *linker, const struct uses *uses)
{
	struct text text = { .arena = linker->arena };
	const char *start = "; ", *more = " more";

	for (uint32_t i = 0; i < uses->user_count; i++) {
		const struct user *user = &uses->users[i];
		uint32_t count = user->uses - (i == 0);

		if (count == 0)
			continue;
		text_format(&text, "%s%" PRIu32 "%s in '%s'", start, count, more,
			    user->symbol ? linker_name(linker, user->symbol->name)
					 : user->section->text_name);
		if (user->section->object != uses->users->section->object)
			text_format(&text, " of '%s'", user->section->object->name);
		start = ", ";
		more = "";
	}
	if (uses->elsewhere)
		text_format(&text, "%s%" PRIu32 "%s elsewhere", start, uses->elsewhere, more);
	text_bytes(&text, "", 1);
	return text.data;
}

static void report_missing(struct check *check, const struct uses *uses)
{
	struct linker *linker = check->linker;
	struct global *global = uses->global;
	struct place where =
		uses->first ? place_at(section_place(uses->users->section), uses->first->offset)
			    : symbol_place(linker, global->mentions);

	where.symbol = linker_name(linker, global->name);
	where.noted = count_rest(uses) > 0;
	diag_report(linker->diag, check->severity, WARN_UNDEFINED, where,
		    "'%s' is undefined%s%s; %s", where.symbol, describe_use(linker, uses),
		    global->binding == STB_WEAK
			    ? ", and no loader makes a weak symbol 0 that is not the kernel's"
			    : "",
		    diag_shows(linker->diag, check->severity, WARN_UNDEFINED)
			    ? suggest_definition(&check->suggestions, global->name, global)
			    : "");
	if (where.noted)
		diag_note(linker->diag, where, "%s%s", is_call(uses) ? "the call" : "the use",
			  describe_rest(linker, uses));
	note_undefined(linker);
}

/*
 * Needs: global->declaration, used and referenced. Gives: warnings, or errors with
 * options->no_undefined.
 */
void check_undefined(struct linker *linker)
{
	struct check check = { .linker = linker, .suggestions.linker = linker };

	if (!undefined_is_told(linker, &check.severity) || !has_missing(linker))
		return;
	array_each(object, &linker->objects) {
		for (uint32_t i = 1; i < (*object)->section_count; i++)
			find_uses(&check, &(*object)->sections[i]);
	}
	array_each(global, &linker->undefined) {
		if (global_is_missing(linker, *global) && !(*global)->uses)
			note_missing(&check, *global);
	}
	array_each(uses, &check.missing)
		report_missing(&check, *uses);
}
