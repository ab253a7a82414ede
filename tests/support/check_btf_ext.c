/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * .BTF.ext: each segment lists each section once, its records ascend and lie in functions, and
 * they say of an instruction what its symbol, its bytes and .BTF say.
 *
 * Read by hand, because libbpf 1.1 reads no foreign byte order and shows no records.
 *
 * Source: Documentation/bpf/btf.rst, "ELF File Format Interface".
 */
#include <stdlib.h>
#include <string.h>

#include "subject.h"

// A record's words: func {insn_off, type_id}, line {insn_off, file, line, line_col},
// core {insn_off, type_id, access_str, kind}.
typedef void check_record_fn(const struct subject *subject, const struct subject_section *section,
			     const uint32_t *record);

struct segment {
	const char *name;
	uint32_t words; // of a record, at least
	check_record_fn *check;
};

// GCC's copies of a static function are called f.constprop.0 and the like, and have the FUNC of f.
static bool is_name_of(const char *func, const char *symbol)
{
	size_t size = strlen(func);

	return !strncmp(symbol, func, size) && (!symbol[size] || symbol[size] == '.');
}

// Whether one of the names of the function that starts there is @func.
static bool has_name(const struct subject *subject, const struct subject_symbol *function,
		     const char *func)
{
	for (size_t i = 1; i < subject->symbol_count; i++) {
		const struct subject_symbol *symbol = &subject->symbols[i];

		if (symbol->type == STT_FUNC && symbol->shndx == function->shndx &&
		    symbol->value == function->value && is_name_of(func, symbol->name))
			return true;
	}
	return false;
}

static void check_func(const struct subject *subject, const struct subject_section *section,
		       const uint32_t *record)
{
	const struct subject_symbol *symbol =
		subject_function_at(subject, subject_shndx(subject, section), record[0]);
	const struct btf_type *type = btf__type_by_id(subject->btf, record[1]);
	const char *name = subject_type_name(subject, record[1]);

	if (!type || !btf_is_func(type))
		complain(subject, "func_info %s+%#x: type %u is no FUNC", section->name, record[0],
			 record[1]);
	else if (!symbol)
		complain_of_input(subject, "func_info %s+%#x: %s does not start there",
				  section->name, record[0], name);
	else if (!is_name_of(name, symbol->name) && !has_name(subject, symbol, name))
		complain_of_input(subject, "func_info %s+%#x: %s is there, not %s", section->name,
				  record[0], symbol->name, name);
	else if ((symbol->bind == STB_LOCAL) != (btf_vlen(type) == BTF_FUNC_STATIC) &&
		 // Of a function that came without BTF, the linker knows no more.
		 !(subject->flags & CHECK_PARTIAL_BTF && btf_vlen(type) == BTF_FUNC_STATIC))
		complain_of_input(subject, "func_info %s+%#x: %s has linkage %u", section->name,
				  record[0], name, btf_vlen(type));
}

static void check_line(const struct subject *subject, const struct subject_section *section,
		       const uint32_t *record)
{
	if (!btf__name_by_offset(subject->btf, record[1]) ||
	    !btf__name_by_offset(subject->btf, record[2]))
		complain(subject, "line_info %s+%#x: no valid string", section->name, record[0]);
}

static const struct btf_type *skip_modifiers(const struct subject *subject, uint32_t type_id)
{
	const struct btf_type *type = btf__type_by_id(subject->btf, type_id);

	while (type && (btf_is_mod(type) || btf_is_typedef(type)))
		type = btf__type_by_id(subject->btf, type->type);
	return type;
}

static const struct btf_type *step(const struct subject *subject, const struct btf_type *type,
				   unsigned long index)
{
	if (btf_is_array(type))
		return skip_modifiers(subject, btf_array(type)->type);
	if (!btf_is_composite(type) || index >= btf_vlen(type))
		return NULL;
	return skip_modifiers(subject, btf_members(type)[index].type);
}

// The access string is a path from the type: that it can be walked says that type and string
// still belong together.
static bool access_fits(const struct subject *subject, const uint32_t *record)
{
	enum { LAST_FIELD_KIND = 5, ENUM_EXISTS = 10, ENUM_VALUE = 11 };
	const char *access = btf__name_by_offset(subject->btf, record[2]);
	const struct btf_type *type = skip_modifiers(subject, record[1]);
	char *end;

	if (!access || !*access || !type)
		return false;
	if (record[3] == ENUM_EXISTS || record[3] == ENUM_VALUE)
		return btf_is_any_enum(type) && strtoul(access, &end, 10) < btf_vlen(type) && !*end;
	if (record[3] > LAST_FIELD_KIND)
		return !strcmp(access, "0");
	strtoul(access, &end, 10);
	while (*end == ':' && type)
		type = step(subject, type, strtoul(end + 1, &end, 10));
	return type && !*end;
}

static void check_core(const struct subject *subject, const struct subject_section *section,
		       const uint32_t *record)
{
	enum { TYPE_ID_LOCAL = 6, TYPE_ID_TARGET = 7, LAST_KIND = 12 };
	struct subject_insn insn = subject_insn_at(subject, section, record[0]);

	if (record[3] > LAST_KIND || !access_fits(subject, record))
		complain_of_input(subject,
				  "core_relo %s+%#x: kind %u, the access does not fit type %u",
				  section->name, record[0], record[3], record[1]);
	if (record[3] != TYPE_ID_LOCAL && record[3] != TYPE_ID_TARGET)
		return;
	if ((insn.code != OP_LD_IMM64 && insn.code != OP_MOV_IMM) ||
	    (uint32_t)insn.imm != record[1])
		complain_of_input(subject, "core_relo %s+%#x: type %u, but opcode %#x holds %d",
				  section->name, record[0], record[1], insn.code, insn.imm);
}

