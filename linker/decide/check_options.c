/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Warns of options that have no effect. A misspelled name is not an error: there is no such symbol,
 * so the option simply does nothing. But the user wants to know, above all when the option hides
 * everything else.
 */
#include "apply_exports.h"
#include "archive.h"
#include "base/globs.h"
#include "guess.h"
#include "passes.h"

// What the symbols of all objects say of each name, by number; made when an option first needs it.
struct mentions {
	bool made;
	ARRAY(const struct symbol *) locals; // the first local function or variable, or NULL
	ARRAY(bool) referred;                // some object refers to the name without defining it
	ARRAY(bool) known;                   // some object that was read has a symbol of that name
};

struct checker {
	struct linker *linker;
	struct mentions mentions;
};

static uint32_t name_of(struct linker *linker, const char *text)
{
	return strings_intern(&linker->strings, str_of(text));
}

static bool is_defined(struct linker *linker, const char *text)
{
	const struct global *global = linker_global(linker, name_of(linker, text));

	return global && global->definition;
}

static void note_symbol(struct mentions *mentions, const struct symbol *symbol)
{
	mentions->known.items[symbol->name] = true;
	if (symbol->binding != STB_LOCAL)
		mentions->referred.items[symbol->name] |= symbol->home == HOME_UNDEFINED;
	else if ((symbol->type == STT_FUNC || symbol->type == STT_OBJECT) &&
		 !mentions->locals.items[symbol->name])
		mentions->locals.items[symbol->name] = symbol;
}

static void note_object(struct mentions *mentions, const struct object *object)
{
	for (uint32_t i = 1; i < object->symbol_count; i++)
		note_symbol(mentions, &object->symbols[i]);
	// Callbacks are referred to by texts in BTF only.
	array_each(callback, &object->callbacks) {
		if (!callback->symbol)
			mentions->referred.items[callback->name] =
				mentions->known.items[callback->name] = true;
	}
}

static const struct mentions *mentions_of(struct checker *checker)
{
	struct mentions *mentions = &checker->mentions;
	struct linker *linker = checker->linker;
	size_t count = linker->strings.strings.count;

	if (mentions->made)
		return mentions;
	mentions->made = true;
	array_make(linker->arena, &mentions->locals, count);
	array_make(linker->arena, &mentions->referred, count);
	array_make(linker->arena, &mentions->known, count);
	array_each(object, &linker->read)
		note_object(mentions, *object);
	return mentions;
}

static bool is_referred(struct checker *checker, const char *text)
{
	uint32_t name = name_of(checker->linker, text);
	const struct mentions *mentions = mentions_of(checker);

	return array_get(&mentions->referred, name);
}

// The first static function or variable of that name, or NULL.
static const struct symbol *find_local(struct checker *checker, const char *text)
{
	uint32_t name = name_of(checker->linker, text);
	const struct mentions *mentions = mentions_of(checker);

	return array_get(&mentions->locals, name);
}

static bool hides_others(const struct bpfld_options *options)
{
	for (size_t i = 0; i < options->scope_rule_count; i++) {
		if (options->scope_rules[i].scope != BPFLD_EXPORT &&
		    strcmp(options->scope_rules[i].pattern, "*") == 0)
			return true;
	}
	return false;
}

static void warn_unknown_rule(struct checker *checker, const struct bpfld_scope_rule *rule)
{
	struct linker *linker = checker->linker;
	const struct symbol *local = find_local(checker, rule->pattern);
	bool exported = rule->scope == BPFLD_EXPORT;
	const char *rest = exported && hides_others(linker->options)
				   ? ", and what no option exports is hidden"
				   : "";

	if (local)
		diag_warning(linker->diag, WARN_UNKNOWN_SYMBOL, symbol_place(linker, local),
			     "'%s' is to be %s, but it is static%s%s; %s", rule->pattern,
			     scope_texts[rule->scope], exported ? "" : " already", rest,
			     exported ? "remove its 'static'" : "");
	else
		diag_warning(linker->diag, WARN_UNKNOWN_SYMBOL, place_in(rule->file, NULL),
			     "'%s' is to be %s, but no input defines %s%s; %s", rule->pattern,
			     scope_texts[rule->scope],
			     glob_is_pattern(rule->pattern) ? "anything like it" : "it", rest,
			     guess_symbol(linker, rule->pattern, GUESS_DEFINED));
}

