/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checks that metadata means what it says.
 *
 * Code that reads a variable may have the variable's value in its instructions as well, so nothing
 * else can take its place.
 *
 * bpftool looks at one map of a program: the first that is an array of one element with BTF and has
 * ".rodata" in its name. Maps that the program refers to come before those that libbpf binds to it.
 */
#include "atoms.h"
#include "metadata.h"
#include "passes.h"

// Whether @atom is an input's, and metadata of the user with another value took its place.
static bool is_replaced(const struct linker *linker, struct atom *atom)
{
	const struct atom *users = atom_survivor(atom);

	return users != atom && users->section->object == linker->metadata &&
	       (users->size != atom->size ||
		memcmp(users->section->data + users->offset, atom->section->data + atom->offset,
		       atom->size) != 0);
}

static void check_reads(struct linker *linker, const struct atom *atom)
{
	const struct section *section = atom->section;

	for (size_t i = atom->first_reference; atom_has_reference(atom, i); i++) {
		const struct reference *reference = &section->references.items[i];
		const struct declaration *metadata;

		if (!reference->atom || !is_replaced(linker, reference->atom))
			continue;
		metadata = atom_survivor(reference->atom)->declaration;
		diag_error(
			linker->diag, ERROR_METADATA_USE,
			place_at(section_place(section), reference->offset),
			"'%s' is used here, so --metadata cannot replace it: its value may be in "
			"code already",
			linker_name(linker, metadata->name));
	}
}

static void check_object_reads(struct linker *linker, const struct object *object)
{
	for (uint32_t i = 1; i < object->section_count; i++) {
		array_each(atom, &object->sections[i].atoms) {
			if (atom->live && !atom->folded)
				check_reads(linker, atom);
		}
	}
}

// What the output's .rodata* sections have: the first live variable of each kind.
struct survey {
	const struct declaration *metadata; // in .rodata
	const struct declaration *other;    // in .rodata.NAME
};

static void survey_variable(struct linker *linker, const struct declaration *declaration,
			    void *context)
{
	const struct atom *atom = declaration->atom;
	struct survey *survey = context;
	const char *name;

	if (!atom || !atom->live || atom->folded || !section_is_constant(linker, atom->section))
		return;
	name = linker_name(linker, atom->section->output_name);
	if (strcmp(name, ".rodata") != 0)
		survey->other = survey->other ? survey->other : declaration;
	else if (!survey->metadata && declaration_is_metadata(linker, declaration))
		survey->metadata = declaration;
}

static void warn_hidden(struct linker *linker)
{
	struct survey survey = { 0 };
	const char *section;

	for_each_constant(linker, survey_variable, &survey);
	if (!survey.metadata || !survey.other)
		return;
	section = linker_name(linker, survey.other->atom->section->output_name);
	diag_warning(linker->diag, WARN_HIDDEN_METADATA, declaration_place(linker, survey.other),
		     "'%s' may hide metadata: of programs that use '%s' before '.rodata' bpftool "
		     "shows none of '%s' and the like; link with --merge-rodata=all",
		     linker_name(linker, survey.other->name), section,
		     linker_name(linker, survey.metadata->name));
}

/*
 * Needs: what is live, folded metadata. Gives: messages.
 */
void check_metadata(struct linker *linker)
{
	if (linker->metadata) {
		array_each(object, &linker->objects)
			check_object_reads(linker, *object);
	}
	if (linker->has_metadata)
		warn_hidden(linker);
}
