/* SPDX-License-Identifier: BSD-2-Clause */
#include "btf_text.h"

#include <stdio.h>
#include <stdlib.h>

// Ids of tags that are used before they are defined, until the end of the text.
#define LATER 0x70000000u

struct tag {
	const char *keyword;
	const char *name;
	uint32_t id; // 0 while it is not defined
};

struct parser {
	struct btf_raw *raw;
	const char *text; // not yet read
	const char *word; // "" at the end
	ARRAY(struct tag) tags;
	ARRAY(struct tag) bases; // ints and floats, `keyword` unused
};

static void next(struct parser *parser)
{
	size_t size;

	parser->text += strspn(parser->text, " ");
	size = strcspn(parser->text, " ");
	parser->word = arena_strndup(parser->raw->arena, parser->text, size);
	parser->text += size;
}

static bool is(const struct parser *parser, const char *word)
{
	return strcmp(parser->word, word) == 0;
}

static bool take(struct parser *parser, const char *word)
{
	if (!is(parser, word))
		return false;
	next(parser);
	return true;
}

static void expect(struct parser *parser, const char *word)
{
	if (take(parser, word))
		return;
	fprintf(stderr, "btf_text: '%s' where '%s' is wanted, before '%s'\n", parser->word, word,
		parser->text);
	abort();
}

static const char *take_name(struct parser *parser)
{
	const char *name = parser->word;

	next(parser);
	return strcmp(name, "-") ? name : "";
}

static uint64_t take_number(struct parser *parser)
{
	char *end;
	uint64_t number = (uint64_t)strtoll(parser->word, &end, 0);

	if (*end || end == parser->word)
		expect(parser, "a number");
	next(parser);
	return number;
}

static uint32_t parse(struct parser *parser);

static uint32_t parse_base(struct parser *parser)
{
	static const struct {
		const char *name;
		uint32_t size;
		bool is_float;
		uint32_t encoding;
	} bases[] = {
		{ "char", 1, false, BTF_INT_SIGNED },
		{ "short", 2, false, BTF_INT_SIGNED },
		{ "int", 4, false, BTF_INT_SIGNED },
		{ "long", 8, false, BTF_INT_SIGNED },
		{ "uint", 4, false, 0 },
		{ "ulong", 8, false, 0 },
		{ "float", 4, true, 0 },
		{ "double", 8, true, 0 },
	};

	array_each(known, &parser->bases) {
		if (take(parser, known->name))
			return known->id;
	}
	for (size_t i = 0; i < sizeof(bases) / sizeof(*bases); i++) {
		struct tag *base;

		if (!take(parser, bases[i].name))
			continue;
		base = array_add(parser->raw->arena, &parser->bases);
		base->name = bases[i].name;
		base->id = bases[i].is_float ? btf_raw_float(parser->raw, base->name, bases[i].size)
					     : btf_raw_int(parser->raw, base->name, bases[i].size,
							   bases[i].encoding);
		return base->id;
	}
	expect(parser, "a type");
	return 0;
}

static uint32_t parse_array(struct parser *parser)
{
	uint32_t count = (uint32_t)take_number(parser);
	uint32_t element = parse(parser);

	return btf_raw_array(parser->raw, element, element, count);
}

struct element {
	const char *name;
	uint32_t type;
	uint64_t value; // of an enumerator; bit of a member
	uint32_t width;
};

struct elements {
	ARRAY(struct element) list;
};

static struct elements parse_params(struct parser *parser)
{
	struct elements params = { 0 };

	expect(parser, "(");
	while (!is(parser, ")")) {
		struct element param = { .name = "" };

		if (!take(parser, "...")) {
			if (strncmp(parser->text, " : ", 3) == 0) {
				param.name = take_name(parser);
				expect(parser, ":");
			}
			param.type = parse(parser);
		}
		*array_add(parser->raw->arena, &params.list) = param;
		if (!is(parser, ")"))
			expect(parser, ",");
	}
	next(parser);
	return params;
}

static uint32_t parse_func(struct parser *parser)
{
	uint32_t result = parse(parser);
	struct elements params = parse_params(parser);
	uint32_t id = btf_raw_proto(parser->raw, result);

	array_each(param, &params.list)
		btf_raw_param(parser->raw, param->name, param->type);
	return id;
}

static uint32_t find_tag(struct parser *parser, const char *keyword, const char *name)
{
	uint32_t index = 0;

	array_each(tag, &parser->tags) {
		if (strcmp(tag->keyword, keyword) == 0 && strcmp(tag->name, name) == 0 && *name)
			return index;
		index++;
	}
	*array_add(parser->raw->arena, &parser->tags) =
		(struct tag){ .keyword = keyword, .name = name };
	return index;
}

