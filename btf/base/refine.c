/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Partition refinement, as in the minimisation of automata (Hopcroft).
 *
 * At first a class is all items with one key. When a class is split, its largest part keeps the
 * number, and the items of the other parts *move*: a reference to one of them has changed. Members
 * of a class had equal references before, so their references are still equal exactly when their
 * changes are; members without a change are one more part. The new class of an item that moves has
 * at most half the size of the old one, so an item moves at most log(items) times, and each
 * reference is looked at as often (times the logarithm of sorting). There are no rounds over all
 * items, and little work where few items differ.
 *
 * To begin, think of all items of a group as one class, from which all but those of the most
 * frequent key have just moved. For this, references must agree up to groups.
 */
#include "refine.h"

#include "array.h"

// Items [first, first + count) of `order`.
struct range {
	uint32_t first;
	uint32_t count;
};

// Reference `position` of `item`, which is in class `class_id`, now leads to class `value`.
struct change {
	uint32_t class_id;
	uint32_t item;
	uint32_t position;
	uint32_t value;
};

// All changes of one item.
struct changed {
	const struct change *changes;
	uint32_t count;
	uint32_t item;
};

struct refiner {
	struct refinement *in;
	struct arena *arena;
	uint32_t *order; // all items, grouped by class
	uint32_t *place; // by item: index into order
	ARRAY(struct range) classes;
	// Items that moved since this round began, and those that moved in the round before.
	ARRAY(uint32_t) moved, moving;
	ARRAY(struct change) changes;
	ARRAY(struct changed) changed;
};

static void add_class(struct refiner *refiner, uint32_t first, uint32_t count)
{
	*array_add(refiner->arena, &refiner->classes) = (struct range){ first, count };
}

// Make one class of the items of each key, by counting.
static void classes_from_keys(struct refiner *refiner)
{
	const struct refinement *in = refiner->in;
	uint32_t *class_of_key = arena_new_array(refiner->arena, uint32_t, in->key_count);
	uint32_t first = 0;

	for (uint32_t item = 0; item < in->item_count; item++)
		class_of_key[in->key[item]]++;
	for (uint32_t key = 0; key < in->key_count; key++) {
		uint32_t count = class_of_key[key];

		if (count == 0)
			continue;
		class_of_key[key] = (uint32_t)refiner->classes.count;
		add_class(refiner, first, 0);
		first += count;
	}
	for (uint32_t item = 0; item < in->item_count; item++) {
		uint32_t number = class_of_key[in->key[item]];
		struct range *range = &refiner->classes.items[number];

		in->class_of[item] = number;
		refiner->place[item] = range->first + range->count;
		refiner->order[range->first + range->count++] = item;
	}
}

static void move_class(struct refiner *refiner, const struct range *range)
{
	for (uint32_t i = 0; i < range->count; i++)
		*array_add(refiner->arena, &refiner->moved) = refiner->order[range->first + i];
}

static void move_minorities(struct refiner *refiner)
{
	const struct refinement *in = refiner->in;
	uint32_t *largest = arena_new_array(refiner->arena, uint32_t, in->key_count);

	// largest[]: by group, number of its largest class plus 1.
	array_each(range, &refiner->classes) {
		uint32_t *best = &largest[in->group[in->key[refiner->order[range->first]]]];

		if (*best == 0 || refiner->classes.items[*best - 1].count < range->count)
			*best = (uint32_t)(range - refiner->classes.items) + 1;
	}
	array_each(range, &refiner->classes) {
		uint32_t best = largest[in->group[in->key[refiner->order[range->first]]]];

		if (range != &refiner->classes.items[best - 1])
			move_class(refiner, range);
	}
}