// Records of one section.
static void check_records(const struct subject *subject, const struct segment *segment,
			  const struct subject_section *section, const uint8_t *records,
			  uint32_t count, uint32_t record_size)
{
	int64_t previous = -1;

	for (uint32_t i = 0; i < count; i++) {
		const uint8_t *bytes = records + (size_t)i * record_size;
		uint32_t record[4] = { 0 };

		for (uint32_t k = 0; k < segment->words; k++)
			record[k] = subject_read32(subject, bytes + 4 * k);
		if (record[0] == previous)
			complain_of_input(subject, "%s %s+%#x: two records", segment->name,
					  section->name, record[0]);
		if (record[0] < previous)
			complain(subject, "%s %s+%#x: not ascending", segment->name, section->name,
				 record[0]);
		previous = record[0];
		if (record[0] % 8 || record[0] >= section->size)
			complain(subject, "%s %s+%#x: no instruction there", segment->name,
				 section->name, record[0]);
		else if (!subject_function_around(subject, subject_shndx(subject, section),
						  record[0]))
			complain_of_input(subject, "%s %s+%#x: outside of any function",
					  segment->name, section->name, record[0]);
		else
			segment->check(subject, section, record);
	}
}

static bool has_record_at(const struct subject *subject, const uint8_t *records, uint32_t count,
			  uint32_t record_size, uint64_t offset)
{
	for (uint32_t i = 0; i < count; i++)
		if (subject_read32(subject, records + (size_t)i * record_size) == offset)
			return true;
	return false;
}

// The kernel wants func_info and line_info for the start of all functions of a program or none.
static void check_starts(const struct subject *subject, const struct segment *segment,
			 const struct subject_section *section, const uint8_t *records,
			 uint32_t count, uint32_t record_size)
{
	if (segment->check == check_core || subject->flags & CHECK_PARTIAL_BTF)
		return;
	for (size_t i = 0; i < subject->symbol_count; i++) {
		const struct subject_symbol *symbol = &subject->symbols[i];

		if (symbol->type == STT_FUNC && subject_home(subject, symbol) == section &&
		    !has_record_at(subject, records, count, record_size, symbol->value))
			complain_of_input(subject, "%s %s: no record for %s", segment->name,
					  section->name, symbol->name);
	}
}

static void check_segment(const struct subject *subject, const struct segment *segment,
			  const uint8_t *at, size_t size)
{
	bool *seen = calloc(subject->section_count, sizeof(*seen));
	uint32_t record_size = size >= 4 ? subject_read32(subject, at) : 0;
	const uint8_t *end = at + size;

	if (record_size < 4 * segment->words || record_size % 4 || size <= 4)
		complain(subject, "%s: record size %u, segment size %zu", segment->name,
			 record_size, size);
	for (at += 4; record_size >= 4 * segment->words && end - at >= 8;) {
		const char *name = btf__name_by_offset(subject->btf, subject_read32(subject, at));
		uint32_t count = subject_read32(subject, at + 4);
		const struct subject_section *section =
			name ? subject_find_section(subject, name) : NULL;

		at += 8;
		if (!section || !count || count > (size_t)(end - at) / record_size) {
			complain(subject, "%s: %u records for section %s", segment->name, count,
				 name ? name : "(no name)");
			break;
		}
		if (seen[subject_shndx(subject, section)])
			complain(subject, "%s: %s is listed twice", segment->name, name);
		seen[subject_shndx(subject, section)] = true;
		check_records(subject, segment, section, at, count, record_size);
		check_starts(subject, segment, section, at, count, record_size);
		at += (size_t)count * record_size;
	}
	for (size_t i = 1; i < subject->section_count; i++)
		if (!seen[i] && subject_is_code(&subject->sections[i]))
			check_starts(subject, segment, &subject->sections[i], NULL, 0, 0);
	free(seen);
}

void check_btf_ext(const struct subject *subject)
{
	static const struct segment segments[] = {
		{ "func_info", 2, check_func },
		{ "line_info", 4, check_line },
		{ "core_relo", 4, check_core },
	};
	const struct subject_section *section = subject_find_section(subject, ".BTF.ext");
	uint32_t header_size;
	uint64_t end = 0;

	if (!section)
		return;
	if (!subject->btf || section->size < 8) {
		complain(subject, ".BTF.ext without .BTF or header");
		return;
	}
	header_size = subject_read32(subject, section->data + 4);
	if (header_size > section->size || header_size < 24) {
		complain(subject, ".BTF.ext: header of %u bytes", header_size);
		return;
	}
	for (size_t i = 0; i < 3 && 8 + 8 * (i + 1) <= header_size; i++) {
		uint32_t offset = subject_read32(subject, section->data + 8 + 8 * i);
		uint32_t size = subject_read32(subject, section->data + 12 + 8 * i);

		if (offset > section->size - header_size ||
		    size > section->size - header_size - offset)
			complain(subject, "%s is beyond .BTF.ext", segments[i].name);
		else if (size)
			check_segment(subject, &segments[i], section->data + header_size + offset,
				      size);
		if (offset != end)
			complain(subject, "%s is at %#x, not at %#lx", segments[i].name, offset,
				 end);
		// Compilers write both, and where they do not the linker adds both.
		if (i == 1 && size && end == 0)
			complain_of_input(subject, "line_info without func_info");
		end = (uint64_t)offset + size;
	}
	if (header_size + end != section->size)
		complain(subject, ".BTF.ext: %zu bytes, the last segment ends at %#lx",
			 section->size, header_size + end);
}
