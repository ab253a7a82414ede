/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * .BTF against the symbol table: every variable and function is described once, where it is.
 *
 * The kernel checks a part of this when BTF is loaded (kernel/bpf/btf.c), libbpf another when it
 * opens an object; neither compares offsets and sizes with the symbols'.
 */
#include <string.h>

#include "subject.h"

// Whether a DATASEC has no section: loaders resolve what it lists.
static bool is_loaders(const char *name)
{
	return !strcmp(name, ".ksyms") || !strcmp(name, ".kconfig");
}

static uint32_t linkage(const struct btf_type *type)
{
	return btf_is_func(type) ? btf_vlen(type) : btf_var(type)->linkage;
}

static bool is_declaration(const struct btf_type *type)
{
	return btf_is_func(type) || btf_is_var(type);
}

static void check_id(const struct subject *subject, uint32_t type_id, uint32_t refers_to)
{
	if (!btf__type_by_id(subject->btf, refers_to))
		complain(subject, "type %u refers to type %u, which does not exist", type_id,
			 refers_to);
}

static bool has_referent(const struct btf_type *type)
{
	return btf_is_mod(type) || btf_is_ptr(type) || btf_is_typedef(type) || btf_is_func(type) ||
	       btf_is_func_proto(type) || btf_is_var(type) || btf_is_decl_tag(type);
}

static void check_type(const struct subject *subject, uint32_t type_id)
{
	const struct btf_type *type = btf__type_by_id(subject->btf, type_id);

	if (!btf__name_by_offset(subject->btf, type->name_off))
		complain(subject, "type %u has no valid name", type_id);
	if (has_referent(type))
		check_id(subject, type_id, type->type);
	if (btf_is_array(type)) {
		check_id(subject, type_id, btf_array(type)->type);
		check_id(subject, type_id, btf_array(type)->index_type);
	}
	for (uint16_t i = 0; i < btf_vlen(type); i++) {
		if (btf_is_composite(type))
			check_id(subject, type_id, btf_members(type)[i].type);
		else if (btf_is_func_proto(type))
			check_id(subject, type_id, btf_params(type)[i].type);
	}
}

static void check_variable(const struct subject *subject, const char *section_name,
			   const struct btf_type *variable, const struct btf_var_secinfo *entry)
{
	const char *name = subject_type_name(subject, entry->type);
	const struct subject_section *section = subject_find_section(subject, section_name);
	bool is_static = linkage(variable) == BTF_VAR_STATIC, found = false, misplaced = false;

	for (size_t i = 1; i < subject->symbol_count; i++) {
		const struct subject_symbol *symbol = &subject->symbols[i];

		if (strcmp(symbol->name, name) || (symbol->bind == STB_LOCAL) != is_static ||
		    (is_static && subject_home(subject, symbol) != section))
			continue;
		if (!is_static && symbol->type != STT_OBJECT)
			complain_of_input(subject, "variable %s is no STT_OBJECT", name);
		if (subject_home(subject, symbol) == section && symbol->value == entry->offset &&
		    symbol->size == entry->size)
			found = true;
		else
			misplaced = true;
	}
	// The assembler drops the symbols of statics that only section symbols refer to.
	if (!found && (misplaced || !is_static))
		complain_of_input(subject,
				  "DATASEC %s: %s at %#x, size %#x is not where its symbol is",
				  section_name, name, entry->offset, entry->size);
}

static void check_datasec_entry(const struct subject *subject, const char *section_name,
				const struct btf_var_secinfo *entry)
{
	const struct btf_type *type = btf__type_by_id(subject->btf, entry->type);
	const char *name = subject_type_name(subject, entry->type);

	// An extern function may be said to be in a section that another object has.
	if (!type || !is_declaration(type) ||
	    (btf_is_func(type) && linkage(type) != BTF_FUNC_EXTERN)) {
		complain(subject, "DATASEC %s: type %u is no variable", section_name, entry->type);
		return;
	}
	if (is_loaders(section_name) && linkage(type) != BTF_VAR_GLOBAL_EXTERN)
		complain_of_input(subject, "DATASEC %s: %s is not extern", section_name, name);
	if (!is_loaders(section_name) && linkage(type) != BTF_VAR_GLOBAL_EXTERN)
		check_variable(subject, section_name, type, entry);
}

