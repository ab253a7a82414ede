# SPDX-License-Identifier: BSD-2-Clause
#
# From lines "OBJECT CLASS NAME..." make random groups of objects that can be linked together: of one
# class, and without a name that one defines and another has, too. A NAME is "name" where it is
# defined, "-name" where it is not. Every object is in one group; -v seed=N makes it the same anew.

function random(limit)
{
	seed = seed * 16807 % 2147483647
	return seed % limit
}

function fits(group, i,    name)
{
	if (classes[group] != class[i] || sizes[group] == limits[group])
		return 0
	for (k = 3; k <= count[i]; k++) {
		name = word[i, k]
		if (sub(/^-/, "", name) == 0 && (group, name) in undefined)
			return 0
		if ((group, name) in defined)
			return 0
	}
	return 1
}

function add(group, i,    name)
{
	for (k = 3; k <= count[i]; k++) {
		name = word[i, k]
		if (sub(/^-/, "", name))
			undefined[group, name]
		else
			defined[group, name]
	}
	members[group] = members[group] " " word[i, 1]
	sizes[group]++
}

{
	class[NR] = $2
	count[NR] = NF
	order[NR] = NR
	for (k = 1; k <= NF; k++)
		word[NR, k] = $k
}

END {
	for (i = NR; i > 1; i--) {
		j = 1 + random(i)
		swap = order[i]; order[i] = order[j]; order[j] = swap
	}
	for (i = 1; i <= NR; i++) {
		for (group = 1; group <= group_count && !fits(group, order[i]); group++)
			;
		if (group > group_count) {
			group_count = group
			classes[group] = class[order[i]]
			limits[group] = 2 + random(9)
			sizes[group] = 0
		}
		add(group, order[i])
	}
	for (group = 1; group <= group_count; group++)
		if (sizes[group] > 1)
			print substr(members[group], 2)
}
