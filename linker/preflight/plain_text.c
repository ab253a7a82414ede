/* SPDX-License-Identifier: BSD-2-Clause */
#include "plain_text.h"

#include "base/text.h"

#define PARAMETERS_MAX 12 // that are shown

const char *plain_type_text(const struct plain_btf *btf, uint32_t id, struct arena *arena)
{
	static const char *const keywords[BTF_KIND_LAST + 1] = {
		[BTF_KIND_STRUCT] = "struct ",
		[BTF_KIND_UNION] = "union ",
		[BTF_KIND_ENUM] = "enum ",
		[BTF_KIND_ENUM64] = "enum ",
	};
	const struct btf_type *type = plain_type(btf, id);
	uint32_t kind = btf_info_kind(type->info);
	const char *keyword = keywords[kind];

	if (kind == BTF_KIND_UNKN)
		return "void";
	if (kind == BTF_KIND_FWD)
		keyword = btf_info_kflag(type->info) ? "union " : "struct ";
	return arena_format(arena, "%s%s", keyword ? keyword : "", plain_name(btf, id));
}

// What stands before the name: the innermost type, and a star for each pointer to it. Of functions
// and arrays that are pointed to, a word is enough.
static void add_type(struct text *text, const struct plain_btf *btf, uint32_t id)
{
	const char *stars = "********";
	size_t pointers = 0;

	for (int step = 0; step < PLAIN_DEPTH_MAX; step++) {
		const struct btf_type *type = plain_type(btf, id);

		switch (btf_info_kind(type->info)) {
		case BTF_KIND_PTR:
			pointers++;
			break;
		case BTF_KIND_CONST:
			text_string(text, "const ");
			break;
		case BTF_KIND_VOLATILE:
		case BTF_KIND_RESTRICT:
		case BTF_KIND_TYPE_TAG:
			break;
		case BTF_KIND_FUNC_PROTO:
			text_string(text, "function");
			goto end;
		case BTF_KIND_ARRAY:
			text_string(text, "array");
			goto end;
		default:
			text_string(text, plain_type_text(btf, id, text->arena));
			goto end;
		}
		id = type->type;
	}
end:
	text_format(text, "%s%.*s", pointers ? " " : "", (int)(pointers < 8 ? pointers : 8), stars);
}

static void add_parameters(struct text *text, const struct plain_btf *btf,
			   const struct btf_type *proto)
{
	const struct btf_param *parameters = btf_record_tail(proto);
	uint32_t count = btf_info_vlen(proto->info);

	text_string(text, "(");
	for (uint32_t i = 0; i < count; i++) {
		text_string(text, i ? ", " : "");
		if (i == PARAMETERS_MAX || (i + 1 == count && !parameters[i].type)) {
			text_string(text, "...");
			break;
		}
		add_type(text, btf, parameters[i].type);
	}
	text_string(text, count ? ")" : "void)");
}

const char *plain_declaration(const struct plain_btf *btf, uint32_t id, const char *name,
			      struct arena *arena)
{
	const struct btf_type *type = plain_type(btf, id);
	bool function = btf_info_kind(type->info) == BTF_KIND_FUNC_PROTO;
	struct text text = { .arena = arena };

	add_type(&text, btf, function ? type->type : id);
	text_format(&text, "%s%s", text.data[text.size - 1] == '*' ? "" : " ", name);
	if (function)
		add_parameters(&text, btf, type);
	text_bytes(&text, "", 1);
	return text.data;
}