static bool is_extern(const struct subject *subject, const struct btf_var_secinfo *entry)
{
	const struct btf_type *type = btf__type_by_id(subject->btf, entry->type);

	return type && is_declaration(type) && linkage(type) == BTF_VAR_GLOBAL_EXTERN;
}

static void check_datasec_order(const struct subject *subject, const char *section_name,
				const struct btf_type *datasec)
{
	const struct btf_var_secinfo *entries = btf_var_secinfos(datasec);
	uint64_t end = 0;

	for (uint16_t i = 0; i < btf_vlen(datasec); i++) {
		const char *name = subject_type_name(subject, entries[i].type);

		// An unresolved extern with a section of its own has no place in it yet.
		if (is_extern(subject, &entries[i]))
			continue;
		if (!entries[i].size)
			complain_of_input(subject, "DATASEC %s: %s has no size", section_name,
					  name);
		if (i && entries[i].offset < entries[i - 1].offset)
			complain(subject, "DATASEC %s: %s is not sorted", section_name, name);
		else if (entries[i].offset < end)
			complain_of_input(subject, "DATASEC %s: %s overlaps the entry before",
					  section_name, name);
		end = (uint64_t)entries[i].offset + entries[i].size;
		if (end > datasec->size)
			complain_of_input(subject, "DATASEC %s: %s is beyond its end", section_name,
					  name);
	}
}

// Whether a DATASEC lists only what other objects have: the section comes with those.
static bool has_externs_only(const struct subject *subject, const struct btf_type *datasec)
{
	for (uint16_t i = 0; i < btf_vlen(datasec); i++)
		if (!is_extern(subject, &btf_var_secinfos(datasec)[i]))
			return false;
	return btf_vlen(datasec) != 0;
}

static void check_datasec(const struct subject *subject, uint32_t type_id)
{
	const struct btf_type *datasec = btf__type_by_id(subject->btf, type_id);
	const char *name = subject_type_name(subject, type_id);
	const struct subject_section *section = subject_find_section(subject, name);

	if (btf__find_by_name_kind(subject->btf, name, BTF_KIND_DATASEC) != (int)type_id)
		complain(subject, "two DATASECs %s", name);
	for (uint16_t i = 0; i < btf_vlen(datasec); i++)
		check_datasec_entry(subject, name, &btf_var_secinfos(datasec)[i]);
	if (is_loaders(name) || (!section && has_externs_only(subject, datasec)))
		return;
	if (!section)
		complain_of_input(subject, "DATASEC %s: no such section", name);
	else if (datasec->size != section->header.sh_size)
		complain(subject, "DATASEC %s: size %#x, the section has %#lx", name, datasec->size,
			 section->header.sh_size);
	check_datasec_order(subject, name, datasec);
}

static bool is_in_datasec(const struct subject *subject, uint32_t type_id)
{
	for (uint32_t id = 1; id < btf__type_cnt(subject->btf); id++) {
		const struct btf_type *type = btf__type_by_id(subject->btf, id);

		for (uint16_t i = 0; btf_is_datasec(type) && i < btf_vlen(type); i++)
			if (btf_var_secinfos(type)[i].type == type_id)
				return true;
	}
	return false;
}

// Of several declarations with one name only one may be non-static, and it must come first, because
// libbpf takes the first one for an extern of that name.
static void check_namesakes(const struct subject *subject, uint32_t type_id)
{
	const struct btf_type *type = btf__type_by_id(subject->btf, type_id);
	const char *name = subject_type_name(subject, type_id);

	for (uint32_t id = 1; id < type_id; id++) {
		const struct btf_type *other = btf__type_by_id(subject->btf, id);

		if (!is_declaration(other) || strcmp(subject_type_name(subject, id), name))
			continue;
		if (linkage(other) != BTF_VAR_STATIC)
			complain(subject, "types %u and %u are both %s", id, type_id, name);
		else if (btf_kind(other) == btf_kind(type))
			complain(subject, "type %u, a static %s, is before the global one", id,
				 name);
	}
}

