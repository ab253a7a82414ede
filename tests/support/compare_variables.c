/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Variables as .BTF lists them, by section: the lists of a compiler lack what relocations say, so
 * that of the input gives names and types, and the symbols give places.
 */
#include <stdlib.h>
#include <string.h>

#include "comparison.h"

// An entry of a DATASEC.
struct variable {
	const char *name;
	const struct btf_type *type; // VAR, or FUNC in .ksyms
	uint32_t type_id;
	uint32_t linkage;
	uint64_t offset;
	uint64_t size;
	const struct subject_section *section; // NULL: it has none
};

static struct variable variable_of(const struct subject *subject, const struct btf_type *datasec,
				   uint32_t index)
{
	const struct btf_var_secinfo *entry = &btf_var_secinfos(datasec)[index];
	const struct btf_type *type = btf__type_by_id(subject->btf, entry->type);
	return (struct variable){
		.name = subject_type_name(subject, entry->type),
		.type = type,
		.type_id = entry->type,
		.linkage = btf_is_func(type) ? btf_vlen(type) : btf_var(type)->linkage,
		.offset = entry->offset,
		.size = entry->size,
		.section = subject_find_section(
			subject, btf__name_by_offset(subject->btf, datasec->name_off)),
	};
}

// A compiler leaves offsets of globals to the assembler, which leaves them to the linker.
static void place_by_symbol(const struct subject *subject, struct variable *variable)
{
	const struct subject_symbol *symbol = subject_find_global(subject, variable->name);

	if (variable->linkage != BTF_VAR_GLOBAL_ALLOCATED || !symbol)
		return;
	variable->section = subject_home(subject, symbol);
	variable->offset = symbol->value;
	variable->size = symbol->size;
}

static const struct btf_type *find_datasec(const struct subject *subject, const char *name)
{
	int id = btf__find_by_name_kind(subject->btf, name, BTF_KIND_DATASEC);

	return id > 0 ? btf__type_by_id(subject->btf, (uint32_t)id) : NULL;
}

static bool same_declaration(struct comparison *comparison, const struct variable *input,
			     const struct variable *linked)
{
	if (input->linkage != BTF_VAR_STATIC && others_have(comparison, input->name, false))
		return true;
	if (same_type(comparison, input->type->type, linked->type->type) &&
	    same_tags(comparison, input->type_id, linked->type_id))
		return true;
	differ(comparison, "%s: other type or tags", input->name);
	return false;
}

static bool same_variable(struct comparison *comparison, const struct variable *input,
			  const struct variable *linked)
{
	// Of several declarations one stays, which may say more: `int` rather than `void`.
	if (input->linkage == BTF_VAR_GLOBAL_EXTERN && linked->linkage == input->linkage &&
	    others_have(comparison, input->name, false))
		return true;
	if (input->linkage != linked->linkage || input->size != linked->size) {
		differ(comparison, "%s: linkage %u, size %lu, in the output linkage %u, size %lu",
		       input->name, input->linkage, input->size, linked->linkage, linked->size);
		return false;
	}
	if (input->section && linked->section &&
	    !same_bytes(comparison, input->section, input->offset, linked->section, linked->offset,
			input->size))
		return false;
	return same_declaration(comparison, input, linked);
}

static bool take_variable(struct comparison *comparison, const struct variable *input,
			  const struct btf_type *datasec, uint32_t index)
{
	struct variable linked = variable_of(&comparison->linked.subject, datasec, index);
	bool is_static = input->linkage == BTF_VAR_STATIC;

	if (strcmp(input->name, linked.name) || is_static != (linked.linkage == BTF_VAR_STATIC) ||
	    (is_static && comparison->taken_types[linked.type_id]) ||
	    !same_variable(comparison, input, &linked))
		return false;
	comparison->taken_types[linked.type_id] = true;
	return true;
}

static void compare_variable(struct comparison *comparison, const struct variable *input,
			     const char *datasec_name)
{
	const struct btf_type *datasec = find_datasec(&comparison->linked.subject, datasec_name);
	FILE *report = comparison->report;
	char *differences = NULL;
	size_t size;
	bool found = false;

	// Several statics may have the name: only if none fits is it of interest why.
	comparison->report = open_memstream(&differences, &size);
	for (uint32_t i = 0; datasec && !found && i < btf_vlen(datasec); i++)
		found = take_variable(comparison, input, datasec, i);
	fclose(comparison->report);
	comparison->report = report;
	if (!found && input->linkage == BTF_VAR_STATIC)
		found = is_dead_data(comparison, input->section, input->offset, input->size);
	if (!found && *differences)
		fputs(differences, report);
	else if (!found)
		differ(comparison, "DATASEC %s: no %s in the output", datasec_name, input->name);
	free(differences);
}

// What another input defines, or defines first, has its place there.
static bool is_given_away(const struct comparison *comparison, const struct variable *variable)
{
	return (variable->linkage == BTF_VAR_GLOBAL_EXTERN ||
		variable->linkage == BTF_VAR_GLOBAL_ALLOCATED) &&
	       others_have(comparison, variable->name, true);
}

void compare_variables(struct comparison *comparison)
{
	const struct subject *subject = &comparison->input->subject;

	for (uint32_t id = 1; id < btf__type_cnt(subject->btf); id++) {
		const struct btf_type *datasec = btf__type_by_id(subject->btf, id);

		for (uint32_t i = 0; btf_is_datasec(datasec) && i < btf_vlen(datasec); i++) {
			struct variable variable = variable_of(subject, datasec, i);

			place_by_symbol(subject, &variable);
			if (!is_given_away(comparison, &variable) &&
			    !(variable.section && is_singleton(variable.section)))
				compare_variable(comparison, &variable,
						 subject_type_name(subject, id));
		}
	}
}
