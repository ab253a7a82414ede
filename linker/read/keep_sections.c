/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two thirds of most objects' sections serve debuggers and ELF tools, and are not needed once
 * relocations are read. The others are moved together into one array, so that later passes walk
 * over less memory; the rest is freed with the ELF tables.
 *
 * When no input has a license and the user gives one, the first object gets a section for it here.
 */
#include "passes.h"
#include "reading.h"

// By shndx of the current object: the new number of the section; 0: it is not kept.
struct numbers {
	ARRAY_FIELDS(uint32_t);
};

// Whether a message may name the section of @symbol. References to section symbols were checked
// before.
static bool names_section(const struct symbol *symbol)
{
	return symbol->section && symbol->type != STT_SECTION;
}

// Number the sections that are kept; return how many, with the null section.
static uint32_t number_sections(const struct object *object, uint32_t *numbers)
{
	uint32_t count = 1;

	// When several sections have one name, relocations of BTF still refer to them by number.
	for (uint32_t i = 0; i < object->section_count; i++)
		numbers[i] = object->ambiguous || object->sections[i].role != ROLE_DROP;
	for (uint32_t i = 1; i < object->symbol_count; i++) {
		if (names_section(&object->symbols[i]))
			numbers[object->symbols[i].section - object->sections] = true;
	}
	numbers[0] = 0;
	for (uint32_t i = 1; i < object->section_count; i++) {
		if (numbers[i])
			numbers[i] = count++;
	}
	return count;
}

// Point *@section to the new place; to the null section when it is not kept, which has no role
// either.
static void follow(struct section **section, const struct object *object, const uint32_t *numbers,
		   struct section *kept)
{
	if (*section)
		*section = &kept[numbers[*section - object->sections]];
}

// Copy a text out of the ELF tables.
static const char *keep_text(struct linker *linker, const char *text)
{
	return linker_name(linker, strings_intern(&linker->strings, str_of(text)));
}

static void make_license(struct linker *linker, struct object *object, struct section *section)
{
	uint32_t name = strings_intern(&linker->strings, STR("license"));

	*section = (struct section){
		.object = object,
		.text_name = linker_name(linker, name),
		.name = name,
		.output_name = name,
		.shndx = object->section_count,
		.type = SHT_PROGBITS,
		.flags = SHF_ALLOC | SHF_WRITE,
		.align = 1,
		.role = ROLE_LICENSE,
		.size = strlen(linker->options->license) + 1,
		.data = (const uint8_t *)arena_strndup(linker->arena, linker->options->license,
						       strlen(linker->options->license)),
	};
}

static void move_sections(struct linker *linker, struct object *object, const uint32_t *numbers,
			  uint32_t count, bool with_license)
{
	struct section *kept = arena_new_array(linker->arena, struct section, count + with_license);

	kept[0] = object->sections[0];
	for (uint32_t i = 1; i < object->section_count; i++) {
		struct section *section = &kept[numbers[i]];

		if (!numbers[i])
			continue;
		*section = object->sections[i];
		if (section->name == 0)
			section->text_name = keep_text(linker, section->text_name);
	}
	for (uint32_t i = 1; i < count; i++) {
		array_each(reference, &kept[i].references) {
			if (!reference->named)
				follow(&reference->target, object, numbers, kept);
		}
	}
	for (uint32_t i = 1; i < object->symbol_count; i++)
		follow(&object->symbols[i].section, object, numbers, kept);
	for (size_t i = 0; object->bare && i < object->ext->blocks.count; i++)
		follow(&object->ext_sections[i], object, numbers, kept);
	if (with_license)
		make_license(linker, object, &kept[count]);
	object->sections = kept;
	object->section_count = count + with_license;
}

static bool has_license(const struct linker *linker)
{
	array_each(object, &linker->objects) {
		for (uint32_t i = 1; i < (*object)->section_count; i++) {
			const struct section *section = &(*object)->sections[i];

			if (section->role == ROLE_LICENSE && section->size)
				return true;
		}
	}
	return false;
}

/*
 * Needs: references, symbols. Gives: object->sections without those that nobody needs, and with the
 * license of --license when no input has one.
 */
void keep_sections(struct linker *linker)
{
	bool license_missing = linker->options->license && !has_license(linker);
	struct numbers numbers = { 0 };

	array_each(each, &linker->objects) {
		struct object *object = *each;

		array_extend(reading_arena(linker), &numbers, object->section_count);
		move_sections(linker, object, numbers.items, number_sections(object, numbers.items),
			      license_missing);
		license_missing = false;
	}
}
