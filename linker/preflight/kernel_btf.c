/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel_btf.h"

#include "kernel_image.h"

static uint32_t hash_name(const struct hash_key *key, const char *name)
{
	return hash_bytes(key, name, essential_size(name));
}

// The first type of the name @name, whose hash is @hash; 0 when there is none.
static uint32_t find_first(const struct kernel_file *file, const char *name, uint32_t hash)
{
	struct table_probe probe = table_probe(&file->table, hash);
	uint32_t at;

	while (table_next(&file->table, &probe, &at)) {
		uint32_t id = at + file->btf->first;

		if (essential_equal(plain_name(file->btf, id), name))
			return id;
	}
	return 0;
}

// Whether hashing all names takes no longer than reading the strings a few times: names of
// compilers do not overlap.
static bool names_are_honest(const struct plain_btf *btf)
{
	uint64_t left = (uint64_t)1 << 20;

	left += (uint64_t)8 * (btf->strings_at + btf->strings.size);
	for (uint32_t id = btf->first; id < btf->end; id++) {
		size_t size = strlen(plain_name(btf, id));

		if (size > left)
			return false;
		left -= size;
	}
	return true;
}

// Each name is in the table once, and its types are a list: kernels have many of one name.
static void make_index(struct kernel_file *file, struct arena *arena)
{
	const struct plain_btf *btf = file->btf;
	uint32_t count = btf->end - btf->first;
	uint32_t *next = arena_new_array(arena, uint32_t, count);
	uint32_t *last = arena_new_array(arena, uint32_t, count); // by first type of a name

	table_reserve(&file->table, arena, count);
	for (uint32_t id = btf->first; id < btf->end; id++) {
		const char *name = plain_name(btf, id);
		uint32_t hash, first;

		if (!*name)
			continue;
		hash = hash_name(file->key, name);
		first = find_first(file, name, hash);
		if (first)
			next[last[first - btf->first] - btf->first] = id;
		else
			table_add(&file->table, arena, hash, id - btf->first);
		last[(first ? first : id) - btf->first] = id;
	}
	arena_release(arena, last, count * sizeof(*last));
	file->next = next;
}

static bool read_file(struct kernel_file *file, const struct bpfld_kernel_file *from,
		      const struct plain_btf *base, bool big_endian, struct arena *arena,
		      struct diag *diag)
{
	struct str image = { from->data, from->size }, btf;
	struct place where = place_in(from->name, NULL);

	if (!kernel_image_btf(image, from->name, diag, &btf))
		return false;
	if (btf.data != image.data)
		where.section = ".BTF";
	file->btf = plain_btf_read(btf.data, btf.size, big_endian, base, where, arena, diag);
	if (!file->btf)
		return false;
	if (!names_are_honest(file->btf)) {
		diag_error(diag, ERROR_EXCESSIVE_WORK, where,
			   "names of types overlap more than any compiler would do");
		return false;
	}
	make_index(file, arena);
	return true;
}

bool kernel_read(struct kernel *kernel, const struct bpfld_kernel *from, bool big_endian,
		 const struct hash_key *key, struct arena *arena, struct diag *diag)
{
	kernel->label = from->label;
	kernel->work = 0;
	kernel->file_count = 1 + from->module_count;
	kernel->files = arena_new_array(arena, struct kernel_file, kernel->file_count);
	for (size_t i = 0; i < kernel->file_count; i++) {
		struct kernel_file *file = &kernel->files[i];
		const struct plain_btf *base = i ? kernel->files[0].btf : NULL;

		file->key = key;
		file->name = i ? from->modules[i - 1].name : NULL;
		if (!read_file(file, i ? &from->modules[i - 1] : &from->vmlinux, base, big_endian,
			       arena, diag))
			return false;
	}
	return true;
}

uint32_t kernel_find(const struct kernel_file *file, const char *name)
{
	return find_first(file, name, hash_name(file->key, name));
}

uint32_t kernel_find_exact(const struct kernel_file *file, const char *name, uint32_t kind)
{
	uint32_t id = kernel_find(file, name);

	for (; id; id = kernel_next(file, id)) {
		if (plain_kind(file->btf, id) == kind &&
		    strcmp(plain_name(file->btf, id), name) == 0)
			return id;
	}
	return 0;
}

uint32_t kernel_look_up(const struct kernel *kernel, const char *name, uint32_t kind,
			const struct kernel_file **file)
{
	for (size_t i = 0; i < kernel->file_count; i++) {
		uint32_t id = kernel_find_exact(&kernel->files[i], name, kind);

		*file = &kernel->files[i];
		if (id)
			return id;
	}
	return 0;
}
