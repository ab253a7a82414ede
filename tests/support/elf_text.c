/* SPDX-License-Identifier: BSD-2-Clause */
#include "elf_text.h"

#include <inttypes.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>

#include "elf_text_btf.h"

// BPF relocation types.
enum { R_64_64 = 1, R_ABS64 = 2, R_ABS32 = 3, R_64_32 = 10 };

// A relocation whose symbol may come later in the text.
struct fixup {
	uint32_t shndx;
	uint32_t type;
	uint64_t offset;
	const char *target; // NAME or @SECTION
};

struct group {
	const char *signature;
	uint32_t shndx;
};

struct parser {
	struct elf_object object;
	struct text_btf btf;
	const char *text; // of the statement, not yet read
	const char *word; // "" at its end
	uint32_t shndx;   // of the section at hand
	ARRAY(struct fixup) fixups;
	ARRAY(struct group) groups;
};

static void fail(const struct parser *parser, const char *what)
{
	fprintf(stderr, "elf_text: %s at '%s', before '%s'\n", what, parser->word, parser->text);
	abort();
}

static void next(struct parser *parser)
{
	size_t size;

	parser->text += strspn(parser->text, " ");
	size = strcspn(parser->text, " ");
	parser->word = arena_strndup(parser->object.arena, parser->text, size);
	parser->text += size;
}

static bool take(struct parser *parser, const char *word)
{
	if (strcmp(parser->word, word))
		return false;
	next(parser);
	return true;
}

static const char *take_word(struct parser *parser)
{
	const char *word = parser->word;

	if (!*word)
		fail(parser, "a word is missing");
	next(parser);
	return word;
}

static int64_t take_number(struct parser *parser)
{
	char *end;
	int64_t number = strtoll(parser->word, &end, 0);

	if (*end || end == parser->word)
		fail(parser, "no number");
	next(parser);
	return number;
}

static bool is_number(const char *word)
{
	return (*word >= '0' && *word <= '9') || *word == '-';
}

// What is left of the statement, as one word.
static const char *take_rest(struct parser *parser)
{
	const char *rest = arena_format(parser->object.arena, "%s%s", parser->word, parser->text);

	parser->text += strlen(parser->text);
	next(parser);
	return rest;
}

static uint64_t here(const struct parser *parser)
{
	return elf_object_size(&parser->object, parser->shndx);
}

static int64_t take_target(struct parser *parser, uint32_t type)
{
	const char *plus = strchr(parser->word, '+');
	size_t size = plus ? (size_t)(plus - parser->word) : strlen(parser->word);

	*array_add(parser->object.arena, &parser->fixups) = (struct fixup){
		.shndx = parser->shndx,
		.type = type,
		.offset = here(parser),
		.target = arena_strndup(parser->object.arena, parser->word, size),
	};
	take_word(parser);
	return plus ? strtoll(plus + 1, NULL, 0) : 0;
}

static void put_insn(struct parser *parser, uint8_t opcode, uint8_t src, int64_t off, int64_t imm)
{
	struct elf_object *object = &parser->object;

	elf_object_integer(object, parser->shndx, 1, opcode);
	elf_object_integer(object, parser->shndx, 1, object->big_endian ? src : src << 4);
	elf_object_integer(object, parser->shndx, 2, (uint64_t)off);
	elf_object_integer(object, parser->shndx, 4, (uint64_t)imm);
}

static void put_load(struct parser *parser, int64_t imm)
{
	put_insn(parser, BPF_LD | BPF_IMM | BPF_DW, 0, 0, imm);
	put_insn(parser, 0, 0, 0, 0);
}