static uint32_t parse_composite(struct parser *parser, uint32_t kind, const char *name,
				uint32_t size)
{
	struct elements members = { 0 };
	bool bitfields = false;
	uint32_t id;

	while (!take(parser, "}")) {
		struct element member = { .name = take_name(parser) };

		member.value = take_number(parser);
		if (take(parser, ":")) {
			member.width = (uint32_t)take_number(parser);
			bitfields = true;
		}
		member.type = parse(parser);
		*array_add(parser->raw->arena, &members.list) = member;
		expect(parser, ";");
	}
	id = btf_raw_struct(parser->raw, kind, name, size);
	btf_raw_patch(parser->raw, 1, btf_make_info(kind, 0, bitfields));
	array_each(member, &members.list)
		btf_raw_member(parser->raw, member->name, member->type,
			       (uint32_t)member->value | member->width << 24);
	return id;
}

static uint32_t parse_enum(struct parser *parser, const char *keyword, const char *name,
			   uint32_t size)
{
	uint32_t kind = strstr(keyword, "64") ? BTF_KIND_ENUM64 : BTF_KIND_ENUM;
	uint32_t id = btf_raw_enum(parser->raw, kind, name, size);

	btf_raw_patch(parser->raw, 1, btf_make_info(kind, 0, strncmp(keyword, "signed", 6) == 0));
	while (!take(parser, "}")) {
		const char *value = take_name(parser);

		btf_raw_value(parser->raw, value, take_number(parser));
		expect(parser, ";");
	}
	return id;
}

static uint32_t parse_tagged(struct parser *parser, const char *keyword)
{
	const char *name = take_name(parser);
	uint32_t tag = find_tag(parser, keyword, name);
	bool is_union = strcmp(keyword, "union") == 0;
	uint32_t size, id;

	if (*parser->word < '0' || *parser->word > '9')
		return LATER + tag;
	size = (uint32_t)take_number(parser);
	expect(parser, "{");
	if (is_union || strcmp(keyword, "struct") == 0)
		id = parse_composite(parser, is_union ? BTF_KIND_UNION : BTF_KIND_STRUCT, name,
				     size);
	else
		id = parse_enum(parser, keyword, name, size);
	parser->tags.items[tag].id = id;
	return id;
}

static uint32_t parse(struct parser *parser)
{
	static const struct {
		const char *keyword;
		uint32_t kind;
		bool named;
		bool kflag;
	} references[] = {
		{ "ptr", BTF_KIND_PTR, false, false },
		{ "const", BTF_KIND_CONST, false, false },
		{ "volatile", BTF_KIND_VOLATILE, false, false },
		{ "restrict", BTF_KIND_RESTRICT, false, false },
		{ "typedef", BTF_KIND_TYPEDEF, true, false },
		{ "tag", BTF_KIND_TYPE_TAG, true, false },
		{ "attribute", BTF_KIND_TYPE_TAG, true, true },
	};
	static const char *const tagged[] = { "struct", "union",  "enum",
					      "signed", "enum64", "signed64" };

	for (size_t i = 0; i < sizeof(references) / sizeof(*references); i++) {
		if (take(parser, references[i].keyword)) {
			const char *name = references[i].named ? take_name(parser) : "";
			uint32_t type = parse(parser);

			return btf_raw_type(
				parser->raw, name,
				btf_make_info(references[i].kind, 0, references[i].kflag), type);
		}
	}
	for (size_t i = 0; i < sizeof(tagged) / sizeof(*tagged); i++) {
		if (take(parser, tagged[i]))
			return parse_tagged(parser, tagged[i]);
	}
	if (take(parser, "void"))
		return 0;
	if (take(parser, "array"))
		return parse_array(parser);
	return take(parser, "func") ? parse_func(parser) : parse_base(parser);
}

static uint32_t declare(struct btf_raw *raw, const struct tag *tag)
{
	if (strcmp(tag->keyword, "struct") && strcmp(tag->keyword, "union"))
		return btf_raw_enum(raw, BTF_KIND_ENUM, tag->name, 0);
	return btf_raw_fwd(raw, tag->name, strcmp(tag->keyword, "union") == 0);
}

uint32_t btf_text(struct btf_raw *raw, const char *text)
{
	struct parser parser = { .raw = raw, .text = text };
	uint32_t id;

	next(&parser);
	id = parse(&parser);
	expect(&parser, "");
	array_each(tag, &parser.tags) {
		if (tag->id == 0)
			tag->id = declare(raw, tag);
	}
	array_each(word, &raw->words) {
		if (*word >= LATER && *word < LATER + parser.tags.count)
			*word = parser.tags.items[*word - LATER].id;
	}
	return id >= LATER ? parser.tags.items[id - LATER].id : id;
}
