/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Warns of things that link but that loaders cannot use. Here, unlike at load time, a message can
 * name the input.
 */
#include <inttypes.h>

#include "maps.h"
#include "passes.h"

// "map 'm' is", or how many more there are.
static const char *legacy_maps(struct linker *linker, const struct section *section)
{
	const struct atom *first = NULL;
	size_t count = 0;

	array_each(atom, &section->atoms) {
		if (!atom->symbol)
			continue;
		first = first ? first : atom;
		count++;
	}
	if (!first)
		return "its content is";
	if (count == 1)
		return arena_format(linker->arena, "map '%s' is",
				    linker_name(linker, first->symbol->name));
	return arena_format(linker->arena, "map '%s' and %zu more are",
			    linker_name(linker, first->symbol->name), count - 1);
}

// A map without BTF cannot be created by a loader.
static void require_map_types(struct linker *linker, const struct object *object)
{
	for (uint32_t i = 1; i < object->section_count; i++) {
		const struct section *section = &object->sections[i];

		if (section_has_legacy_maps(section) && section->size)
			diag_warning(
				linker->diag, WARN_LEGACY_MAPS, section_place(section),
				"%s of 'struct bpf_map_def', which libbpf does not load since 1.0; "
				"define maps with __uint(), __type() and SEC(\".maps\")",
				legacy_maps(linker, section));
		else if ((!object->btf || object->bare) && section->role == ROLE_MAPS &&
			 section->size)
			diag_error(linker->diag, ERROR_NO_BTF, section_place(section),
				   "maps are defined by BTF, of which the object has none; compile "
				   "with -g");
	}
}

static void warn_static_maps(struct linker *linker, const struct object *object)
{
	array_each(each, &object->declarations) {
		const struct declaration *declaration = *each;

		if (declaration->linkage == BTF_VAR_STATIC && declaration->atom &&
		    declaration->atom->section->role == ROLE_MAPS)
			diag_warning(
				linker->diag, WARN_STATIC_MAP,
				declaration_place(linker, declaration),
				"map '%s' is static, which libbpf refuses to load; remove 'static'",
				linker_name(linker, declaration->name));
	}
}

// The first symbol that makes @global hidden; NULL for none.
static const struct symbol *find_hiding(const struct global *global)
{
	const struct symbol *each = global->mentions;

	while (each && each->visibility != STV_HIDDEN && each->visibility != STV_INTERNAL)
		each = each->next;
	return each;
}

// libbpf treats hidden as static: functions become static, but a static map is refused.
static void warn_hidden_maps(struct linker *linker)
{
	array_each(each, &linker->globals) {
		const struct global *global = *each;
		const struct symbol *map = global->definition;
		const struct symbol *hiding;

		if (!map || !map->section || map->section->role != ROLE_MAPS ||
		    !(map->atom && map->atom->live) ||
		    (global->visibility != STV_HIDDEN && global->visibility != STV_INTERNAL))
			continue;
		hiding = find_hiding(global);
		diag_warning(linker->diag, WARN_HIDDEN_MAP, symbol_place(linker, map),
			     "map '%s' is hidden%s%s%s, which libbpf refuses to load as it does "
			     "static ones; %s",
			     linker_name(linker, global->name),
			     hiding && hiding != map ? " in '" : "",
			     hiding && hiding != map ? hiding->object->name : "",
			     hiding && hiding != map ? "'" : "",
			     hiding ? "compile without -fvisibility=hidden, or give it "
				      "__attribute__((visibility(\"default\")))"
				    : "leave its archive out of --exclude-libs");
	}
}

// Loaders find functions by type and size of their symbols; assembly often lacks these.
static void warn_shapeless_functions(struct linker *linker, const struct object *object)
{
	for (uint32_t i = 1; i < object->symbol_count; i++) {
		const struct symbol *symbol = &object->symbols[i];
		const char *name;

		if (!symbol->global || !symbol->section || symbol->section->role != ROLE_CODE)
			continue;
		if (symbol->type == STT_FUNC && symbol->size)
			continue;
		name = linker_name(linker, symbol->name);
		diag_warning(linker->diag, WARN_SHAPELESS_FUNCTION, symbol_place(linker, symbol),
			     "'%s' is no function to loaders: libbpf skips its code, cilium/ebpf "
			     "and aya refuse the object; give it '.type %s, @function' and '.size "
			     "%s, . - %s'",
			     name, name, name, name);
	}
}

// Loaders read the section of legacy maps as an array: elements of one size, without gaps.
static void check_legacy_map(struct linker *linker, const struct symbol *map,
			     const struct symbol *first)
{
	if (map->size != first->size)
		diag_error(linker->diag, ERROR_LEGACY_MAP_LAYOUT, symbol_place(linker, map),
			   "map definition of %" PRIu64 " bytes, but of %" PRIu64
			   " in '%s': loaders take 'maps' for an array",
			   map->size, first->size, first->object->name);
}

