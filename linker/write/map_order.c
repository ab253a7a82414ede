/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libbpf creates maps in the order of .maps, and fills the slots of an outer map when it creates
 * that: inner maps must exist by then. Each input has them in order, but an extern inner map may
 * come from a later input. So maps are ordered depth first by "holds": inner maps first, otherwise
 * in the order of inputs. Maps that hold each other cannot be ordered; the kernel allows only one
 * level of maps in maps anyway.
 */
#include "map_order.h"

#include "atoms.h"
#include "base/bisect.h"

enum color {
	UNSEEN,
	OPEN,
	DONE,
};

struct visit {
	struct atom *atom;
	size_t reference; // index of the next reference to look at, in the section's list
};

struct order {
	struct linker *linker;
	ARRAY(struct visit) stack;
	ARRAY(struct atom *) atoms;
	uint8_t *color; // enum color, by old position
	struct output_section *maps;
};

// The old position of @atom: atom->place still is that of the old order.
static size_t position(const struct order *order, const struct atom *atom)
{
	struct atom *const *atoms = order->maps->atoms.items;

	return bisect(order->maps->atoms.count, i, atoms[i]->place <= atom->place) - 1;
}

static struct atom *held_map(const struct order *order, const struct reference *reference)
{
	struct atom *atom = reference->atom;

	return atom && atom->section->output == order->maps ? atom : NULL;
}

static void push(struct order *order, struct atom *atom)
{
	uint8_t *color = &order->color[position(order, atom)];

	if (*color == OPEN)
		diag_error(order->linker->diag, ERROR_MAP_CYCLE, atom_place(order->linker, atom),
			   "the slots of this map lead back to it: kernels take no such map");
	if (*color != UNSEEN)
		return;
	*color = OPEN;
	*array_add(order->linker->arena, &order->stack) =
		(struct visit){ atom, atom->first_reference };
}

// Look at one more reference of the map on top of the stack, or finish the map.
static void step(struct order *order)
{
	struct visit *top = &order->stack.items[order->stack.count - 1];

	if (atom_has_reference(top->atom, top->reference)) {
		size_t next = top->reference++;
		struct atom *held = held_map(order, &top->atom->section->references.items[next]);

		if (held && held->live)
			push(order, held);
		return;
	}
	order->color[position(order, top->atom)] = DONE;
	*array_add(order->linker->arena, &order->atoms) = top->atom;
	order->stack.count--;
}

void order_maps(struct linker *linker, struct output_section *maps)
{
	struct order order = { .linker = linker, .maps = maps };

	order.color = arena_new_array(linker->arena, uint8_t, maps->atoms.count);
	for (size_t i = 0; i < maps->atoms.count; i++) {
		push(&order, maps->atoms.items[i]);
		while (order.stack.count)
			step(&order);
	}
	for (size_t i = 0; i < maps->atoms.count; i++)
		maps->atoms.items[i] = order.atoms.items[i];
}
