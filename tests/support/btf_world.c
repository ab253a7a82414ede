/* SPDX-License-Identifier: BSD-2-Clause */
#include "btf_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void btf_world_init(struct btf_world *world)
{
	*world = (struct btf_world){ .graph = NULL };
	arena_init(&world->arena, SIZE_MAX);
	strings_init(&world->strings, &world->arena);
	diag_init(&world->diag, &world->arena);
	world->graph = btf_graph_create(&world->arena, &world->strings);
}

void btf_world_deinit(struct btf_world *world)
{
	arena_deinit(&world->arena);
}

struct btf_unit *btf_world_read(struct btf_world *world, struct str section, bool big_endian)
{
	return btf_unit_read(world->graph, section.data, section.size, big_endian,
			     place_in("test.o", ".BTF"), &world->diag);
}

struct btf_unit *btf_world_read_raw(struct btf_world *world, struct btf_raw *raw)
{
	struct btf_unit *unit = btf_world_read(world, btf_raw_finish(raw), raw->big_endian);

	if (unit)
		return unit;
	fprintf(stderr, "btf_world: %s\n", btf_world_message(world));
	abort();
}

const char *btf_world_message(const struct btf_world *world)
{
	return world->diag.last ? world->diag.last->text : "";
}

bool btf_world_refused(const struct btf_world *world, const char *why)
{
	return world->diag.error_count == 1 && world->diag.first == world->diag.last &&
	       strstr(btf_world_message(world), why);
}
