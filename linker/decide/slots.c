/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A slot that stays empty has no type but that which its callers give it. That is known when their
 * declarations were compared; whether the function is static has to be known before, so that goes
 * by each of them (bound_linkage.c).
 */
#include "slots.h"

#include <inttypes.h>

#include "bound_linkage.h"
#include "guess.h"
#include "note_declaration.h"

static void add_slot(struct linker *linker, const struct bpfld_slot *slot, struct symbol *function)
{
	struct global *global = function->global;
	const char *reason = slot_static_reason(linker, global);

	global->bound = true;
	global->local |= reason != NULL;
	*array_add(linker->arena, &linker->bindings) = (struct binding){
		.name = global->name,
		.function = function,
		.global = global,
		.slot = slot,
		.why_static = reason,
	};
}

// Whether an option says that references to @name mean something else.
static bool is_renamed(const struct linker *linker, uint32_t name)
{
	const struct bpfld_options *options = linker->options;
	const char *text = linker_name(linker, name);

	for (size_t i = 0; i < options->binding_count; i++) {
		if (strcmp(options->bindings[i].name, text) == 0)
			return true;
	}
	return array_get(&linker->renames, name) != 0;
}

static void check_slot(struct linker *linker, const struct bpfld_slot *slot)
{
	uint32_t name = strings_intern(&linker->strings, str_of(slot->name));
	const struct global *global = linker_global(linker, name);

	if (!(global && global->mentions) && !is_renamed(linker, name))
		diag_error(linker->diag, ERROR_BOUND_SYMBOL, place_in(NULL, NULL),
			   "--bind-return: nothing refers to '%s'; %s", slot->name,
			   guess_symbol(linker, slot->name, GUESS_REFERRED));
}

void bind_slots(struct linker *linker)
{
	for (size_t i = 0; i < linker->empty_slots.count; i++)
		add_slot(linker, linker->empty_slots.items[i], &linker->slots->symbols[i + 1]);
	for (size_t i = 0; i < linker->options->slot_count; i++)
		check_slot(linker, &linker->options->slots[i]);
}

// The numbers that a type has.
struct range {
	int64_t least;
	uint64_t most;
};

static struct range range_of(uint32_t size, bool is_signed)
{
	uint32_t bits = size < 8 ? size * 8 : 64;
	uint64_t most = UINT64_MAX >> (64 - bits + is_signed);

	return (struct range){ is_signed ? -(int64_t)most - 1 : 0, most };
}

// Whether @node is a type of numbers, which are in *@ret.
static bool find_range(const struct btf_graph *graph, uint32_t node, struct range *ret)
{
	const struct btf_type *type;
	uint32_t encoding;

	node = btf_graph_strip(graph, node);
	type = node ? btf_graph_type(graph, node) : NULL;
	switch (type ? btf_info_kind(type->info) : BTF_KIND_UNKN) {
	case BTF_KIND_INT:
		encoding = BTF_INT_ENCODING(*(const uint32_t *)btf_record_tail(type));
		*ret = range_of(type->size, encoding & BTF_INT_SIGNED);
		if (encoding & BTF_INT_BOOL)
			ret->most = 1;
		return true;
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		*ret = range_of(type->size, btf_info_kflag(type->info));
		return true;
	}
	return false;
}

static bool is_within(const struct bpfld_slot *slot, struct range range)
{
	return slot->negative ? (int64_t)slot->value >= range.least : slot->value <= range.most;
}

static const char *number_text(struct linker *linker, const struct bpfld_slot *slot)
{
	return slot->negative ? arena_format(linker->arena, "%" PRId64, (int64_t)slot->value)
			      : arena_format(linker->arena, "%" PRIu64, slot->value);
}

// Check that a function whose result has the type @node can return the number of @slot.
static void check_number(struct linker *linker, const struct bpfld_slot *slot, uint32_t node,
			 const struct declaration *caller)
{
	const char *type = btf_declaration(linker->graph, node, STR(""), linker->arena);
	struct place where = place_to_change(linker, caller);
	struct range range;

	if (find_range(linker->graph, node, &range) && is_within(slot, range))
		return;
	if (!find_range(linker->graph, node, &range))
		diag_error(linker->diag, ERROR_BOUND_RETURN, where,
			   "'%s' returns '%s' here, which is no number, but --bind-return says "
			   "%s; bind a function to it (--bind, --bind-default)",
			   slot->name, type, number_text(linker, slot));
	else
		diag_error(linker->diag, ERROR_BOUND_RETURN, where,
			   "'%s' returns '%s' here, but --bind-return says %s; give a number from "
			   "%" PRId64 " to %" PRIu64,
			   slot->name, type, number_text(linker, slot), range.least, range.most);
	note_declaration(linker, caller);
}

void slot_finish(struct linker *linker, struct global *global, struct declaration *function,
		 const struct declaration *caller)
{
	const struct bpfld_slot *slot =
		linker->empty_slots.items[symbol_index(global->definition) - 1];

	check_number(linker, slot, btf_graph_type(linker->graph, function->node)->type, caller);
	if (global->local)
		return;
	function->linkage = BTF_FUNC_GLOBAL;
	function->global = global;
	global->declaration = function;
}
