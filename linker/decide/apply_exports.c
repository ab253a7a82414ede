/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Decides which globals stay visible, become hidden, or become local in the output.
 *
 * libbpf makes a hidden function static when it loads the object; a later link still finds it. A
 * local function is static at once, in the symbol table and in BTF, so that the verifier checks its
 * body in each caller. References by its name become references to its place, because loaders
 * accept no relocation that names a local function.
 *
 * So do references that take the address of a function, hidden or local, which no later link can
 * replace: for a name, cilium/ebpf takes the function at the start of the section, whatever the
 * name is.
 *
 * Programs, maps, exception callbacks and all else that loaders look for by name stay as they are.
 */
#include "apply_exports.h"
#include "base/globs.h"
#include "passes.h"

const char *const scope_texts[] = {
	[BPFLD_EXPORT] = "exported",
	[BPFLD_HIDE] = "hidden",
	[BPFLD_LOCALIZE] = "local",
};

// The rules with patterns. A plain name goes before a pattern, and a pattern before "*"; among
// equals the first wins.
struct patterns {
	struct globs globs;                 // by index of their rule
	const struct bpfld_scope_rule *all; // of "*"; NULL: none
};

static struct patterns read_patterns(const struct linker *linker)
{
	const struct bpfld_options *options = linker->options;
	struct patterns patterns = { { .arena = linker->arena, .key = &linker->strings.key }, 0 };

	for (size_t i = 0; i < options->scope_rule_count; i++) {
		const struct bpfld_scope_rule *rule = &options->scope_rules[i];

		if (strcmp(rule->pattern, "*") == 0)
			patterns.all = patterns.all ? patterns.all : rule;
		else if (glob_is_pattern(rule->pattern))
			globs_add(&patterns.globs, rule->pattern, (uint32_t)i);
	}
	return patterns;
}

// The rule for @name, which no plain name is.
static const struct bpfld_scope_rule *
find_pattern(const struct linker *linker, const struct patterns *patterns, const char *name)
{
	uint32_t found = globs_find(&patterns->globs, name, NULL);

	return found == GLOB_NONE ? patterns->all : &linker->options->scope_rules[found];
}

static void match_names(struct linker *linker)
{
	const struct bpfld_options *options = linker->options;

	for (size_t i = 0; i < options->scope_rule_count; i++) {
		const struct bpfld_scope_rule *rule = &options->scope_rules[i];
		uint32_t name;
		struct global *global;

		if (glob_is_pattern(rule->pattern))
			continue;
		name = strings_intern(&linker->strings, str_of(rule->pattern));
		global = linker_global(linker, name);
		if (global && !global->scope_rule)
			global->scope_rule = rule;
		else if (global && global->scope_rule->scope != rule->scope)
			diag_warning(linker->diag, WARN_UNUSED_OPTION, place_in(rule->file, NULL),
				     "'%s' is to be %s, but an option before it says that it is to "
				     "be %s, and counts",
				     rule->pattern, scope_texts[rule->scope],
				     scope_texts[global->scope_rule->scope]);
	}
}

bool section_has_variables(const struct section *section)
{
	static const char *const prefixes[] = { ".data", ".rodata", ".bss" };
	struct str name = str_of(section->text_name);

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		if (section->role == ROLE_DATA && str_starts_with(name, str_of(prefixes[i])))
			return true;
	}
	return false;
}

// Whether the scope of symbols in @section may change: those of functions that only other functions
// call, and of variables other than maps.
static bool may_change(const struct linker *linker, const struct section *section)
{
	return section->role == ROLE_CODE ? section->output_name == linker->text_name
					  : section_has_variables(section);
}

static void apply_rule(struct linker *linker, struct global *global)
{
	const struct symbol *definition = global->definition;
	const struct bpfld_scope_rule *rule = global->scope_rule;

	// What the runtime archive defines stays local: the verifier takes it in no other way.
	if (!rule || !definition || !definition->section || definition->object->file->runtime ||
	    definition->section->role == ROLE_LICENSE || definition->section->role == ROLE_VERSION)
		return;
	if (rule->scope == BPFLD_EXPORT) {
		global->exported = true;
	} else if (global->called_back || !may_change(linker, definition->section)) {
		// Warn only for plain names: a pattern may match by accident.
		if (!glob_is_pattern(rule->pattern))
			diag_warning(
				linker->diag, WARN_STAYS_GLOBAL, symbol_place(linker, definition),
				"'%s' stays global: loaders look for it by name", rule->pattern);
	} else if (rule->scope == BPFLD_LOCALIZE) {
		global->local = true;
	} else if (global->visibility == STV_DEFAULT || global->visibility == STV_PROTECTED) {
		global->visibility = STV_HIDDEN;
	}
}

static bool is_hidden(const struct global *global)
{
	return global->visibility == STV_HIDDEN || global->visibility == STV_INTERNAL;
}

// --localize-hidden: make @global local if it is hidden, unless a rule exports it.
static void localize_hidden(struct linker *linker, struct global *global)
{
	const struct symbol *definition = global->definition;

	if (definition && definition->section && is_hidden(global) && !global->exported &&
	    !global->called_back && may_change(linker, definition->section))
		global->local = true;
}

// Whether @reference takes the address of a function that no later link can replace.
static bool takes_address(const struct linker *linker, const struct reference *reference,
			  const struct symbol *definition)
{
	const struct global *global = definition->global;

	return reference->kind == REFERENCE_LD_IMM64 && definition->type == STT_FUNC &&
	       definition->section->output_name == linker->text_name &&
	       (!global || (is_hidden(global) && global->binding != STB_WEAK));
}

// The definition that @reference must refer to by place instead of by name; NULL when the name
// stays.
static const struct symbol *find_placed(const struct linker *linker,
					const struct reference *reference)
{
	const struct symbol *definition = reference_symbol(reference);

	if (definition && definition->global)
		definition = definition->global->definition;
	if (!definition || !definition->section)
		return NULL;
	if ((definition->global && definition->global->local) ||
	    takes_address(linker, reference, definition))
		return definition;
	return NULL;
}

static void place_references(const struct linker *linker, struct section *section)
{
	array_each(reference, &section->references) {
		const struct symbol *definition = find_placed(linker, reference);

		if (!definition)
			continue;
		reference->named = false;
		reference->target = definition->section;
		reference->addend = (int64_t)((uint64_t)reference->addend + definition->value);
	}
}

static void apply_rules(struct linker *linker)
{
	struct patterns patterns = read_patterns(linker);

	match_names(linker);
	array_each(each, &linker->globals) {
		struct global *global = *each;

		if (!global->scope_rule)
			global->scope_rule =
				find_pattern(linker, &patterns, linker_name(linker, global->name));
		apply_rule(linker, global);
	}
}

/*
 * Needs: resolution. Gives: global->exported, local and visibility; references to local globals,
 * and those that take addresses of functions, are by place.
 */
void apply_exports(struct linker *linker)
{
	if (linker->options->scope_rule_count)
		apply_rules(linker);
	if (linker->options->localize_hidden) {
		array_each(global, &linker->globals)
			localize_hidden(linker, *global);
	}
	array_each(object, &linker->objects) {
		for (uint32_t i = 1; i < (*object)->section_count; i++)
			place_references(linker, &(*object)->sections[i]);
	}
}