// Sections without a definition are joined to the others as well, with their alignment.
static void check_legacy_alignment(struct linker *linker, const struct object *object,
				   uint64_t map_size)
{
	for (uint32_t i = 1; i < object->section_count; i++) {
		const struct section *section = &object->sections[i];

		if (section->size && section_has_legacy_maps(section) && map_size % section->align)
			diag_error(linker->diag, ERROR_LEGACY_MAP_LAYOUT, section_place(section),
				   "alignment %" PRIu32
				   " leaves gaps between map definitions of %" PRIu64
				   " bytes: loaders take 'maps' for an array",
				   section->align, map_size);
	}
}

static void check_legacy_maps(struct linker *linker)
{
	const struct symbol *first = NULL;

	array_each(each, &linker->globals) {
		const struct symbol *symbol = (*each)->definition;

		if (!symbol || !symbol->section || !section_has_legacy_maps(symbol->section))
			continue;
		if (!first)
			first = symbol;
		check_legacy_map(linker, symbol, first);
	}
	if (!first)
		return;
	array_each(object, &linker->objects)
		check_legacy_alignment(linker, *object, first->size);
}

// Fields of which a map's value may have one each; the variables of a section are one value.
// Source: btf_get_field_type() in kernel/bpf/btf.c of Linux 6.12. The last two rows, and that both
// kinds of lock count as one, are as in 6.18.
static const struct field_type {
	const char *name;
	const char *what;
} field_types[] = {
	{ "bpf_spin_lock", "lock" },      { "bpf_timer", "timer" },
	{ "bpf_wq", "work queue" },       { "bpf_res_spin_lock", "lock" },
	{ "bpf_task_work", "task work" },
};

struct single_field {
	uint32_t section; // name of the output section
	const char *what;
	const struct declaration *variable; // the first variable with such a field
};

struct single_field_list {
	ARRAY_FIELDS(struct single_field);
};

// The kernel's name for a field of this type if a value may have only one; else NULL.
static const char *find_single_field(const struct btf_graph *graph, uint32_t node)
{
	struct str name = btf_graph_name(graph, node);

	for (size_t i = 0; i < sizeof(field_types) / sizeof(*field_types); i++) {
		if (str_equal(name, str_of(field_types[i].name)))
			return field_types[i].what;
	}
	return NULL;
}

static void take_single_field(struct linker *linker, struct single_field_list *seen,
			      const struct declaration *variable, const char *what)
{
	uint32_t section = variable->atom->section->output_name;

	array_each(first, seen) {
		linker->usage.seen++;
		if (first->section != section || strcmp(first->what, what) != 0)
			continue;
		diag_warning(
			linker->diag, WARN_SECOND_FIELD, declaration_place(linker, variable),
			"'%s' has a second %s in '%s' beside '%s' of '%s': kernels "
			"take one in a section",
			linker_name(linker, variable->name), what, linker_name(linker, section),
			linker_name(linker, first->variable->name), first->variable->object->name);
		return;
	}
	*array_add(linker->arena, seen) = (struct single_field){ section, what, variable };
}

// Note @variable if its type is such a field, or a struct that contains one.
static void take_variable(struct linker *linker, struct single_field_list *seen,
			  const struct declaration *variable)
{
	const struct btf_graph *graph = linker->graph;
	const struct btf_type *type;
	const struct btf_member *members;
	const char *what;

	if (btf_graph_kind(graph, variable->node) != BTF_KIND_STRUCT)
		return;
	type = btf_graph_type(graph, variable->node);
	members = btf_record_tail(type);
	linker->usage.seen += btf_info_vlen(type->info);
	if (linker->usage.seen > BTF_SEEN_MAX)
		return;
	what = find_single_field(graph, variable->node);
	if (what)
		take_single_field(linker, seen, variable, what);
	for (uint32_t i = 0; !what && i < btf_info_vlen(type->info); i++) {
		const char *inner = find_single_field(graph, members[i].type);

		if (inner)
			take_single_field(linker, seen, variable, inner);
	}
}

// Whether any type of the link may be such a field.
static bool has_single_fields(const struct linker *linker)
{
	for (size_t i = 0; i < sizeof(field_types) / sizeof(*field_types); i++) {
		if (strings_has(&linker->strings, str_of(field_types[i].name)))
			return true;
	}
	return false;
}

static void warn_second_fields(struct linker *linker)
{
	struct single_field_list seen = { 0 };

	if (!has_single_fields(linker))
		return;
	array_each(object, &linker->objects) {
		array_each(each, &(*object)->declarations) {
			const struct declaration *variable = *each;

			if (variable->kind == BTF_KIND_VAR && variable->atom &&
			    variable->atom->live && variable->atom->section->role == ROLE_DATA)
				take_variable(linker, &seen, variable);
		}
	}
}

/*
 * Needs: declarations, globals, what is live. Gives: warnings.
 */
void check_loaders(struct linker *linker)
{
	array_each(object, &linker->objects) {
		require_map_types(linker, *object);
		warn_static_maps(linker, *object);
		warn_shapeless_functions(linker, *object);
	}
	warn_hidden_maps(linker);
	check_legacy_maps(linker);
	warn_second_fields(linker);
}
