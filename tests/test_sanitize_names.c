/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include "world.h"

static const struct {
	const char *name;
	enum btf_name_rule rule;
	bool valid;
} names[] = {
	{ "name", BTF_NAME_IDENTIFIER, true },
	{ "_n4.m_e", BTF_NAME_IDENTIFIER, true },
	{ ".name", BTF_NAME_IDENTIFIER, true },
	{ "", BTF_NAME_IDENTIFIER, true },
	{ "4name", BTF_NAME_IDENTIFIER, false },
	{ "na me", BTF_NAME_IDENTIFIER, false },
	{ "na-me", BTF_NAME_IDENTIFIER, false },
	{ "n\303\244me", BTF_NAME_IDENTIFIER, false },
	{ "?.na me<", BTF_NAME_PRINTABLE, true },
	{ "na\tme", BTF_NAME_PRINTABLE, false },
	{ "n\303\244me", BTF_NAME_PRINTABLE, false },
	{ "", BTF_NAME_NONE, true },
	{ "name", BTF_NAME_NONE, false },
	{ "\001", BTF_NAME_ANY, true },
};

Test(btf_names, follow_rules)
{
	char longest[513];

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		cr_expect_eq(btf_name_is_valid(names[i].rule, str_of(names[i].name)),
			     names[i].valid, "%s", names[i].name);
	memset(longest, 'x', sizeof(longest) - 1);
	longest[512] = '\0';
	cr_expect_not(btf_name_is_valid(BTF_NAME_IDENTIFIER, str_of(longest)));
	cr_expect_not(btf_name_is_valid(BTF_NAME_PRINTABLE, str_of(longest)));
	longest[511] = '\0';
	cr_expect(btf_name_is_valid(BTF_NAME_IDENTIFIER, str_of(longest)));
	cr_expect(btf_name_is_valid(BTF_NAME_PRINTABLE, str_of(longest)));
}

Test(btf_names, have_the_rules_of_their_kinds)
{
	static const struct {
		uint32_t kind;
		enum btf_name_rule own, elements;
	} kinds[] = {
		{ BTF_KIND_INT, BTF_NAME_ANY, BTF_NAME_ANY },
		{ BTF_KIND_PTR, BTF_NAME_NONE, BTF_NAME_NONE },
		{ BTF_KIND_STRUCT, BTF_NAME_IDENTIFIER, BTF_NAME_IDENTIFIER },
		{ BTF_KIND_ENUM64, BTF_NAME_IDENTIFIER, BTF_NAME_IDENTIFIER },
		{ BTF_KIND_FUNC_PROTO, BTF_NAME_NONE, BTF_NAME_IDENTIFIER },
		{ BTF_KIND_DATASEC, BTF_NAME_PRINTABLE, BTF_NAME_PRINTABLE },
		{ BTF_KIND_DECL_TAG, BTF_NAME_ANY, BTF_NAME_ANY },
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		cr_expect_eq(btf_name_rule(kinds[i].kind, 0), kinds[i].own, "%zu", i);
		cr_expect_eq(btf_name_rule(kinds[i].kind, 1), kinds[i].elements, "%zu", i);
	}
}

#define REFUSED " has a name for which kernels refuse all BTF of the output"
#define ADVICE  "; --sanitize-btf-names rewrites it\n"
#define LONG                                                                                       \
	"a123456789012345678901234567890123456789012345678901234567890123456789012345678901234567" \
	"8"                                                                                        \
	"9012345678901234567890"

