/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The library reads no debug information, so it has to ask for what only that knows. It asks by
 * name where there is one: addresses in debug information are only good after relocation.
 */
#include "locate.h"

#include "atoms.h"
#include "base/paths.h"
#include "input.h"
#include "insn.h"
#include "positions.h"

// What @text, the name of a symbol, is in its object. NULL stays.
static const char *input_name(const struct linker *linker, const char *text)
{
	const struct strings *strings = &linker->strings;
	struct str name = text ? str_of(text) : STR("");
	uint32_t old;

	// Once all names are known, messages are about the output.
	if (!text || linker->new_names.old.count == 0 || strings->closed)
		return text;
	old = array_get(&linker->new_names.old,
			strings_find(strings, name, strings_hash(strings, name)));
	return old ? linker_name(linker, old) : text;
}

// The name of what @where is in, or of what is first in its section; NULL when nothing has one.
static const char *name_at(const struct linker *linker, const struct place *where,
			   const struct section *section)
{
	uint64_t offset = where->offset < section->size ? where->offset : 0;
	const struct atom *atom = section_atom(section, (int64_t)offset);

	return atom && atom->symbol ? input_name(linker, linker_name(linker, atom->symbol->name))
				    : NULL;
}

// What to ask of @where, in an object; false when there is no question.
static bool make_question(const struct linker *linker, const struct place *where,
			  struct bpfld_question *question)
{
	const struct section *section = where->section ? where->origin : NULL;

	*question = (struct bpfld_question){
		.wanted = where->declared ? BPFLD_DECLARATION : BPFLD_DEFINITION,
		.shndx = section ? section->shndx : 0,
		.offset = where->offset,
		.name = input_name(linker, where->symbol),
		.type = where->type,
		.member = where->member,
	};
	if (!section || where->whole)
		return question->name;
	if (section->role != ROLE_CODE) {
		question->name = name_at(linker, where, section);
		return question->name;
	}
	question->wanted = BPFLD_INSTRUCTION;
	return where->offset < section->size;
}

static bool ask(struct linker *linker, const struct place *where, struct position *ret)
{
	const struct object *object =
		where->section ? ((struct section *)where->origin)->object : where->origin;
	const struct bpfld_options *options = linker->options;
	struct bpfld_position found = { 0 };
	struct bpfld_question question;
	const uint8_t *bytes;

	// Before, the object was not checked.
	if (!options->locate || linker->reading || !make_question(linker, where, &question))
		return false;
	bytes = file_again(linker, object->source);
	if (!bytes)
		return false;
	question.input = object->name;
	question.data = bytes + object->start;
	question.size = object->size;
	if (!options->locate(&question, &found, options->locate_context))
		return false;
	*ret = (struct position){
		.file = path_from_here(found.file),
		.line = found.line,
		.column = found.column,
		.source = found.source,
	};
	return true;
}

static bool is_same_line(const struct position *a, const struct position *b)
{
	return a->line == b->line && strcmp(a->file, b->file) == 0;
}

static bool find(struct linker *linker, const struct place *where, struct position *ret)
{
	struct position by_lines;
	bool has_lines = where->section && positions_find(where, &by_lines, linker);

	// The first line of a function is near it, not more.
	if ((has_lines && !where->whole) || !ask(linker, where, ret)) {
		if (has_lines)
			*ret = by_lines;
		return has_lines;
	}
	if (has_lines && !ret->source && is_same_line(ret, &by_lines))
		ret->source = by_lines.source;
	return true;
}

// What is at @where, which is in code and about one instruction.
static const char *describe_instruction(const struct place *where, const struct section *section)
{
	switch (section->data && where->offset < section->size ? section->data[where->offset] : 0) {
	case INSN_CALL:
		return "the call";
	case INSN_LD_IMM64:
		return "the use";
	default:
		return "the instruction";
	}
}

static const char *describe(const struct place *where)
{
	const struct section *section = where->section ? where->origin : NULL;

	if (!section || where->declared)
		return "the declaration";
	if (where->offset == NO_OFFSET)
		return "the section";
	if (section->role == ROLE_CODE)
		return where->whole ? "the function" : describe_instruction(where, section);
	if (section->role == ROLE_MAPS)
		return where->whole ? "the map" : "the slot";
	return where->whole ? "the variable" : "the use";
}

bool locate(const struct place *where, struct position *ret, void *linker)
{
	if (!find(linker, where, ret))
		return false;
	ret->what = describe(where);
	return true;
}
