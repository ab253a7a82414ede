/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A unit is a list of plans, one per type. References are indices into the list. They go to earlier
 * types, or to any struct with a name, so all cycles are possible in C.
 */
#include "btf_random.h"

#include "btf_shuffle.h"

#define REFERENCES_MAX 4
#define NO_TYPE        UINT32_MAX // void

struct plan {
	uint32_t kind;
	uint32_t name;  // NAME_NONE for none
	uint32_t value; // size or length; for FWD whether it is of a union
	uint32_t count; // of references, or of an enum's values
	uint32_t reference[REFERENCES_MAX];
	uint32_t label[REFERENCES_MAX]; // of members, parameters and values: name and place
	bool kflag;
};

#define NAME_NONE UINT32_MAX

struct unit {
	const struct btf_random *request;
	struct random *random;
	struct arena *arena;
	ARRAY(struct plan) plans;
	bool gcc; // marks characters
};

static uint32_t below(struct unit *unit, uint32_t limit)
{
	return random_below(unit->random, limit);
}

static bool is_struct(const struct plan *plan)
{
	return plan->kind == BTF_KIND_STRUCT || plan->kind == BTF_KIND_UNION;
}

static bool is_enum(const struct plan *plan)
{
	return plan->kind == BTF_KIND_ENUM || plan->kind == BTF_KIND_ENUM64;
}

static bool is_forward(const struct plan *plan)
{
	return plan->kind == BTF_KIND_FWD || (is_enum(plan) && plan->count == 0);
}

// Whether the types that it refers to are parts of it, which C wants complete.
static bool holds_parts(const struct plan *plan)
{
	return is_struct(plan) || plan->kind == BTF_KIND_ARRAY;
}

// The type behind qualifiers and typedefs.
static uint32_t strip(const struct unit *unit, uint32_t index)
{
	for (; index != NO_TYPE; index = unit->plans.items[index].reference[0]) {
		switch (unit->plans.items[index].kind) {
		case BTF_KIND_TYPEDEF:
		case BTF_KIND_CONST:
		case BTF_KIND_VOLATILE:
		case BTF_KIND_RESTRICT:
		case BTF_KIND_TYPE_TAG:
			continue;
		default:
			return index;
		}
	}
	return index;
}

static bool is_part(const struct unit *unit, uint32_t index)
{
	array_each(plan, &unit->plans) {
		for (uint32_t n = 0; holds_parts(plan) && n < plan->count; n++) {
			if (strip(unit, plan->reference[n]) == index)
				return true;
		}
	}
	return false;
}

// An index that the type at @index may refer to; NO_TYPE now and then.
static uint32_t random_target(struct unit *unit, uint32_t index)
{
	const struct plan *plan = &unit->plans.items[index];
	uint32_t target = below(unit, (uint32_t)unit->plans.count);
	bool has_name = unit->plans.items[target].name != NAME_NONE;
	uint32_t whole;

	if (is_struct(&unit->plans.items[target]) &&
	    (unit->request->cyclic || (has_name && !holds_parts(plan))))
		return target;
	target = index && below(unit, 12) ? below(unit, index) : NO_TYPE;
	whole = strip(unit, target);
	if (unit->request->in_c && holds_parts(plan) && whole != NO_TYPE &&
	    is_forward(&unit->plans.items[whole]))
		return NO_TYPE;
	return target;
}

static uint32_t reference_count(struct unit *unit, uint32_t kind)
{
	switch (kind) {
	case BTF_KIND_INT:
	case BTF_KIND_FLOAT:
	case BTF_KIND_FWD:
		return 0;
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return below(unit, REFERENCES_MAX);
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		return 1 + below(unit, 2);
	case BTF_KIND_FUNC_PROTO:
		return 1 + below(unit, REFERENCES_MAX - 1);
	default:
		return 1;
	}
}

static uint32_t random_name(struct unit *unit, uint32_t index, uint32_t kind)
{
	// In C a name has one meaning in a unit; others may give it another.
	uint32_t name = unit->request->in_c ? index : below(unit, unit->request->tag_count);

	switch (kind) {
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		return below(unit, 4) ? name : NAME_NONE;
	case BTF_KIND_FWD:
	case BTF_KIND_TYPEDEF:
		return name;
	case BTF_KIND_INT:
	case BTF_KIND_FLOAT:
	case BTF_KIND_TYPE_TAG:
		return below(unit, 3);
	default:
		return NAME_NONE;
	}
}