static bool parse_insn(struct parser *parser)
{
	if (take(parser, "mov"))
		put_insn(parser, BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0);
	else if (take(parser, "exit"))
		put_insn(parser, BPF_JMP | BPF_EXIT, 0, 0, 0);
	else if (take(parser, "jump"))
		put_insn(parser, BPF_JMP | BPF_JA, 0, take_number(parser), 0);
	else if (take(parser, "gotol"))
		put_insn(parser, BPF_JMP32 | BPF_JA, 0, 0, take_number(parser));
	else if (take(parser, "gotox"))
		put_insn(parser, BPF_JMP | BPF_JA | BPF_X, 0, 0, 0);
	else if (take(parser, "helper"))
		put_insn(parser, BPF_JMP | BPF_CALL, 0, 0, take_number(parser));
	else if (take(parser, "near"))
		put_insn(parser, BPF_JMP | BPF_CALL, BPF_PSEUDO_CALL, 0, take_number(parser));
	else if (take(parser, "call"))
		put_insn(parser, BPF_JMP | BPF_CALL, BPF_PSEUDO_CALL, 0,
			 take_target(parser, R_64_32) / 8 - 1);
	else if (take(parser, "load"))
		put_load(parser, take_target(parser, R_64_64));
	else
		return false;
	return true;
}

static void parse_integer(struct parser *parser, size_t bytes, uint32_t type)
{
	int64_t value =
		type && !is_number(parser->word) ? take_target(parser, type) : take_number(parser);

	elf_object_integer(&parser->object, parser->shndx, bytes, (uint64_t)value);
}

static void put_zeros(struct parser *parser, uint64_t count)
{
	if (parser->object.sections.items[parser->shndx].header.sh_type == SHT_NOBITS) {
		parser->object.sections.items[parser->shndx].nobits += count;
		return;
	}
	while (count--)
		elf_object_integer(&parser->object, parser->shndx, 1, 0);
}

static bool parse_data(struct parser *parser)
{
	if (take(parser, "byte")) {
		parse_integer(parser, 1, 0);
	} else if (take(parser, "word")) {
		parse_integer(parser, 4, R_ABS32);
	} else if (take(parser, "quad")) {
		parse_integer(parser, 8, R_ABS64);
	} else if (take(parser, "zero")) {
		put_zeros(parser, (uint64_t)take_number(parser));
	} else if (take(parser, "string")) {
		const char *word = take_word(parser);

		elf_object_bytes(&parser->object, parser->shndx, word, strlen(word) + 1);
	} else {
		return false;
	}
	return true;
}

static bool parse_section(struct parser *parser)
{
	static const struct {
		char letter;
		uint64_t flag;
	} letters[] = {
		{ 'A', SHF_ALLOC },      { 'W', SHF_WRITE },   { 'X', SHF_EXECINSTR },
		{ 'M', SHF_MERGE },      { 'S', SHF_STRINGS }, { 'E', SHF_EXCLUDE },
		{ 'R', SHF_GNU_RETAIN },
	};
	const char *name, *flags;
	uint64_t bits = 0;

	if (!take(parser, "section"))
		return false;
	name = take_word(parser);
	flags = take_word(parser);
	for (size_t i = 0; i < sizeof(letters) / sizeof(*letters); i++) {
		if (strchr(flags, letters[i].letter))
			bits |= letters[i].flag;
	}
	parser->shndx = elf_object_section(&parser->object, name,
					   strchr(flags, 'N') ? SHT_NOBITS : SHT_PROGBITS, bits,
					   *parser->word ? (uint64_t)take_number(parser) : 8);
	if (*parser->word)
		parser->object.sections.items[parser->shndx].header.sh_entsize =
			(uint64_t)take_number(parser);
	return true;
}

static struct group *find_group(struct parser *parser, const char *signature)
{
	struct group *group;

	array_each(each, &parser->groups) {
		if (strcmp(each->signature, signature) == 0)
			return each;
	}
	group = array_add(parser->object.arena, &parser->groups);
	*group = (struct group){
		signature,
		elf_object_section(&parser->object, ".group", SHT_GROUP, 0, 4),
	};
	elf_object_integer(&parser->object, group->shndx, 4, GRP_COMDAT);
	return group;
}

static bool parse_group(struct parser *parser)
{
	if (!take(parser, "group"))
		return false;
	elf_object_integer(&parser->object, find_group(parser, take_word(parser))->shndx, 4,
			   parser->shndx);
	parser->object.sections.items[parser->shndx].header.sh_flags |= SHF_GROUP;
	return true;
}