static int compare_numbers(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

static int compare_changes(const void *a, const void *b)
{
	const struct change *x = a;
	const struct change *y = b;

	if (x->class_id != y->class_id)
		return compare_numbers(x->class_id, y->class_id);
	if (x->item != y->item)
		return compare_numbers(x->item, y->item);
	return compare_numbers(x->position, y->position);
}

static int compare_changed(const void *a, const void *b)
{
	const struct changed *x = a;
	const struct changed *y = b;

	if (x->count != y->count)
		return compare_numbers(x->count, y->count);
	for (uint32_t i = 0; i < x->count; i++) {
		if (x->changes[i].position != y->changes[i].position)
			return compare_numbers(x->changes[i].position, y->changes[i].position);
		if (x->changes[i].value != y->changes[i].value)
			return compare_numbers(x->changes[i].value, y->changes[i].value);
	}
	return 0;
}

// Swap @item with the item at @place.
static void put_item(struct refiner *refiner, uint32_t item, uint32_t place)
{
	uint32_t other = refiner->order[place];

	refiner->order[refiner->place[item]] = other;
	refiner->place[other] = refiner->place[item];
	refiner->order[place] = item;
	refiner->place[item] = place;
}

// Make @part the whole of class @number when it @keeps that number, else a new class.
static void settle_part(struct refiner *refiner, struct range part, uint32_t number, bool keeps)
{
	if (keeps) {
		refiner->classes.items[number] = part;
		return;
	}
	number = (uint32_t)refiner->classes.count;
	add_class(refiner, part.first, part.count);
	for (uint32_t i = 0; i < part.count; i++)
		refiner->in->class_of[refiner->order[part.first + i]] = number;
	move_class(refiner, &part);
}

// Split class @number into parts whose members have equal changes, and the part without changes.
static void split_class(struct refiner *refiner, uint32_t number, struct changed *changed,
			uint32_t count)
{
	struct range range = refiner->classes.items[number];
	struct range rest = { range.first + count, range.count - count };
	struct range largest = rest;
	struct range part;

	sort_items(changed, count, sizeof(*changed), compare_changed);
	for (uint32_t i = 0; i < count; i++)
		put_item(refiner, changed[i].item, range.first + i);
	for (uint32_t pass = 0; pass < 2; pass++) {
		for (uint32_t i = 0; i < count; i += part.count) {
			uint32_t end = i + 1;

			while (end < count && !compare_changed(&changed[i], &changed[end]))
				end++;
			part = (struct range){ range.first + i, end - i };
			if (pass)
				settle_part(refiner, part, number, part.first == largest.first);
			else if (part.count > largest.count)
				largest = part;
		}
	}
	if (rest.count)
		settle_part(refiner, rest, number, rest.first == largest.first);
}

// Collect the changed references to items that moved.
static void find_changes(struct refiner *refiner)
{
	const struct refinement *in = refiner->in;

	refiner->changes.count = 0;
	array_each(item, &refiner->moving) {
		for (uint32_t i = in->first[*item]; i < in->first[*item + 1]; i++) {
			const struct referrer *referrer = &in->referrers[i];
			uint32_t class_id = in->class_of[referrer->item];

			if (refiner->classes.items[class_id].count == 1)
				continue;
			*array_add(refiner->arena, &refiner->changes) = (struct change){
				.class_id = class_id,
				.item = referrer->item,
				.position = referrer->position,
				.value = in->class_of[*item],
			};
		}
	}
	array_sort(&refiner->changes, compare_changes);
}

static void split_classes(struct refiner *refiner)
{
	const struct change *change = refiner->changes.items;
	const struct change *end = change + refiner->changes.count;

	while (change < end) {
		uint32_t class_id = change->class_id;

		refiner->changed.count = 0;
		while (change < end && change->class_id == class_id) {
			struct changed changed = { .changes = change, .item = change->item };

			while (change < end && change->item == changed.item)
				change++;
			changed.count = (uint32_t)(change - changed.changes);
			*array_add(refiner->arena, &refiner->changed) = changed;
		}
		split_class(refiner, class_id, refiner->changed.items,
			    (uint32_t)refiner->changed.count);
	}
}

void refine(struct refinement *refinement, struct arena *arena)
{
	struct refiner refiner = {
		.in = refinement,
		.arena = arena,
		.order = arena_new_array(arena, uint32_t, refinement->item_count),
		.place = arena_new_array(arena, uint32_t, refinement->item_count),
	};

	refinement->class_of = arena_new_array(arena, uint32_t, refinement->item_count);
	classes_from_keys(&refiner);
	move_minorities(&refiner);
	while (refiner.moved.count) {
		__typeof__(refiner.moved) emptied = refiner.moving;

		refiner.moving = refiner.moved;
		refiner.moved = emptied;
		refiner.moved.count = 0;
		find_changes(&refiner);
		split_classes(&refiner);
	}
	refinement->class_count = (uint32_t)refiner.classes.count;
}