// clang-format off
static const struct {
	const char *name;
	const char *texts[3];
	const char *warnings;
	const char *sanitized; // warnings with the option
	const char *type;      // the first variable's, then
} cases[] = {
	{ "good names", { "section .data WA | global object v 4 | word 0 | type v struct s 4 { x 0 int ; }" }, "", "", "s" },
	{ "a struct", { "section .data WA | global object v 4 | word 0 | type v struct s<t> 4 { x 0 int ; }" },
	  "a.o:(.BTF): warning: struct 's<t>'" REFUSED ADVICE, "", "s_3C_t_3E_" },
	{ "a member", { "section .data WA | global object v 4 | word 0 | type v struct s 4 { x-y 0 int ; }" },
	  "a.o:(.BTF): warning: member 'x-y' of struct 's'" REFUSED ADVICE, "", "s" },
	{ "a nameless struct's", { "section .data WA | global object v 4 | word 0 | type v struct - 4 { 0 0 int ; }" },
	  "a.o:(.BTF): warning: member '0' of a nameless struct" REFUSED ADVICE, "", "" },
	{ "a variable", { "section .data WA | global object v+ 4 | word 0 | type v+ struct s 4 { x 0 int ; }" },
	  "a.o:(.BTF): warning: variable 'v+'" REFUSED ADVICE, "", "s" },
	{ "a static variable with a dot", { "section .data WA | local object f.v 4 | word 0 | type f.v struct s.t 4 { x 0 int ; }" },
	  "", "", "s_2E_t" },
	{ "a function", { "section .data WA | global object v 4 | word 0 | type v struct s 4 { x 0 int ; } |"
	                  "section .text AX | local func f$1 8 | exit | type f$1 func int ( )" },
	  "a.o:(.BTF): warning: function 'f$1'" REFUSED ADVICE, "", "s" },
	{ "of one that another has", { "section .data WA | global object v 4 | word 0 | type v struct s<t 4 { x 0 int ; }",
	                               "section .data WA | global object w 4 | word 0 | type w struct s_3C_t 4 { x 0 int ; }" },
	  "a.o:(.BTF): warning: struct 's<t'" REFUSED ADVICE, "", "s_3C_t__1" },
	{ "a long one", { "section .data WA | global object v 4 | word 0 | type v struct " LONG "<int> 4 { x 0 int ; }" },
	  "a.o:(.BTF): warning: struct '" LONG "<int>'" REFUSED ADVICE, "", LONG "_" },
	{ "three",
	  { "section .data WA | global object v 4 | word 0 | type v struct a< 4 { b 0 struct c< 4 { d 0 struct e< 4 { f 0 int ; } ; } ; }" },
	  "a.o:(.BTF): warning: struct 'e<'" REFUSED ADVICE "a.o:(.BTF): warning: struct 'c<'" REFUSED ADVICE
	  "a.o:(.BTF): warning: struct 'a<'" REFUSED ADVICE, "", "e_3C_" },
	{ "four",
	  { "section .data WA | global object v 4 | word 0 | type v struct a< 4 { b 0 struct c< 4 { d 0 struct e< 4 { f- 0 int ; } ; } ; }" },
	  "a.o:(.BTF): warning: struct 'e<'" REFUSED ADVICE "a.o:(.BTF): warning: member 'f-' of struct 'e<'" REFUSED ADVICE
	  "a.o:(.BTF): warning: struct 'c<'" REFUSED ADVICE "a.o:(.BTF): note: 1 more name like that\n", "", "e_3C_" },
	{ "many",
	  { "section .data WA | global object v 4 | word 0 | type v struct a< 4 { b- 0 struct c< 4 { d- 0 struct e< 4 { f- 0 int ; } ; } ; }" },
	  "a.o:(.BTF): warning: struct 'e<'" REFUSED ADVICE "a.o:(.BTF): warning: member 'f-' of struct 'e<'" REFUSED ADVICE
	  "a.o:(.BTF): warning: struct 'c<'" REFUSED ADVICE "a.o:(.BTF): note: 3 more names like that\n", "", "e_3C_" },
	{ "an undefined one", { "section .text AX | global func f 24 | load v- | exit | type v- int | section .data WA | global object w 4 |"
	                        "word 0 | type w struct s 4 { x 0 int ; }" },
	  "a.o:(.BTF): warning: variable 'v-'" REFUSED ADVICE, "a.o:(.BTF): warning: variable 'v-'" REFUSED "\n", "s" },
};
// clang-format on

static const char *first_type(const struct btf_unit *unit)
{
	for (uint32_t id = 1; id <= unit->type_count; id++) {
		const struct btf_type *type = btf_unit_type(unit, id);
		uint32_t kind = btf_info_kind(type->info);

		if (kind == BTF_KIND_STRUCT)
			return btf_unit_string(unit, type->name_off).data;
	}
	return NULL;
}

Test(btf_names, are_told_or_rewritten)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		for (int option = 0; option < 2; option++) {
			struct world world;
			const char *type;

			world_init(&world, i % 2, cases[i].texts);
			world.options.sanitize_btf_names = option;
			world.options.allow_undefined = true;
			cr_assert(world_run(&world, check_names), "%s: %s", cases[i].name,
				  world_messages(&world));
			cr_expect_str_eq(world_messages(&world),
					 option ? cases[i].sanitized : cases[i].warnings, "%s: %s",
					 cases[i].name, world_messages(&world));
			type = first_type(world_types(&world));
			if (option)
				cr_expect_eq(strncmp(type, cases[i].type, strlen(cases[i].type)), 0,
					     "%s: %s", cases[i].name, type);
			cr_expect(!option || strlen(type) <= 127, "%s: %s", cases[i].name, type);
			world_deinit(&world);
		}
	}
}
