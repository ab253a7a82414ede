/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Warns of what the loaders that the user names (--check-loader) would refuse in the output, or
 * misread: loaders differ in what they know, and many say no more than "invalid argument". The
 * rules are in loader_rules.h. What no loader takes is told without being asked: check_loaders.c.
 */
#include "loader_rules.h"

#include "atoms.h"
#include "destination.h"
#include "note_declaration.h"
#include "passes.h"

struct rule_check;

struct rule {
	enum loader loader;
	uint32_t since, until;
	void (*find)(struct rule_check *check);
	const char *does, *why, *advice;
};

// A rule, and what breaks it.
struct rule_check {
	struct linker *linker;
	const char *name;           // of the first
	ARRAY(struct place) places; // as they are found; one that is used often is there as often
};

static void found(struct rule_check *check, struct place where, const char *name)
{
	check->name = check->name ? check->name : name;
	*array_add(check->linker->arena, &check->places) = where;
}

static void found_symbol(struct rule_check *check, const struct symbol *symbol)
{
	found(check, symbol_place(check->linker, symbol), linker_name(check->linker, symbol->name));
}

static void found_section(struct rule_check *check, const struct output_section *output)
{
	found(check, section_place(output->inputs.items[0]),
	      linker_name(check->linker, output->name));
}

// ---------------------------------------------------------------------------------------------
// Walks

// A reference that goes out, and what has it.
struct use {
	const struct output_section *from;
	const struct atom *atom;
	const struct reference *reference;
};

// Have @see look at each reference that goes out.
static void each_use(struct rule_check *check,
		     void (*see)(struct rule_check *check, const struct use *use))
{
	array_each(output, &check->linker->sections) {
		array_each(each, &(*output)->atoms) {
			const struct atom *atom = *each;

			for (size_t i = atom->first_reference; atom_has_reference(atom, i); i++)
				see(check, &(struct use){ *output, atom,
							  &atom->section->references.items[i] });
		}
	}
}

// Have @see look at each declaration that goes out.
static void each_declaration(struct rule_check *check,
			     void (*see)(struct rule_check *check,
					 const struct declaration *declaration))
{
	array_each(object, &check->linker->objects) {
		array_each(declaration, &(*object)->declarations) {
			if ((*declaration)->fate != FATE_DROPPED)
				see(check, *declaration);
		}
	}
}

// The definition of what @reference names, if that is global.
static const struct symbol *named_definition(const struct reference *reference)
{
	const struct global *global = reference->named ? reference->symbol->global : NULL;

	return global ? global->definition : NULL;
}

static bool is_weak(const struct symbol *definition, enum role role)
{
	return definition && definition->global->binding == STB_WEAK && definition->section &&
	       definition->section->role == role;
}

