/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exception callbacks that no loader finds, or none takes.
 *
 * Source: bpf_prog_assign_exc_cb() of libbpf; bpf_find_exception_callback_insn_off() in
 * kernel/bpf/verifier.c of Linux.
 */
#include "callbacks.h"

#include "check_undefined.h"
#include "passes.h"
#include "suggest.h"

static const char *user_name(const struct linker *linker, const struct callback *callback)
{
	return linker_name(linker, callback->user->name);
}

static void report_missing(struct suggestions *suggestions, const struct callback *callback,
			   enum diag_severity severity)
{
	struct linker *linker = suggestions->linker;
	uint32_t name = callback_wants(linker, callback);
	struct place where = declaration_place(linker, callback->user);

	where.symbol = linker_name(linker, name);
	diag_report(linker->diag, severity, WARN_UNDEFINED, where,
		    "'%s' is undefined (the exception callback of '%s'); %s", where.symbol,
		    user_name(linker, callback),
		    suggest_definition(suggestions, name, linker_global(linker, name)));
	note_undefined(linker);
}

static const char *unfit(const struct callback *callback, const struct global *global)
{
	if (callback->atom->section->role != ROLE_CODE)
		return "no function";
	if (!global)
		return "static";
	return global->visibility == STV_HIDDEN || global->visibility == STV_INTERNAL ? "hidden"
										      : NULL;
}

static void check_callback(struct suggestions *suggestions, const struct callback *callback)
{
	struct linker *linker = suggestions->linker;
	enum diag_severity severity;
	const struct global *global = callback_global(linker, callback);
	const char *what;

	if (!callback->atom) {
		if (undefined_is_told(linker, &severity))
			report_missing(suggestions, callback, severity);
		return;
	}
	what = unfit(callback, global);
	if (what)
		diag_warning(linker->diag, WARN_EXCEPTION_CALLBACK,
			     declaration_place(linker, callback->user),
			     "'%s', the exception callback of '%s', is %s: libbpf and kernels take "
			     "a global function that is not hidden",
			     linker_name(linker, callback->name), user_name(linker, callback),
			     what);
}

/*
 * Needs: callback->atom, live atoms. Gives: warnings; as check_undefined() does for callbacks that
 * no input has.
 */
void check_callbacks(struct linker *linker)
{
	struct suggestions suggestions = { .linker = linker };

	array_each(object, &linker->objects) {
		array_each(callback, &(*object)->callbacks) {
			const struct atom *user = callback->user->atom;

			if (user && user->live && !user->folded)
				check_callback(&suggestions, callback);
		}
	}
}