// The index of the word in @words, which is taken; -1 when it is none of them.
static int take_choice(struct parser *parser, const char *const words[])
{
	for (int i = 0; words[i]; i++) {
		if (take(parser, words[i]))
			return i;
	}
	return -1;
}

static bool parse_symbol(struct parser *parser)
{
	static const char *const bindings[] = { "local", "global", "weak", NULL };
	static const char *const visibilities[] = { "default", "internal", "hidden", "protected",
						    NULL };
	static const char *const types[] = { "notype",   "object", "func", "undefined",
					     "absolute", "common", "file", NULL };
	static const uint8_t elf_types[] = { STT_NOTYPE, STT_OBJECT, STT_FUNC, STT_NOTYPE,
					     STT_OBJECT, STT_OBJECT, STT_FILE };
	static const uint16_t homes[] = { 0, 0, 0, SHN_UNDEF, SHN_ABS, SHN_COMMON, SHN_ABS };
	int binding = take_choice(parser, bindings), visibility, type;
	uint64_t value = 0, size = 0;
	const char *name;
	uint32_t symndx;

	if (binding < 0)
		return false;
	visibility = take_choice(parser, visibilities);
	type = take_choice(parser, types);
	if (type < 0)
		fail(parser, "no type of a symbol");
	name = take_word(parser);
	if (type < 3)
		value = here(parser);
	if (type == 4)
		value = (uint64_t)take_number(parser);
	else if (type != 3 && type != 6)
		size = (uint64_t)take_number(parser);
	if (type == 5)
		value = (uint64_t)take_number(parser);
	symndx = elf_object_symbol(&parser->object, name, (uint8_t)binding, elf_types[type],
				   type < 3 ? parser->shndx : homes[type], value, size);
	parser->object.symbols.items[symndx].st_other = visibility < 0 ? 0 : (uint8_t)visibility;
	return true;
}

static void add_record(struct parser *parser, enum btf_ext_kind kind, uint32_t a, uint32_t b,
		       uint32_t c)
{
	*array_add(parser->object.arena, &parser->btf.records) = (struct text_record){
		kind,
		parser->shndx,
		{ (uint32_t)here(parser), { a, b, c } },
	};
}

static void parse_type(struct parser *parser)
{
	char *symbol = (char *)take_word(parser);
	char *at = strchr(symbol, '@');
	const char *type = take_rest(parser);

	if (at)
		*at++ = '\0';
	*array_add(parser->object.arena, &parser->btf.types) = (struct declared_type){
		.symbol = symbol,
		.datasec = at,
		.type = text_btf_type(&parser->btf, type),
		.is_func = strncmp(type, "func ", 5) == 0,
	};
}

static void parse_tag(struct parser *parser)
{
	const char *symbol = take_word(parser), *value = take_word(parser);

	*array_add(parser->object.arena, &parser->btf.tags) = (struct declared_tag){
		symbol,
		value,
		*parser->word ? (int32_t)take_number(parser) : -1,
	};
}

static void parse_typetag(struct parser *parser)
{
	const char *value = take_word(parser);
	int32_t component = (int32_t)take_number(parser);
	uint32_t type = text_btf_type(&parser->btf, take_rest(parser));

	btf_raw_decl_tag(&parser->btf.raw, value, type, component);
}

static void parse_called(struct parser *parser)
{
	const char *symbol = take_word(parser);

	*array_add(parser->object.arena, &parser->btf.names) =
		(struct declared_name){ symbol, take_word(parser) };
}

static void parse_relo(struct parser *parser, bool type_id)
{
	uint32_t kind = (uint32_t)take_number(parser);
	const char *access = type_id ? "0" : take_word(parser);
	uint32_t type = text_btf_type(&parser->btf, take_rest(parser));

	add_record(parser, BTF_EXT_CORE, type, btf_raw_string(&parser->btf.raw, access), kind);
	if (type_id)
		put_load(parser, type);
}