static bool starts(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

static const char *section_text(const struct rule_check *check, const struct output_section *output)
{
	return linker_name(check->linker, output->name);
}

static bool is_hidden(const struct global *global)
{
	return !global->local &&
	       (global->visibility == STV_HIDDEN || global->visibility == STV_INTERNAL);
}

// ---------------------------------------------------------------------------------------------
// Functions

// A function's symbol, and where it went.
struct named_place {
	struct destination place;
	const struct symbol *symbol;
};

struct named_places {
	ARRAY_FIELDS(struct named_place);
};

static bool goes_out(const struct symbol *symbol)
{
	if (symbol->global)
		return symbol->global->definition == symbol &&
		       (symbol->global->output || symbol->output);
	return symbol->output;
}

static void add_functions(struct rule_check *check, const struct object *object,
			  struct named_places *places)
{
	for (uint32_t i = 1; i < object->symbol_count; i++) {
		const struct symbol *symbol = &object->symbols[i];

		if (symbol->type != STT_FUNC || !symbol->section || !goes_out(symbol) ||
		    !symbol_destination(symbol).section)
			continue;
		*array_add(check->linker->arena, places) = (struct named_place){
			symbol_destination(symbol),
			symbol,
		};
	}
}

static struct named_places list_functions(struct rule_check *check,
					  int (*compare)(const void *, const void *))
{
	struct named_places places = { 0 };

	array_each(object, &check->linker->objects)
		add_functions(check, *object, &places);
	array_sort(&places, compare);
	return places;
}

static int compare_numbers(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static int by_input(const struct symbol *a, const struct symbol *b)
{
	int order = compare_numbers(a->object->index, b->object->index);

	return order ? order : compare_numbers(symbol_index(a), symbol_index(b));
}

static int by_place(const void *left, const void *right)
{
	const struct named_place *a = left, *b = right;
	int order = compare_numbers(a->place.section->shndx, b->place.section->shndx);

	if (!order)
		order = compare_numbers((uint64_t)a->place.offset, (uint64_t)b->place.offset);
	return order ? order : by_input(a->symbol, b->symbol);
}

static void find_second_name(struct rule_check *check)
{
	struct named_places places = list_functions(check, by_place);

	for (size_t i = 1; i < places.count; i++) {
		const struct destination *a = &places.items[i - 1].place,
					 *b = &places.items[i].place;

		if (a->section == b->section && a->offset == b->offset)
			found_symbol(check, places.items[i].symbol);
	}
}

static uint32_t output_name(const struct symbol *symbol)
{
	return symbol_is_global(symbol) ? symbol->global->output_name : symbol->output_name;
}

static int by_name(const void *left, const void *right)
{
	const struct named_place *a = left, *b = right;
	int order = compare_numbers(output_name(a->symbol), output_name(b->symbol));

	return order ? order : by_input(a->symbol, b->symbol);
}

static void find_repeated_name(struct rule_check *check)
{
	struct named_places places = list_functions(check, by_name);

	for (size_t i = 1; i < places.count; i++) {
		if (output_name(places.items[i].symbol) == output_name(places.items[i - 1].symbol))
			found_symbol(check, places.items[i].symbol);
	}
}

// The function whose address code takes, if it is no static one.
static const struct symbol *address_of(const struct reference *reference)
{
	const struct symbol *function = reference->atom ? reference->atom->symbol : NULL;

	return reference->kind == REFERENCE_LD_IMM64 && function &&
			       function->section->role == ROLE_CODE && symbol_is_global(function)
		       ? function
		       : NULL;
}

static void see_global_address(struct rule_check *check, const struct use *use)
{
	const struct symbol *function = address_of(use->reference);

	if (function && !is_hidden(function->global))
		found_symbol(check, function);
}

static void find_global_address(struct rule_check *check)
{
	each_use(check, see_global_address);
}

static void see_hidden_address(struct rule_check *check, const struct use *use)
{
	const struct symbol *function = address_of(use->reference);

	if (function && is_hidden(function->global))
		found_symbol(check, function);
}

static void find_hidden_address(struct rule_check *check)
{
	each_use(check, see_hidden_address);
}

static void see_hidden_pointer(struct rule_check *check, const struct declaration *function)
{
	const struct btf_graph *graph = check->linker->graph;
	const struct btf_type *prototype = btf_graph_type(graph, function->node);
	const struct btf_param *params;

	if (function->kind != BTF_KIND_FUNC || !function->atom || !function->global ||
	    !is_hidden(function->global) || function->global->declaration != function)
		return;
	params = btf_record_tail(prototype);
	for (uint32_t i = 0; i < btf_info_vlen(prototype->info); i++) {
		if (btf_graph_kind(graph, btf_graph_strip(graph, params[i].type)) == BTF_KIND_PTR) {
			found(check, declaration_place(check->linker, function),
			      linker_name(check->linker, function->name));
			return;
		}
	}
}

static void find_hidden_pointer(struct rule_check *check)
{
	each_declaration(check, see_hidden_pointer);
}

static void see_weak_function(struct rule_check *check, const struct use *use)
{
	const struct symbol *definition = named_definition(use->reference);

	if (is_weak(definition, ROLE_CODE) && use->from->role == ROLE_CODE)
		found_symbol(check, definition);
}

static void find_weak_function(struct rule_check *check)
{
	each_use(check, see_weak_function);
}

// ---------------------------------------------------------------------------------------------
// Data and maps

static void see_weak_variable(struct rule_check *check, const struct use *use)
{
	const struct symbol *definition = named_definition(use->reference);

	if (is_weak(definition, ROLE_DATA))
		found_symbol(check, definition);
}

static void find_weak_variable(struct rule_check *check)
{
	each_use(check, see_weak_variable);
}

static void see_weak_map(struct rule_check *check, const struct use *use)
{
	const struct symbol *definition = named_definition(use->reference);

	if (is_weak(definition, ROLE_MAPS))
		found_symbol(check, definition);
}

static void find_weak_map(struct rule_check *check)
{
	each_use(check, see_weak_map);
}

static void see_filled_slot(struct rule_check *check, const struct use *use)
{
	if (use->from->role == ROLE_MAPS && use->reference->atom &&
	    use->reference->atom->section->role == ROLE_CODE && use->atom->symbol)
		found_symbol(check, use->atom->symbol);
}

static void find_filled_slot(struct rule_check *check)
{
	each_use(check, see_filled_slot);
}

// What code refers to in another section of data.
static const struct output_section *data_of(const struct use *use)
{
	const struct atom *atom = use->reference->atom;

	return use->from->role == ROLE_CODE && atom && atom->section->role == ROLE_DATA
		       ? atom_destination(atom, atom->offset).section
		       : NULL;
}

static void see_other_data(struct rule_check *check, const struct use *use)
{
	const struct output_section *to = data_of(use);
	const char *name = to ? section_text(check, to) : "";

	if (to && strcmp(name, ".data") != 0 && strcmp(name, ".bss") != 0 &&
	    !starts(name, ".rodata"))
		found_section(check, to);
}

static void find_other_data(struct rule_check *check)
{
	each_use(check, see_other_data);
}

static void see_strings(struct rule_check *check, const struct use *use)
{
	const struct output_section *to = data_of(use);

	if (to && to->flags & SHF_STRINGS)
		found_section(check, to);
}

static void find_strings(struct rule_check *check)
{
	each_use(check, see_strings);
}

// ---------------------------------------------------------------------------------------------
// Sections

static void find_sections(struct rule_check *check,
			  bool (*is_wrong)(const struct output_section *output, const char *name))
{
	array_each(output, &check->linker->sections) {
		if (is_wrong(*output, section_text(check, *output)))
			found_section(check, *output);
	}
}

static bool is_bss_name(const struct output_section *output, const char *name)
{
	return output->role == ROLE_DATA && starts(name, ".bss.");
}

static void find_bss_name(struct rule_check *check)
{
	find_sections(check, is_bss_name);
}

static bool is_struct_ops(const struct output_section *output, const char *name)
{
	return output->role == ROLE_DATA && starts(name, ".struct_ops");
}

static void find_struct_ops(struct rule_check *check)
{
	find_sections(check, is_struct_ops);
}

static bool is_jump_table(const struct output_section *output, const char *name)
{
	(void)name;
	return output->role == ROLE_JUMP_TABLES;
}

static void find_jump_table(struct rule_check *check)
{
	find_sections(check, is_jump_table);
}

static bool is_arena(const struct output_section *output, const char *name)
{
	return output->role == ROLE_DATA && starts(name, ".addr_space.");
}

static void find_arena(struct rule_check *check)
{
	find_sections(check, is_arena);
}

static bool is_nameless_tracepoint(const struct output_section *output, const char *name)
{
	return output->role == ROLE_CODE &&
	       (strcmp(name, "raw_tp") == 0 || strcmp(name, "raw_tracepoint") == 0);
}

static void find_nameless_tracepoint(struct rule_check *check)
{
	find_sections(check, is_nameless_tracepoint);
}

static bool is_unknown_to_aya(const struct output_section *output, const char *name)
{
	name += *name == '?';
	return (output->role == ROLE_CODE &&
		(strcmp(name, "tc") == 0 || strcmp(name, "syscall") == 0)) ||
	       starts(name, "struct_ops") || is_struct_ops(output, name);
}

static void find_aya_section(struct rule_check *check)
{
	find_sections(check, is_unknown_to_aya);
}

static void find_padded_license(struct rule_check *check)
{
	array_each(each, &check->linker->sections) {
		const struct output_section *output = *each;
		const struct atom *atom = output->atoms.count ? output->atoms.items[0] : NULL;

		if (output->role != ROLE_LICENSE || !atom || !atom->section->data)
			continue;
		if (output->size !=
		    strnlen((const char *)atom->section->data + atom->offset, atom->size) + 1)
			found_section(check, output);
	}
}

// ---------------------------------------------------------------------------------------------
// What the kernel has

static void see_kconfig(struct rule_check *check, const struct declaration *declaration)
{
	if (declaration_is_in(check->linker, declaration, ".kconfig"))
		found(check, declaration_place(check->linker, declaration),
		      linker_name(check->linker, declaration->name));
}

static void find_kconfig(struct rule_check *check)
{
	each_declaration(check, see_kconfig);
}

static void see_kernel_symbol(struct rule_check *check, const struct declaration *declaration)
{
	if (declaration_is_in(check->linker, declaration, ".ksyms"))
		found(check, declaration_place(check->linker, declaration),
		      linker_name(check->linker, declaration->name));
}

static void find_kernel_symbol(struct rule_check *check)
{
	each_declaration(check, see_kernel_symbol);
}

static void see_typed_ksym(struct rule_check *check, const struct declaration *declaration)
{
	if (declaration->kind == BTF_KIND_VAR &&
	    btf_graph_strip(check->linker->graph, declaration->node))
		see_kernel_symbol(check, declaration);
}

static void find_typed_ksym(struct rule_check *check)
{
	each_declaration(check, see_typed_ksym);
}

// ---------------------------------------------------------------------------------------------
// Rules

static const struct rule rules[] = {
#define RULE(loader, since, until, check, does, why, advice, shown)                                \
	{ LOADER_##loader, since, until, find_##check, does, why, advice },
	LOADER_RULES(RULE)
#undef RULE
};

// The versions that the rule is about, such as "aya" and "libbpf before 1.4".
static const char *describe_loader(const struct rule *rule, struct arena *arena)
{
	const char *name = loader_name(rule->loader);

	if (rule->until != LOADER_NEWEST)
		return arena_format(arena, "%s before %s", name,
				    loader_version_text(rule->until, arena));
	if (rule->since)
		return arena_format(arena, "%s from %s", name,
				    loader_version_text(rule->since, arena));
	return name;
}

static int compare_places(const void *left, const void *right)
{
	const struct place *a = left, *b = right;
	int order = compare_numbers((uintptr_t)a->origin, (uintptr_t)b->origin);

	if (!order)
		order = compare_numbers(a->offset, b->offset);
	return order ? order : compare_numbers((uintptr_t)a->symbol, (uintptr_t)b->symbol);
}

// How many places there are; sorts them.
static size_t count_places(struct rule_check *check)
{
	size_t count = 0;

	array_sort(&check->places, compare_places);
	for (size_t i = 0; i < check->places.count; i++) {
		const struct place *places = check->places.items;

		count += i == 0 || compare_places(&places[i - 1], &places[i]) != 0;
	}
	return count;
}

static void check_rule(struct linker *linker, const struct rule *rule)
{
	struct rule_check check = { .linker = linker };
	const char *more = "";
	struct place first;
	size_t count;

	rule->find(&check);
	if (!check.places.count)
		return;
	first = check.places.items[0];
	count = count_places(&check);
	if (count > 1)
		more = arena_format(linker->arena, " and %zu more", count - 1);
	diag_warning(linker->diag, WARN_LOADER, first, "%s %s '%s'%s: %s; %s",
		     describe_loader(rule, linker->arena), rule->does, check.name, more, rule->why,
		     rule->advice);
}

static void check_loader(struct linker *linker, const struct loader_version *wanted)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++) {
		if (rules[i].loader == wanted->loader && wanted->version >= rules[i].since &&
		    (wanted->version < rules[i].until || rules[i].until == LOADER_NEWEST))
			check_rule(linker, &rules[i]);
	}
}

/*
 * Needs: places, symbol indices, the fate of declarations. Gives: warnings.
 */
void check_chosen_loaders(struct linker *linker)
{
	const struct bpfld_strings *loaders = &linker->options->loaders;

	for (size_t i = 0; i < loaders->count; i++) {
		struct loader_version wanted;

		// They were checked with the request.
		if (!loader_parse(loaders->items[i], &wanted, linker->arena))
			check_loader(linker, &wanted);
	}
}
