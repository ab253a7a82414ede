/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The restricted Damerau-Levenshtein distance: no letter is edited twice. Only prefixes whose
 * lengths differ by less than the wanted distance matter, so a band of the matrix of all prefixes
 * is enough, and three rows of it at a time.
 */
#include "similar.h"

#define LONGEST  127 // bytes of names that are compared
#define FARTHEST 5   // the most edits, however long the name is

void similar_begin(struct similar *similar, struct str name)
{
	size_t distance = name.size / 3 + 1;

	*similar = (struct similar){
		.name = name,
		.distance = distance < FARTHEST + 1 ? distance : FARTHEST + 1,
	};
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

// Edits between the prefixes of @i and @j letters; those of shorter prefixes are known.
static size_t changes(struct str a, struct str b, size_t i, size_t j, size_t *const rows[3])
{
	size_t count = least(rows[1][j], rows[2][j - 1]) + 1;

	count = least(count, rows[1][j - 1] + (a.data[i - 1] != b.data[j - 1]));
	if (i > 1 && j > 1 && a.data[i - 1] == b.data[j - 2] && a.data[i - 2] == b.data[j - 1])
		count = least(count, rows[0][j - 2] + 1);
	return count;
}

size_t similar_try(struct similar *similar, struct str candidate)
{
	struct str a = similar->name, b = candidate;
	size_t memory[3][LONGEST + 1], work = 1, limit = similar->distance;
	// Of the prefix before the last, of the last, and of the current one.
	size_t *rows[3] = { memory[0], memory[1], memory[2] };
	size_t longer = a.size > b.size ? a.size - b.size : b.size - a.size;

	if (longer >= limit || a.size > LONGEST || b.size > LONGEST)
		return work;
	for (size_t j = 0; j <= b.size; j++)
		rows[0][j] = rows[1][j] = rows[2][j] = limit;
	for (size_t j = 0; j < least(limit, b.size + 1); j++)
		rows[2][j] = j;
	for (size_t i = 1; i <= a.size; i++) {
		size_t first = i > limit ? i - limit : 1, last = least(i + limit, b.size);
		size_t *oldest = rows[0], best;

		rows[0] = rows[1];
		rows[1] = rows[2];
		rows[2] = oldest;
		best = rows[2][first - 1] = first == 1 ? i : limit;
		for (size_t j = first; j <= last; j++, work++)
			best = least(best, rows[2][j] = changes(a, b, i, j, rows));
		if (last < b.size)
			rows[2][last + 1] = limit;
		if (best >= limit)
			return work;
	}
	if (rows[2][b.size] < limit) {
		similar->distance = rows[2][b.size];
		similar->found = b;
	}
	return work;
}