static void parse_relocated(struct parser *parser)
{
	const uint32_t nodyld32 = 4;

	parser->btf.relocated = true;
	parser->btf.relocation_type = *parser->word ? (uint32_t)take_number(parser) : nodyld32;
}

static void parse_line(struct parser *parser)
{
	char file[16] = "test.c";
	uint32_t line = 1, column = 0;
	const char *word = parser->word;

	if (sscanf(word, "%15[a-z.]:%" SCNu32 ":%" SCNu32, file, &line, &column) == 3 ||
	    sscanf(word, "%" SCNu32 ":%" SCNu32, &line, &column) == 2)
		take_word(parser);
	else
		strcpy(file, "test.c");
	add_record(parser, BTF_EXT_LINE, btf_raw_string(&parser->btf.raw, file),
		   btf_raw_string(&parser->btf.raw, take_rest(parser)), line << 10 | column);
}

static bool parse_btf(struct parser *parser)
{
	if (take(parser, "btf"))
		parser->btf.all = true;
	else if (take(parser, "unplaced"))
		parser->btf.unplaced = true;
	else if (take(parser, "relocated"))
		parse_relocated(parser);
	else if (take(parser, "type"))
		parse_type(parser);
	else if (take(parser, "tag"))
		parse_tag(parser);
	else if (take(parser, "typetag"))
		parse_typetag(parser);
	else if (take(parser, "called"))
		parse_called(parser);
	else if (take(parser, "relo"))
		parse_relo(parser, false);
	else if (take(parser, "typeid"))
		parse_relo(parser, true);
	else if (take(parser, "line"))
		parse_line(parser);
	else
		return false;
	parser->btf.wanted = true;
	return true;
}

static void parse_statements(struct parser *parser, const char *text)
{
	struct arena *arena = parser->object.arena;

	while (*text) {
		size_t size = strcspn(text, "|"), used = size;

		while (used && text[used - 1] == ' ')
			used--;
		parser->text = arena_strndup(arena, text, used);
		next(parser);
		if (*parser->word && !parse_section(parser) && !parse_group(parser) &&
		    !parse_symbol(parser) && !parse_insn(parser) && !parse_data(parser) &&
		    !parse_btf(parser))
			fail(parser, "no statement");
		if (*parser->word)
			fail(parser, "too much");
		text += size + (text[size] == '|');
	}
}

static uint32_t find_symbol(struct parser *parser, const char *name)
{
	for (uint32_t i = 1; i < parser->object.symbols.count; i++) {
		const char *known =
			parser->object.names.items + parser->object.symbols.items[i].st_name;

		if (strcmp(known, name) == 0)
			return i;
	}
	return elf_object_symbol(&parser->object, name, STB_GLOBAL, STT_NOTYPE, SHN_UNDEF, 0, 0);
}

static uint32_t section_symbol(struct parser *parser, const char *name)
{
	uint32_t shndx = 1;

	while (strcmp(parser->object.sections.items[shndx].name, name)) {
		if (++shndx == parser->object.sections.count)
			fail(parser, name);
	}
	return elf_object_section_symbol(&parser->object, shndx);
}

// Names that only BTF mentions are undefined symbols, as those that code mentions.
static void add_symbols(struct parser *parser)
{
	array_each(type, &parser->btf.types)
		find_symbol(parser, type->symbol);
	array_each(group, &parser->groups)
		parser->object.sections.items[group->shndx].header.sh_info =
			find_symbol(parser, group->signature);
	array_each(fixup, &parser->fixups) {
		uint32_t symndx = *fixup->target == '@' ? section_symbol(parser, fixup->target + 1)
							: find_symbol(parser, fixup->target);

		elf_object_relocation(&parser->object, fixup->shndx, fixup->offset, fixup->type,
				      symndx);
	}
}

struct str elf_text(struct arena *arena, bool big_endian, const char *text)
{
	struct parser parser = { .object = elf_object_begin(arena, big_endian), .word = "" };

	parser.btf = text_btf_begin(&parser.object);
	parse_statements(&parser, text);
	add_symbols(&parser);
	text_btf_finish(&parser.btf);
	return elf_object_finish(&parser.object);
}