static struct plan random_plan(struct unit *unit, uint32_t index)
{
	static const uint32_t kinds[] = {
		BTF_KIND_INT,      BTF_KIND_FLOAT,      BTF_KIND_PTR,        BTF_KIND_PTR,
		BTF_KIND_PTR,      BTF_KIND_PTR,        BTF_KIND_STRUCT,     BTF_KIND_STRUCT,
		BTF_KIND_STRUCT,   BTF_KIND_STRUCT,     BTF_KIND_STRUCT,     BTF_KIND_UNION,
		BTF_KIND_TYPEDEF,  BTF_KIND_TYPEDEF,    BTF_KIND_ARRAY,      BTF_KIND_CONST,
		BTF_KIND_ENUM,     BTF_KIND_ENUM64,     BTF_KIND_VOLATILE,   BTF_KIND_RESTRICT,
		BTF_KIND_TYPE_TAG, BTF_KIND_FUNC_PROTO, BTF_KIND_FUNC_PROTO, BTF_KIND_FWD,
	};
	uint32_t some = sizeof(kinds) / sizeof(*kinds) - !unit->request->forwards;
	struct plan plan = { .kind = kinds[below(unit, some)] };

	plan.name = random_name(unit, index, plan.kind);
	plan.value = plan.kind == BTF_KIND_FWD ? below(unit, 2) : 4u << below(unit, 2);
	plan.count = reference_count(unit, plan.kind);
	plan.kflag = below(unit, 8) == 0;
	for (uint32_t n = 0; n < plan.count; n++)
		plan.label[n] = n + REFERENCES_MAX * (below(unit, 8) == 0);
	return plan;
}

static void plan_types(struct unit *unit)
{
	for (uint32_t i = 0; i < unit->request->type_count; i++) {
		struct plan plan = random_plan(unit, i);

		*array_add(unit->arena, &unit->plans) = plan;
	}
	for (uint32_t i = 0; i < unit->plans.count; i++) {
		struct plan *plan = &unit->plans.items[i];

		for (uint32_t n = 0; n < plan->count; n++)
			plan->reference[n] = random_target(unit, i);
	}
}

static void declare_only(struct unit *unit, uint32_t index)
{
	struct plan *plan = &unit->plans.items[index];

	if (plan->name == NAME_NONE || (!is_struct(plan) && !is_enum(plan)) ||
	    (unit->request->in_c && is_part(unit, index)))
		return;
	if (is_struct(plan)) {
		plan->value = plan->kind == BTF_KIND_UNION;
		plan->kind = BTF_KIND_FWD;
	}
	plan->count = 0;
}

// Add a type like the one at @index, and let types that refer to that refer to either.
static void duplicate(struct unit *unit, uint32_t index)
{
	uint32_t copy = (uint32_t)unit->plans.count;
	struct plan plan = unit->plans.items[index];
	bool anywhere = is_struct(&plan) && plan.name != NAME_NONE;

	if (unit->request->in_c && plan.name != NAME_NONE)
		return;
	*array_add(unit->arena, &unit->plans) = plan;
	array_each(user, &unit->plans) {
		for (uint32_t n = 0; anywhere && n < user->count; n++) {
			if (user->reference[n] == index && below(unit, 2))
				user->reference[n] = copy;
		}
	}
}

// Change a random type as a configuration, another version or CO-RE would.
static void mutate(struct unit *unit)
{
	uint32_t index = below(unit, (uint32_t)unit->plans.count);
	struct plan *plan = &unit->plans.items[index];
	uint32_t n = plan->count ? below(unit, plan->count) : 0;

	switch (below(unit, 8)) {
	case 0:
	case 1:
	case 2:
		if (unit->request->forwards)
			declare_only(unit, index);
		break;
	case 3:
		duplicate(unit, index);
		break;
	case 4:
		if (is_struct(plan) && plan->count)
			plan->count--;
		break;
	case 5:
		plan->label[n] ^= REFERENCES_MAX;
		break;
	case 6:
		if (!is_enum(plan) && n < plan->count)
			plan->reference[n] = random_target(unit, index);
		break;
	default:
		if (plan->kind != BTF_KIND_FWD)
			plan->value ^= 12;
	}
}

static uint32_t id_of(uint32_t reference)
{
	return reference == NO_TYPE ? 0 : reference + 1;
}

static const char *name_of(struct unit *unit, const char *prefix, uint32_t name)
{
	return name == NAME_NONE ? "" : arena_format(unit->arena, "%s%u", prefix, name);
}

