/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Debug sections are sections that no loader reads: to the other passes they are like .comment. So
 * what link_debug() needs later is noted here, while the headers of the object are at hand.
 */
#include "debug_sections.h"

#include "base/reader.h"

#include "elf_records.h"
#include "reading.h"

// What is noted of an object.
struct notes {
	struct linker *linker;
	struct object *object;
	const struct headers *headers;
	struct debug_input *debug;
	uint64_t room;            // bytes of the object that are in no section noted so far
	ARRAY(uint32_t) by_shndx; // index in debug->sections, plus 1; 0: none
};

static bool str_ends_with(struct str s, struct str ending)
{
	return s.size >= ending.size &&
	       str_equal((struct str){ s.data + s.size - ending.size, ending.size }, ending);
}

// Sections for another file (split DWARF) are not such.
static bool is_debug(const struct section *section)
{
	struct str name = str_of(section->text_name);

	return section->type == SHT_PROGBITS && section->size &&
	       str_starts_with(name, STR(".debug_")) && !str_ends_with(name, STR(".dwo")) &&
	       !(section->flags & SHF_EXCLUDE);
}

static const struct {
	const char *name; // behind ".debug_"
	enum debug_kind kind;
} names[] = {
	{ "str", DEBUG_STRINGS },   { "line_str", DEBUG_STRINGS },  { "info", DEBUG_INFO },
	{ "types", DEBUG_TYPES },   { "abbrev", DEBUG_ABBREV },     { "addr", DEBUG_ADDR },
	{ "line", DEBUG_LINE },     { "rnglists", DEBUG_RNGLISTS }, { "loclists", DEBUG_LOCLISTS },
	{ "ranges", DEBUG_RANGES }, { "loc", DEBUG_LOC },           { "aranges", DEBUG_ARANGES },
	{ "frame", DEBUG_FRAME },
};

static enum debug_kind kind_of(const struct section *section)
{
	const char *name = section->text_name + strlen(".debug_");

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!strcmp(name, names[i].name))
			return names[i].kind;
	}
	return DEBUG_OTHER;
}

static uint64_t offset_of(const struct notes *notes, uint32_t shndx)
{
	return shdr_get(notes->headers->bytes, shndx, notes->object->big_endian).sh_offset;
}

// Count bytes of the object that will be read. Only hostile objects have sections that share bytes.
static void take_room(struct notes *notes, uint64_t size)
{
	if (size > notes->room)
		notes->debug->fault = "its sections share bytes";
	else
		notes->room -= size;
}

static void need_debug(struct notes *notes)
{
	if (!notes->debug)
		notes->debug = arena_new(notes->linker->arena, struct debug_input);
}

// Note a section that is compressed as it was before SHF_COMPRESSED.
static void note_lost(struct notes *notes, const struct section *section)
{
	struct str name = str_of(section->text_name);

	if (!str_starts_with(name, STR(".zdebug_")))
		return;
	need_debug(notes);
	if (!notes->debug->lost)
		notes->debug->lost = strings_intern(&notes->linker->strings, name);
}

static void note_section(struct notes *notes, const struct section *section)
{
	struct linker *linker = notes->linker;

	need_debug(notes);
	*array_add(linker->arena, &notes->debug->sections) = (struct debug_section){
		.name = strings_intern(&linker->strings, str_of(section->text_name)),
		.shndx = section->shndx,
		.flags = section->flags,
		.align = section->align,
		.kind = kind_of(section),
		.is_paths = !strcmp(section->text_name, ".debug_line_str"),
		.offset = offset_of(notes, section->shndx),
		.size = section->size,
	};
	*array_at(reading_arena(linker), &notes->by_shndx, section->shndx) =
		(uint32_t)notes->debug->sections.count;
	take_room(notes, section->size);
}

// The noted section of number @shndx; NULL when it is none.
static struct debug_section *noted(const struct notes *notes, uint32_t shndx)
{
	uint32_t number = array_get(&notes->by_shndx, shndx);

	return number ? &notes->debug->sections.items[number - 1] : NULL;
}

static void note_table(struct notes *notes, const struct section *table)
{
	struct debug_section *section = noted(notes, table->info);

	if (!section || table->size == 0)
		return;
	if (section->table_size)
		notes->debug->fault = "a section has two tables of relocations";
	section->table = offset_of(notes, table->shndx);
	section->table_size = table->size;
	take_room(notes, table->size);
}

static uint32_t signature_of(struct notes *notes, const struct section *group)
{
	const struct object *object = notes->object;
	const struct symbol *symbol;

	if (!group->info || group->info >= object->symbol_count)
		return 0;
	symbol = &object->symbols[group->info];
	if (symbol->type == STT_SECTION && symbol->section)
		return strings_intern(&notes->linker->strings, str_of(symbol->section->text_name));
	return symbol->name;
}

// Note a section group, if it is a COMDAT group.
static void note_group(struct notes *notes, const struct section *section)
{
	struct arena *arena = notes->linker->arena;
	struct reader words =
		reader_of(section->data, section->data ? section->size : 0,
			  notes->object->big_endian, section_place(section), notes->linker->diag);
	size_t count = section->size / sizeof(uint32_t);
	struct debug_group group = { .signature = signature_of(notes, section) };

	if (!(reader_u32(&words) & GRP_COMDAT) || !group.signature)
		return;
	take_room(notes, section->size);
	group.members = arena_alloc_array(arena, count, sizeof(*group.members));
	while (reader_left(&words) >= sizeof(uint32_t))
		group.members[group.member_count++] = reader_u32(&words);
	*array_add(arena, &notes->debug->groups) = group;
}

static void note_symbols(struct notes *notes)
{
	const struct object *object = notes->object;

	for (uint32_t i = 1; i < object->symbol_count; i++) {
		const struct section *section = object->symbols[i].section;
		uint32_t number = section ? array_get(&notes->by_shndx, section->shndx) : 0;

		if (number)
			*array_add(notes->linker->arena, &notes->debug->symbols) =
				(struct debug_symbol){ i, number - 1 };
	}
}

void debug_sections_note(struct linker *linker, struct object *object,
			 const struct headers *headers)
{
	struct notes notes = {
		.linker = linker,
		.object = object,
		.headers = headers,
		.room = object->size,
	};

	for (uint32_t i = 1; i < object->section_count; i++) {
		if (is_debug(&object->sections[i]))
			note_section(&notes, &object->sections[i]);
		else
			note_lost(&notes, &object->sections[i]);
	}
	if (!notes.debug)
		return;
	for (uint32_t i = 1; i < object->section_count; i++) {
		if (object->sections[i].type == SHT_REL)
			note_table(&notes, &object->sections[i]);
		else if (object->sections[i].type == SHT_GROUP)
			note_group(&notes, &object->sections[i]);
	}
	note_symbols(&notes);
	object->debug = notes.debug;
}
