/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libbpf does not tell what became of a type. But it keeps all VARs in order, so each type gets a
 * VAR before deduplication, which leads to the result afterwards.
 */
#include "libbpf_dedup.h"

#include <bpf/btf.h>

#include "btf_shuffle.h"

#define RESULT "what became of it"

static bool append(struct btf *all, struct str section)
{
	struct btf *one = btf__new(section.data, (uint32_t)section.size);
	uint32_t end = one ? btf__type_cnt(one) : 0;
	bool taken = one;

	for (uint32_t id = 1; id < end && taken; id++)
		taken = btf__add_var(one, RESULT, BTF_VAR_STATIC, (int)id) > 0;
	taken = taken && btf__add_btf(all, one) > 0;
	btf__free(one);
	return taken;
}

static struct btf *deduplicate(const struct str *sections, const uint32_t *sequence, uint32_t count)
{
	struct btf *all = btf__new_empty();
	bool taken = true;

	for (uint32_t i = 0; i < count && taken; i++)
		taken = append(all, sections[sequence[i]]);
	if (taken && btf__dedup(all, NULL) == 0)
		return all;
	btf__free(all);
	return NULL;
}

// The first VAR of append() after @id.
static uint32_t next_result(const struct btf *all, uint32_t id)
{
	const struct btf_type *type;

	do {
		type = btf__type_by_id(all, ++id);
	} while (btf_info_kind(type->info) != BTF_KIND_VAR ||
		 strcmp(btf__name_by_offset(all, type->name_off), RESULT) != 0);
	return id;
}

static uint32_t count_types(const struct btf *all)
{
	uint32_t count = 0;

	for (uint32_t id = 1; id < btf__type_cnt(all); id++)
		count += !btf_kind_info(btf_info_kind(btf__type_by_id(all, id)->info))
				  ->is_declaration;
	return count;
}

bool libbpf_dedup(const struct str *sections, const uint32_t *sequence, uint32_t count,
		  struct arena *arena, struct libbpf_dedup *ret)
{
	struct btf *all = deduplicate(sections, sequence, count);
	uint32_t size, var = 0;

	if (!all)
		return false;
	ret->left = count_types(all);
	ret->result = arena_new_array(arena, uint32_t *, count);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t types = btf_section_types(sections[sequence[i]]);
		uint32_t *result = arena_new_array(arena, uint32_t, types + 1u);

		for (uint32_t id = 1; id <= types; id++) {
			var = next_result(all, var);
			result[id] = btf__type_by_id(all, var)->type;
		}
		ret->result[sequence[i]] = result;
	}
	ret->section.data = btf__raw_data(all, &size);
	ret->section = (struct str){ arena_strndup(arena, ret->section.data, size), size };
	btf__free(all);
	return true;
}