static void write_elements(struct btf_raw *raw, struct unit *unit, const struct plan *plan)
{
	// The first reference of a prototype is what it returns.
	for (uint32_t n = plan->kind == BTF_KIND_FUNC_PROTO; n < plan->count; n++) {
		const char *name = name_of(unit, "m", plan->label[n]);
		uint32_t id = id_of(plan->reference[n]);

		if (plan->kind == BTF_KIND_FUNC_PROTO)
			btf_raw_param(raw, id ? name : "", id);
		else if (is_enum(plan))
			btf_raw_value(raw, name, plan->label[n]);
		else
			btf_raw_member(raw, name, id, plan->label[n] * 8);
	}
}

static void write_int(struct btf_raw *raw, const struct unit *unit, const struct plan *plan)
{
	static const char *const names[] = { "int", "char", "bool" };
	static const uint32_t encodings[] = { BTF_INT_SIGNED, 0, BTF_INT_BOOL };
	uint32_t encoding = encodings[plan->name];

	if (unit->gcc && plan->name == 1)
		encoding |= BTF_INT_CHAR;
	btf_raw_int(raw, names[plan->name], plan->value, encoding);
}

static void write_plan(struct btf_raw *raw, struct unit *unit, const struct plan *plan)
{
	const char *tag = name_of(unit, "t", plan->name);
	uint32_t first = id_of(plan->reference[0]);
	bool has_kflag = plan->kflag && (is_enum(plan) || is_struct(plan)) && plan->count;

	switch (plan->kind) {
	case BTF_KIND_INT:
		write_int(raw, unit, plan);
		break;
	case BTF_KIND_FLOAT:
		btf_raw_float(raw, tag, plan->value);
		break;
	case BTF_KIND_FWD:
		btf_raw_fwd(raw, tag, plan->value);
		break;
	case BTF_KIND_ARRAY:
		btf_raw_array(raw, first, 0, plan->value);
		break;
	case BTF_KIND_FUNC_PROTO:
		btf_raw_proto(raw, first);
		write_elements(raw, unit, plan);
		break;
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		btf_raw_type(raw, tag, btf_make_info(plan->kind, 0, has_kflag), plan->value);
		write_elements(raw, unit, plan);
		break;
	default:
		btf_raw_reference(raw, plan->kind, tag, first);
	}
}

// A function or variable of some type, and a tag on it.
static void write_declaration(struct btf_raw *raw, struct unit *unit, uint32_t index)
{
	const struct plan *plan = &unit->plans.items[index];
	uint32_t id;

	if (plan->kind == BTF_KIND_FUNC_PROTO)
		id = btf_raw_func(raw, "f", BTF_FUNC_STATIC, id_of(index));
	else
		id = btf_raw_var(raw, "v", BTF_VAR_STATIC, id_of(index));
	if (below(unit, 2))
		btf_raw_decl_tag(raw, "tag", id, -1);
	if (is_struct(plan) || plan->kind == BTF_KIND_TYPEDEF)
		btf_raw_decl_tag(raw, "tag", id_of(index), -1);
}

static struct str write_unit(struct unit *unit)
{
	struct btf_raw raw = btf_raw_begin(unit->arena, __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__);
	struct str section;

	array_each(plan, &unit->plans)
		write_plan(&raw, unit, plan);
	for (uint32_t i = 0; i < 3; i++)
		write_declaration(&raw, unit, below(unit, (uint32_t)unit->plans.count));
	section = btf_raw_finish(&raw);
	return btf_shuffle(section, unit->random, unit->arena,
			   arena_new_array(unit->arena, uint32_t, btf_section_types(section) + 1u));
}

void btf_random_units(const struct btf_random *request, struct arena *arena, struct str *sections)
{
	struct random random = { request->seed, (const uint8_t *)request->choices.data,
				 request->choices.size };
	struct unit first = { .request = request, .random = &random, .arena = arena };

	plan_types(&first);
	for (uint32_t i = 0; i < request->unit_count; i++) {
		struct unit unit = first;
		size_t size = first.plans.count * sizeof(*first.plans.items);

		unit.plans.capacity = unit.plans.count;
		unit.plans.items = memcpy(arena_alloc(arena, size), first.plans.items, size);
		unit.gcc = below(&unit, 2);
		for (uint32_t changes = below(&unit, 2 + request->type_count / 3); changes;
		     changes--)
			mutate(&unit);
		sections[i] = write_unit(&unit);
	}
}