// Whether @rule has a pattern that has to match something.
static bool is_checked_pattern(const struct bpfld_scope_rule *rule)
{
	// A file may serve several programs, of which only some have the name.
	return glob_is_pattern(rule->pattern) && !rule->file && strcmp(rule->pattern, "*") != 0;
}

// By rule: whether a symbol that is defined matches its pattern.
static bool *match_patterns(struct linker *linker)
{
	const struct bpfld_options *options = linker->options;
	struct globs globs = { .arena = linker->arena, .key = &linker->strings.key };
	bool *matched = arena_new_array(linker->arena, bool, options->scope_rule_count);

	for (size_t i = 0; i < options->scope_rule_count; i++) {
		if (is_checked_pattern(&options->scope_rules[i]))
			globs_add(&globs, options->scope_rules[i].pattern, (uint32_t)i);
	}
	if (globs.patterns.count == 0)
		return matched;
	array_each(global, &linker->globals) {
		if ((*global)->definition)
			globs_find(&globs, linker_name(linker, (*global)->name), matched);
	}
	return matched;
}

static void check_rules(struct checker *checker)
{
	const struct bpfld_options *options = checker->linker->options;
	const bool *matched = match_patterns(checker->linker);

	for (size_t i = 0; i < options->scope_rule_count; i++) {
		const struct bpfld_scope_rule *rule = &options->scope_rules[i];

		if (is_checked_pattern(rule) && !matched[i])
			warn_unknown_rule(checker, rule);
		else if (!glob_is_pattern(rule->pattern) &&
			 !is_defined(checker->linker, rule->pattern))
			warn_unknown_rule(checker, rule);
	}
}

static void check_wraps(struct checker *checker)
{
	struct linker *linker = checker->linker;
	const struct bpfld_strings *wrap = &linker->options->wrap;

	for (size_t i = 0; i < wrap->count; i++) {
		const char *name = wrap->items[i];

		if (is_referred(checker, name) ||
		    is_referred(checker, arena_format(linker->arena, "__real_%s", name)))
			continue;
		diag_warning(linker->diag, WARN_UNKNOWN_SYMBOL, place_in(NULL, NULL),
			     "'%s' is to be wrapped, but no input refers to it%s; %s", name,
			     is_defined(linker, name) ? " from outside of what defines it" : "",
			     is_defined(linker, name) ? ""
						      : guess_symbol(linker, name, GUESS_REFERRED));
	}
}

static void check_aliases(struct checker *checker)
{
	struct linker *linker = checker->linker;
	const struct bpfld_options *options = linker->options;

	for (size_t i = 0; i < options->alias_count; i++) {
		const struct bpfld_alias *alias = &options->aliases[i];

		if (!is_referred(checker, alias->name))
			diag_warning(
				linker->diag, WARN_UNKNOWN_SYMBOL, place_in(NULL, NULL),
				"'%s' is to mean '%s' (--defsym), but no input refers to it; %s",
				alias->name, alias->target,
				guess_symbol(linker, alias->name, GUESS_REFERRED));
		// A later link or the kernel may define a name that some input refers to.
		if (!is_defined(linker, alias->target) && !is_referred(checker, alias->target))
			diag_warning(linker->diag, WARN_UNKNOWN_SYMBOL, place_in(NULL, NULL),
				     "'%s' is what '%s' is to mean (--defsym), but no input "
				     "defines it; %s",
				     alias->target, alias->name,
				     guess_symbol(linker, alias->target, GUESS_DEFINED));
	}
}

static void check_requests(struct checker *checker)
{
	struct linker *linker = checker->linker;
	const struct bpfld_strings *names = &linker->options->undefined;

	for (size_t i = 0; i < names->count; i++) {
		if (!is_defined(linker, names->items[i]))
			diag_warning(linker->diag, WARN_UNKNOWN_SYMBOL, place_in(NULL, NULL),
				     "'%s' is asked for (-u), but no input defines it; %s",
				     names->items[i],
				     guess_symbol(linker, names->items[i], GUESS_DEFINED));
	}
}

