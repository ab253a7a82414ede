/* SPDX-License-Identifier: BSD-2-Clause */
#include "elf_text_btf.h"

struct text_btf text_btf_begin(struct elf_object *object)
{
	return (struct text_btf){
		.object = object,
		.raw = btf_raw_begin(object->arena, object->big_endian),
	};
}

uint32_t text_btf_type(struct text_btf *btf, const char *text)
{
	uint32_t type;

	array_each(known, &btf->known) {
		if (strcmp(known->text, text) == 0)
			return known->type;
	}
	type = btf_text(&btf->raw, text);
	*array_add(btf->object->arena, &btf->known) = (struct known_type){ text, type };
	return type;
}

static const struct declared_type *find_type(const struct text_btf *btf, const char *symbol)
{
	array_each(type, &btf->types) {
		if (strcmp(type->symbol, symbol) == 0)
			return type;
	}
	return NULL;
}

static const char *find_name(const struct text_btf *btf, const char *symbol)
{
	array_each(each, &btf->names) {
		if (strcmp(each->symbol, symbol) == 0)
			return each->name;
	}
	return symbol;
}

static uint32_t linkage_of(const Elf64_Sym *symbol)
{
	if (symbol->st_shndx == SHN_UNDEF)
		return BTF_FUNC_EXTERN;
	return ELF64_ST_BIND(symbol->st_info) == STB_LOCAL ? BTF_FUNC_STATIC : BTF_FUNC_GLOBAL;
}

// A symbol as BTF has it.
struct described {
	const Elf64_Sym *symbol;
	const char *datasec; // NULL: none
	uint32_t size;       // in it
	bool is_func;
	uint32_t id;
};

static void declare_tags(struct text_btf *btf, const char *name, uint32_t id)
{
	array_each(tag, &btf->tags) {
		if (strcmp(tag->symbol, name) == 0)
			btf_raw_decl_tag(&btf->raw, tag->value, id, tag->component);
	}
}

// FUNC or VAR of a symbol; id 0 when it gets none.
static struct described declare(struct text_btf *btf, const Elf64_Sym *symbol)
{
	const char *name = btf->object->names.items + symbol->st_name;
	const struct declared_type *given = find_type(btf, name);
	uint8_t kind = ELF64_ST_TYPE(symbol->st_info);
	bool defined = symbol->st_shndx != SHN_UNDEF && symbol->st_shndx < SHN_LORESERVE;
	struct described described = { .symbol = symbol };

	if (!*name || kind > STT_FUNC || (!given && (!btf->all || !defined || !kind)))
		return described;
	described.is_func = given ? given->is_func : kind == STT_FUNC;
	described.size = (uint32_t)symbol->st_size;
	// What is undefined has the size of its type, which is an int wherever it matters, or void.
	if (!symbol->st_size && !described.is_func && !(given && given->type == 0))
		described.size = 4;
	if (described.is_func)
		described.id =
			btf_raw_func(&btf->raw, find_name(btf, name), linkage_of(symbol),
				     given ? given->type : text_btf_type(btf, "func int ( )"));
	else
		described.id = btf_raw_var(&btf->raw, find_name(btf, name), linkage_of(symbol),
					   given ? given->type : text_btf_type(btf, "int"));
	if (given && given->datasec)
		described.datasec = given->datasec;
	else if (defined && !described.is_func)
		described.datasec = btf->object->sections.items[symbol->st_shndx].name;
	declare_tags(btf, name, described.id);
	return described;
}

static void add_datasec(struct text_btf *btf, struct described *all, size_t count, size_t first)
{
	const char *name = all[first].datasec;

	btf_raw_datasec(&btf->raw, name, 0);
	for (size_t i = first; i < count; i++) {
		const Elf64_Sym *symbol = all[i].symbol;
		bool is_static = linkage_of(symbol) == BTF_FUNC_STATIC;

		if (!all[i].datasec || strcmp(all[i].datasec, name))
			continue;
		if (symbol->st_shndx)
			*array_add(btf->object->arena, &btf->entries) = (struct text_field){
				symbol->st_shndx,
				btf->raw.hdr_len + (uint32_t)(btf->raw.words.count + 1) * 4,
			};
		btf_raw_secinfo(&btf->raw, all[i].id, is_static ? (uint32_t)symbol->st_value : 0,
				all[i].size);
		if (i != first)
			all[i].datasec = NULL;
	}
	all[first].datasec = NULL;
}

// Where in .BTF.ext the next record of @kind will be, once all kinds before are complete.
static uint32_t next_record(const struct btf_ext_raw *ext, enum btf_ext_kind kind)
{
	uint32_t offset = ext->hdr_len;

	for (int before = 0; before <= (int)kind; before++)
		offset += (uint32_t)ext->words[before].count * 4;
	return offset;
}

// Sections of one name share their records, as compilers have it.
static void add_records(struct text_btf *btf, struct btf_ext_raw *ext, enum btf_ext_kind kind)
{
	uint32_t last = 0;

	for (uint32_t shndx = 1; shndx < btf->object->sections.count; shndx++) {
		array_each(each, &btf->records) {
			uint32_t name;

			if (each->kind != kind || each->shndx != shndx)
				continue;
			name = btf_raw_string(&btf->raw, btf->object->sections.items[shndx].name);
			if (name != last)
				btf_ext_raw_section(ext, kind, name);
			last = name;
			*array_add(btf->object->arena, &btf->ext_fields) =
				(struct text_field){ shndx, next_record(ext, kind) };
			btf_ext_raw_record(ext, kind, each->record);
		}
	}
}

static void add_section(struct text_btf *btf, const char *name, struct str bytes,
			const struct text_fields *fields)
{
	uint32_t shndx = elf_object_section(btf->object, name, SHT_PROGBITS, 0, 4);

	elf_object_bytes(btf->object, shndx, bytes.data, bytes.size);
	for (size_t i = 0; btf->relocated && i < fields->count; i++)
		elf_object_relocation(
			btf->object, shndx, fields->items[i].offset, btf->relocation_type,
			elf_object_section_symbol(btf->object, fields->items[i].shndx));
}

void text_btf_finish(struct text_btf *btf)
{
	struct arena *arena = btf->object->arena;
	size_t count = btf->object->symbols.count;
	struct described *all = arena_new_array(arena, struct described, count);
	struct btf_ext_raw ext = btf_ext_raw_begin(arena, btf->object->big_endian);

	if (!btf->wanted)
		return;
	for (size_t i = 1; i < count; i++) {
		const Elf64_Sym *symbol = &btf->object->symbols.items[i];

		all[i] = declare(btf, symbol);
		if (all[i].is_func && symbol->st_shndx && !btf->unplaced)
			*array_add(arena, &btf->records) = (struct text_record){
				BTF_EXT_FUNC,
				symbol->st_shndx,
				{ (uint32_t)symbol->st_value, { all[i].id } },
			};
	}
	for (size_t i = 1; i < count; i++) {
		if (all[i].datasec)
			add_datasec(btf, all, count, i);
	}
	for (int kind = 0; kind < BTF_EXT_KINDS; kind++)
		add_records(btf, &ext, (enum btf_ext_kind)kind);
	add_section(btf, ".BTF", btf_raw_finish(&btf->raw), &btf->entries);
	if (btf->records.count || !btf->unplaced)
		add_section(btf, ".BTF.ext", btf_ext_raw_finish(&ext), &btf->ext_fields);
}