static void check_declaration(const struct subject *subject, uint32_t type_id)
{
	const struct btf_type *type = btf__type_by_id(subject->btf, type_id);
	const char *name = subject_type_name(subject, type_id);
	const struct subject_symbol *symbol;

	if (!*name)
		complain_of_input(subject, "declaration %u has no name", type_id);
	if (linkage(type) > BTF_VAR_GLOBAL_EXTERN)
		complain(subject, "%s: linkage %u", name, linkage(type));
	if (btf_is_var(type) && linkage(type) != BTF_VAR_GLOBAL_EXTERN &&
	    !is_in_datasec(subject, type_id))
		complain_of_input(subject, "variable %s is in no DATASEC", name);
	if (linkage(type) == BTF_VAR_STATIC)
		return;
	check_namesakes(subject, type_id);
	symbol = subject_find_global(subject, name);
	if (!symbol)
		complain_of_input(subject, "%s has BTF but no symbol", name);
	else if ((symbol->shndx == SHN_UNDEF) != (linkage(type) == BTF_VAR_GLOBAL_EXTERN))
		complain_of_input(subject, "%s is %sdefined, its BTF has linkage %u", name,
				  symbol->shndx == SHN_UNDEF ? "un" : "", linkage(type));
}

static void check_described(const struct subject *subject, const struct subject_symbol *symbol)
{
	enum { FUNC = BTF_KIND_FUNC, VAR = BTF_KIND_VAR };
	const struct subject_section *home = subject_home(subject, symbol);

	if (symbol->bind == STB_LOCAL || symbol->type == STT_SECTION ||
	    (home && !strcmp(home->name, ".jumptables")))
		return;
	if (symbol->type != STT_OBJECT &&
	    btf__find_by_name_kind(subject->btf, symbol->name, FUNC) > 0)
		return;
	if (symbol->type != STT_FUNC && btf__find_by_name_kind(subject->btf, symbol->name, VAR) > 0)
		return;
	complain_of_input(subject, "symbol %s has no BTF", symbol->name);
}

// The kernel wants types and strings side by side and nothing else; old libbpf wants a header of
// the size that it knows.
static void check_header(const struct subject *subject)
{
	enum { HEADER_SIZE = 24 };
	const struct subject_section *section = subject_find_section(subject, ".BTF");
	uint32_t words[HEADER_SIZE / 4]; // magic, hdr_len, {type, str}_{off, len}

	for (size_t i = 0; i < HEADER_SIZE / 4; i++)
		words[i] = subject_read32(subject, section->data + 4 * i);
	if (words[1] != HEADER_SIZE || words[2] != 0 || words[4] != words[3] ||
	    HEADER_SIZE + (uint64_t)words[4] + words[5] != section->size)
		complain(subject,
			 ".BTF: header %u, types [%u, +%u), strings [%u, +%u) of %zu bytes",
			 words[1], words[2], words[3], words[4], words[5], section->size);
}

void check_btf(const struct subject *subject)
{
	bool datasec_seen = false;

	if (!subject->btf)
		return;
	check_header(subject);
	for (uint32_t id = 1; id < btf__type_cnt(subject->btf); id++) {
		const struct btf_type *type = btf__type_by_id(subject->btf, id);

		check_type(subject, id);
		if (btf_is_datasec(type))
			check_datasec(subject, id);
		else if (datasec_seen)
			complain(subject, "type %u is after a DATASEC", id);
		datasec_seen = datasec_seen || btf_is_datasec(type);
		if (is_declaration(type))
			check_declaration(subject, id);
	}
	for (size_t i = 1; i < subject->symbol_count && !(subject->flags & CHECK_PARTIAL_BTF); i++)
		check_described(subject, &subject->symbols[i]);
}