// Warn of @names, of an option that does @what, that no symbol of any kind has.
static void check_known(struct checker *checker, const struct bpfld_strings *names,
			const char *what)
{
	struct linker *linker = checker->linker;

	for (size_t i = 0; i < names->count; i++) {
		uint32_t name = name_of(linker, names->items[i]);
		const struct mentions *mentions = mentions_of(checker);

		if (!array_get(&mentions->known, name))
			diag_warning(linker->diag, WARN_UNKNOWN_SYMBOL, place_in(NULL, NULL),
				     "'%s' is to be %s, but no object of this link has a symbol of "
				     "that name; %s",
				     names->items[i], what,
				     guess_symbol(linker, names->items[i], GUESS_ANY));
	}
}

static bool is_archive_of(const struct linker *linker, const char *name)
{
	array_each(file, &linker->files) {
		if ((*file)->archive && archive_is_called(*file, name))
			return true;
	}
	return strcmp(name, "ALL") == 0;
}

static void check_excluded(struct checker *checker)
{
	struct linker *linker = checker->linker;
	const struct bpfld_strings *names = &linker->options->exclude_libs;

	for (size_t i = 0; i < names->count; i++) {
		if (!is_archive_of(linker, names->items[i]))
			diag_warning(linker->diag, WARN_UNUSED_OPTION, place_in(NULL, NULL),
				     "'%s' (--exclude-libs) is no archive of this link; %s",
				     names->items[i], guess_archive(linker, names->items[i]));
	}
}

// Warn of options that have an effect only together with another one.
static void check_pairs(struct linker *linker)
{
	const struct bpfld_options *options = linker->options;
	const struct {
		bool useless;
		const char *text;
	} pairs[] = {
		{ options->gc_maps && !options->gc_sections,
		  "--gc-maps does nothing without --gc-sections" },
		{ options->reports[BPFLD_REPORT_REMOVED] && !options->gc_sections,
		  "--print-gc-sections has nothing to list without --gc-sections" },
		{ options->reports[BPFLD_REPORT_FOLDED] && options->icf == BPFLD_ICF_NONE,
		  "--print-icf-sections has nothing to list without --icf" },
		{ options->compress_debug != BPFLD_COMPRESS_NONE && !links_debug(linker),
		  "--compress-debug-sections does nothing without --keep-debug or --debug-file" },
		{ options->map_format != BPFLD_MAP_TEXT && !options->reports[BPFLD_REPORT_MAP] &&
			  !options->reports[BPFLD_REPORT_KERNELS],
		  "--map-format does nothing without -Map or --check-kernel-report" },
	};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		if (pairs[i].useless)
			diag_warning(linker->diag, WARN_UNUSED_OPTION, place_in(NULL, NULL), "%s",
				     pairs[i].text);
	}
}

struct contents {
	bool code, live_code, live_program;
};

static struct contents survey(const struct linker *linker)
{
	struct contents contents = { 0 };

	array_each(object, &linker->objects) {
		for (uint32_t i = 1; i < (*object)->section_count; i++) {
			const struct section *section = &(*object)->sections[i];

			if (section->role != ROLE_CODE)
				continue;
			array_each(atom, &section->atoms) {
				contents.code = true;
				contents.live_code |= atom->live;
				contents.live_program |=
					atom->live && section_has_programs(linker, atom->section);
			}
		}
	}
	return contents;
}

// Whether @symbol is a variable of a section that libbpf makes a map of, for user space to share.
static bool is_mapped(const struct symbol *symbol)
{
	return symbol && symbol->section && symbol->section->role == ROLE_DATA && symbol->atom &&
	       symbol->atom->live && symbol->atom->declaration &&
	       section_has_variables(symbol->section);
}

static bool was_visible(const struct global *global)
{
	for (const struct symbol *symbol = global->mentions; symbol; symbol = symbol->next) {
		if (symbol->visibility == STV_HIDDEN || symbol->visibility == STV_INTERNAL)
			return false;
	}
	return true;
}

