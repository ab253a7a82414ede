/* SPDX-License-Identifier: BSD-2-Clause */
/* Looks for similar names among all globals. Source of the measure: similar.h. */
#include "guess.h"

#include "base/similar.h"

static const char *end_guess(struct linker *linker, const struct similar *similar)
{
	if (!similar->found.data)
		return "";
	return arena_format(linker->arena, "did you mean '%.*s'?", STR_ARGS(similar->found));
}

static bool is_among(const struct global *global, enum guess_among among)
{
	switch (among) {
	case GUESS_DEFINED:
		return global->definition != NULL;
	case GUESS_REFERRED:
		for (const struct symbol *symbol = global->mentions; symbol;
		     symbol = symbol->next) {
			if (symbol->home == HOME_UNDEFINED)
				return true;
		}
		return false;
	case GUESS_ANY:
		break;
	}
	return true;
}

static const struct global *find_similar(struct linker *linker, struct similar *similar,
					 enum guess_among among)
{
	const struct global *best = NULL;

	array_each(each, &linker->globals) {
		struct str candidate = strings_get(&linker->strings, (*each)->name);
		size_t distance = similar->distance;
		struct str found = similar->found;

		if (linker->guess_work >= GUESS_WORK_MAX)
			break;
		if (among == GUESS_DEFINED && !(*each)->definition) {
			linker->guess_work++;
			continue;
		}
		linker->guess_work += similar_try(similar, candidate);
		if (similar->distance == distance)
			continue;
		// What takes a search is checked last, because similar names are rare.
		if (is_among(*each, among)) {
			best = *each;
		} else {
			similar->distance = distance;
			similar->found = found;
		}
	}
	return best;
}

const char *guess_symbol(struct linker *linker, const char *name, enum guess_among among)
{
	struct similar similar;

	similar_begin(&similar, str_of(name));
	find_similar(linker, &similar, among);
	return end_guess(linker, &similar);
}

const struct symbol *guess_definition(struct linker *linker, const char *name)
{
	struct similar similar;
	const struct global *found;

	similar_begin(&similar, str_of(name));
	found = find_similar(linker, &similar, GUESS_DEFINED);
	return found ? found->definition : NULL;
}

const char *path_base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

const char *guess_archive(struct linker *linker, const char *name)
{
	struct similar similar;

	similar_begin(&similar, str_of(name));
	array_each(file, &linker->files) {
		if (linker->guess_work >= GUESS_WORK_MAX)
			break;
		if ((*file)->archive)
			linker->guess_work +=
				similar_try(&similar, str_of(path_base((*file)->name)));
	}
	return end_guess(linker, &similar);
}

static void try_input(struct linker *linker, struct similar *similar, const char *name)
{
	bool whole = memchr(similar->name.data, '/', similar->name.size) != NULL;

	if (linker->guess_work < GUESS_WORK_MAX)
		linker->guess_work += similar_try(similar, str_of(whole ? name : path_base(name)));
}

const char *guess_input(struct linker *linker, const char *name)
{
	struct similar similar;

	similar_begin(&similar, str_of(name));
	array_each(object, &linker->objects)
		try_input(linker, &similar, (*object)->name);
	array_each(file, &linker->files) {
		if ((*file)->archive)
			try_input(linker, &similar, (*file)->name);
	}
	return similar.found.data ? end_guess(linker, &similar)
				  : "name it as on the command line, a member of an archive as "
				    "'lib.a(m.o)'";
}
