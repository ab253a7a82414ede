/* SPDX-License-Identifier: BSD-2-Clause */
/* What of a kernel's BTF relocations need. */
#include "minimal_btf.h"

#include <criterion/criterion.h>

#include "btf_raw.h"

#define FIELD_A                                                                                    \
	{                                                                                          \
		.kind = BPF_CORE_FIELD_BYTE_OFFSET, .root = 2, .way = { { 2, 0 } }, .way_count = 1 \
	}

// 1 int, 2 struct s, 3 ptr to struct t, 4 struct t, 5 struct u, 6 typedef of ptr to struct t.
static struct str all_types(struct arena *arena)
{
	struct btf_raw raw = btf_raw_begin(arena, false);

	btf_raw_int(&raw, "int", 4, BTF_INT_SIGNED);
	btf_raw_struct(&raw, BTF_KIND_STRUCT, "s", 24);
	btf_raw_member(&raw, "a", 1, 0);
	btf_raw_member(&raw, "next", 3, 64);
	btf_raw_member(&raw, "in", 5, 128);
	btf_raw_reference(&raw, BTF_KIND_PTR, "", 4);
	btf_raw_struct(&raw, BTF_KIND_STRUCT, "t", 4);
	btf_raw_member(&raw, "x", 1, 0);
	btf_raw_struct(&raw, BTF_KIND_STRUCT, "u", 8);
	btf_raw_member(&raw, "y", 1, 0);
	btf_raw_member(&raw, "z", 1, 32);
	btf_raw_reference(&raw, BTF_KIND_TYPEDEF, "pointer", 3);
	return btf_raw_finish(&raw);
}

static const struct {
	const char *name;
	struct core_spec needed[2]; // kind 0: no more
	const char *types;          // of the result: "s(a next)" for a struct and its members
} cases[] = {
	{ "a field", { FIELD_A }, "int s(a)" },
	{ "that it exists", { { .kind = BPF_CORE_TYPE_EXISTS, .root = 2 } }, "s()" },
	{ "that it matches",
	  { { .kind = BPF_CORE_TYPE_MATCHES, .root = 2 } },
	  "int s(a next in) ptr t() u(y z)" },
	{ "a name first, then that it matches",
	  { { .kind = BPF_CORE_TYPE_EXISTS, .root = 2 },
	    { .kind = BPF_CORE_TYPE_MATCHES, .root = 2 } },
	  "int s(a next in) ptr t() u(y z)" },
	{ "a field first, then that it matches",
	  { FIELD_A, { .kind = BPF_CORE_TYPE_MATCHES, .root = 2 } },
	  "int s(a next in) ptr t() u(y z)" },
	{ "that it matches, then a field",
	  { { .kind = BPF_CORE_TYPE_MATCHES, .root = 2 }, FIELD_A },
	  "int s(a next in) ptr t() u(y z)" },
	{ "a pointer to it", { { .kind = BPF_CORE_TYPE_EXISTS, .root = 6 } }, "ptr t() pointer" },
};

static char *describe(const struct plain_btf *btf, struct arena *arena)
{
	struct text text = { .arena = arena };

	for (uint32_t id = 1; id < btf->end; id++) {
		const struct btf_type *type = plain_type(btf, id);
		bool is_pointer = btf_info_kind(type->info) == BTF_KIND_PTR;

		text_format(&text, "%s%s", id > 1 ? " " : "",
			    is_pointer ? "ptr" : plain_name(btf, id));
		if (!plain_is_composite(type))
			continue;
		text_string(&text, "(");
		for (uint32_t i = 0; i < btf_info_vlen(type->info); i++)
			text_format(&text, "%s%s", i ? " " : "",
				    plain_string(btf, plain_member(type, i)->name_off));
		text_string(&text, ")");
	}
	text_bytes(&text, "", 1);
	return text.data;
}

static const struct plain_btf *read_types(struct str bytes, struct arena *arena, struct diag *diag)
{
	const struct plain_btf *btf = plain_btf_read(bytes.data, bytes.size, false, NULL,
						     place_in("vmlinux", ".BTF"), arena, diag);

	cr_assert_not_null(btf);
	return btf;
}

Test(minimal_btf, has_what_relocations_compare)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct minimal_btf minimal;
		struct text text = { 0 };
		struct arena arena;
		struct diag diag;
		const char *found;

		arena_init(&arena, SIZE_MAX);
		diag_init(&diag, &arena);
		text.arena = &arena;
		minimal_btf_init(&minimal, read_types(all_types(&arena), &arena, &diag), &arena);
		for (size_t j = 0; j < 2 && cases[i].needed[j].root; j++)
			minimal_btf_need(&minimal, &cases[i].needed[j]);
		minimal_btf_write(&minimal, false, &text);
		found = describe(read_types((struct str){ text.data, text.size }, &arena, &diag),
				 &arena);
		cr_expect_str_eq(found, cases[i].types, "%s: %s", cases[i].name, found);
		arena_deinit(&arena);
	}
}