static bool is_visible(const struct global *global)
{
	return !global->local && global->visibility != STV_HIDDEN &&
	       global->visibility != STV_INTERNAL;
}

/*
 * libbpf makes the map of a data section BPF_F_MMAPABLE when at least one variable is neither
 * static nor hidden; skeletons cannot reach other maps.
 *
 * Source: map_is_mmapable() and btf_fixup_datasec() of libbpf 1.5.
 */
static void check_mapped_data(struct linker *linker)
{
	size_t count = linker->strings.strings.count;
	const struct global **taken = arena_new_array(linker->arena, const struct global *, count);
	bool *mapped = arena_new_array(linker->arena, bool, count);

	array_each(each, &linker->globals) {
		const struct symbol *variable = (*each)->definition;
		uint32_t section;

		if (!is_mapped(variable))
			continue;
		section = variable->section->output_name;
		if (is_visible(*each))
			mapped[section] = true;
		else if (was_visible(*each) && !taken[section])
			taken[section] = *each;
	}
	array_each(each, &linker->globals) {
		const struct symbol *variable = (*each)->definition;
		uint32_t section = is_mapped(variable) ? variable->section->output_name : 0;

		if (section && taken[section] == *each && !mapped[section])
			diag_warning(
				linker->diag, WARN_UNMAPPED_DATA, symbol_place(linker, variable),
				"'%s' is hidden or local now, as are all variables of '%s': "
				"libbpf does not make its map BPF_F_MMAPABLE, and skeletons "
				"do not reach it; export one of them",
				linker_name(linker, (*each)->name), linker_name(linker, section));
	}
}

static void check_contents(struct linker *linker)
{
	const struct bpfld_options *options = linker->options;
	bool scoped = options->scope_rule_count || options->exclude_libs.count;
	struct contents contents = { 0 };

	if (options->gc_sections || scoped)
		contents = survey(linker);
	if (options->gc_sections && contents.code && !contents.live_code)
		diag_warning(linker->diag, WARN_NO_PROGRAM, place_in(NULL, NULL),
			     "--gc-sections leaves no code: no input has a program, and neither "
			     "--export nor -u asks for a function");
	if (contents.live_program && scoped)
		check_mapped_data(linker);
}

// Whether the definition is from an archive member that was extracted, so that nobody asked for it
// explicitly.
static bool is_unasked(const struct symbol *definition)
{
	const struct file *file = definition->object->file;

	return (file->archive && !file->input->whole_archive) || file->input->lazy;
}

static void check_kernel_name(struct linker *linker, const struct declaration *declaration,
			      const char *datasec)
{
	const struct symbol *definition = declaration->global->definition;

	if (definition && is_unasked(definition))
		diag_warning(
			linker->diag, WARN_REPLACED_KSYM, symbol_place(linker, definition),
			"'%s' of this member takes the place of the kernel's, which '%s' declares "
			"(%s); rename one of them",
			linker_name(linker, declaration->global->name), declaration->object->name,
			datasec);
}

// Warn of names that one object declares the kernel's, and that an archive member, extracted for
// another name, defines.
static void check_kernel_names(struct linker *linker)
{
	array_each(each, &linker->objects) {
		array_each(datasec, &(*each)->datasecs) {
			for (uint32_t i = 0; i < datasec->count; i++) {
				const struct declaration *declaration =
					datasec->entries[i].declaration;

				if (declaration && declaration->global &&
				    datasec_is_kernels(linker, datasec))
					check_kernel_name(linker, declaration,
							  linker_name(linker, datasec->name));
			}
		}
	}
}

/*
 * Needs: declarations, what is live. Gives: warnings.
 */
void check_options(struct linker *linker)
{
	const struct bpfld_options *options = linker->options;
	struct checker checker = { .linker = linker };

	check_rules(&checker);
	check_wraps(&checker);
	check_aliases(&checker);
	check_requests(&checker);
	check_known(&checker, &options->trace_symbols, "traced (-y)");
	check_known(&checker, &options->retain_symbols, "retained (--retain-symbols-file)");
	check_excluded(&checker);
	check_pairs(linker);
	check_contents(linker);
	if (linker->extracts.count)
		check_kernel_names(linker);
}
