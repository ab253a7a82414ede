/* SPDX-License-Identifier: BSD-2-Clause */
#include "locate_dwarf.h"

#include <dwarf.h>

#include "dwarf_object.h"

// What all questions of a link may cost: seconds of a processor, for debug information that was
// made to take long; and 256 MiB. For debug information that compilers wrote it is enough to open
// hundreds of objects.
#define STEPS      ((uint64_t)1 << 29)
#define MEMORY_MAX ((size_t)256 << 20)

void locator_init(struct locator *locator)
{
	locator->objects = NULL;
	locator->sources = (struct source_files){ 0 };
	locator->budget = STEPS;
	arena_init(&locator->arena, MEMORY_MAX);
}

void locator_deinit(struct locator *locator)
{
	for (struct debug *debug = locator->objects; debug; debug = debug->next)
		debug_close(debug);
	arena_deinit(&locator->arena);
}

// The object of the question, opened. It becomes the first one: the next question may well be
// about it, too.
static struct debug *take_object(struct locator *locator, const struct bpfld_question *question)
{
	struct debug **link = &locator->objects, *debug;

	while (*link && (*link)->data != question->data)
		link = &(*link)->next;
	debug = *link;
	if (debug) {
		*link = debug->next;
		debug->next = locator->objects;
		locator->objects = debug;
		return debug;
	}
	if (!locator->objects)
		locator->key = hash_key_draw();
	debug = arena_new(&locator->arena, struct debug);
	debug->next = locator->objects;
	locator->objects = debug;
	debug_open(debug, question->data, question->size, &locator->key, &locator->budget,
		   &locator->arena);
	return debug;
}

struct call {
	struct locator *locator;
	const struct bpfld_question *question;
	struct bpfld_position *position;
};

// The text of the line, and the column where that is not known.
static void find_source(const struct call *call, const char *name)
{
	struct bpfld_position *position = call->position;
	uint32_t column;

	if (!name)
		return;
	position->source = source_line(&call->locator->sources, position->file, position->line,
				       name, &column, &call->locator->arena);
	if (position->source && !position->column)
		position->column = column;
}

static bool locate_entry(const struct call *call, struct debug *debug, Dwarf_Die *die)
{
	int line = 0, column = 0;

	if (dwarf_decl_line(die, &line) != 0 || line <= 0)
		return false;
	dwarf_decl_column(die, &column);
	*call->position = (struct bpfld_position){
		.file = debug_file(debug, die),
		.line = (uint32_t)line,
		.column = column > 0 ? (uint32_t)column : 0,
	};
	if (!call->position->file || !*call->position->file)
		return false;
	find_source(call, dwarf_diename(die));
	return true;
}

static bool locate_line(const struct call *call, struct debug *debug)
{
	const struct bpfld_question *question = call->question;
	Dwarf_Line *line = debug_line(debug, question->shndx, question->offset);
	const char *file = line ? dwarf_linesrc(line, NULL, NULL) : NULL;
	int number = 0, column = 0;

	if (!file || !*file || dwarf_lineno(line, &number) != 0 || number <= 0)
		return false;
	dwarf_linecol(line, &column);
	*call->position = (struct bpfld_position){
		.file = file,
		.line = (uint32_t)number,
		.column = column > 0 ? (uint32_t)column : 0,
	};
	find_source(call, question->name);
	return true;
}

static bool locate_member(const struct call *call, struct debug *debug, Dwarf_Die *of)
{
	const struct bpfld_question *question = call->question;
	Dwarf_Die type, member;

	if (!question->member)
		return false;
	if (question->type && !debug_find_type(debug, question->type, &type))
		return false;
	return debug_find_member(debug, question->type ? &type : of, question->member, &member) &&
	       locate_entry(call, debug, &member);
}

static bool answer(void *argument)
{
	const struct call *call = argument;
	const struct bpfld_question *question = call->question;
	struct debug *debug = take_object(call->locator, question);
	bool declared = question->wanted == BPFLD_DECLARATION;
	Dwarf_Die die;

	if (!debug->dwarf)
		return false;
	if (question->wanted == BPFLD_INSTRUCTION)
		return locate_line(call, debug);
	if (!question->name || !debug_find(debug, question->name, declared, &die))
		return false;
	return locate_member(call, debug, &die) || locate_entry(call, debug, &die);
}

bool locate_dwarf(const struct bpfld_question *question, struct bpfld_position *position,
		  void *argument)
{
	struct locator *locator = argument;
	struct call call = { locator, question, position };
	bool exhausted;

	return locator->budget && arena_protect(&locator->arena, answer, &call, &exhausted);
}
