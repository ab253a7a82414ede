/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libbpf_relocations BTF OBJECT...: what libbpf makes of each CO-RE relocation on the kernel of
 * BTF, a line each, as tests/list_relocations.c prints what the linker says. It is linked with
 * libbpf.a of a kernel's source, for functions that libbpf does not export, and gives them what
 * libbpf gives them: all types of the name and kind.
 */
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <gelf.h>
#include <linux/bpf.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "relo_core.h"

#define CANDIDATES_MAX 1000
#define POISON         195896080

size_t bpf_core_essential_name_len(const char *name);

static struct btf *kernel;

// Types by essential name, as lists.
#define BUCKETS (1 << 16)
static unsigned int first[BUCKETS], *next;

static int silent(enum libbpf_print_level level, const char *format, va_list arguments)
{
	(void)level;
	(void)format;
	(void)arguments;
	return 0;
}

static unsigned int bucket_of(const char *name)
{
	size_t size = bpf_core_essential_name_len(name);
	unsigned int hash = 5381;

	while (size--)
		hash = hash * 33 + (unsigned char)*name++;
	return hash % BUCKETS;
}

static const char *name_of(const struct btf *btf, const struct btf_type *type)
{
	const char *name = btf__name_by_offset(btf, type->name_off);

	return name ? name : "";
}

static void make_index(void)
{
	unsigned int count = btf__type_cnt(kernel);

	next = calloc(count, sizeof(*next));
	for (unsigned int id = count - 1; id > 0; id--) {
		const char *name = name_of(kernel, btf__type_by_id(kernel, id));

		next[id] = first[bucket_of(name)];
		first[bucket_of(name)] = id;
	}
}

static bool is_candidate(const struct btf_type *local, const char *name, unsigned int id)
{
	const struct btf_type *type = btf__type_by_id(kernel, id);
	const char *other = name_of(kernel, type);
	size_t size = bpf_core_essential_name_len(name);

	return (btf_kind(type) == btf_kind(local) ||
		(btf_is_any_enum(type) && btf_is_any_enum(local))) &&
	       bpf_core_essential_name_len(other) == size && strncmp(name, other, size) == 0;
}

static void find_candidates(const struct btf_type *local, const char *name,
			    struct bpf_core_cand_list *list)
{
	list->len = 0;
	for (unsigned int id = first[bucket_of(name)]; *name && id; id = next[id]) {
		if (is_candidate(local, name, id) && list->len < CANDIDATES_MAX)
			list->cands[list->len++] = (struct bpf_core_cand){ kernel, id };
	}
}

static void print_relocation(const struct btf *btf, const struct bpf_core_relo *relocation,
			     const struct bpf_insn *insn)
{
	static struct bpf_core_cand candidates[CANDIDATES_MAX];
	static struct bpf_core_spec specs[3];
	struct bpf_core_cand_list list = { .cands = candidates };
	const struct btf_type *local = btf__type_by_id(btf, relocation->type_id);
	struct bpf_core_relo_res result;
	struct bpf_insn patched[2] = { insn[0], insn[1] };

	if (relocation->kind != BPF_CORE_TYPE_ID_LOCAL)
		find_candidates(local, name_of(btf, local), &list);
	if (bpf_core_calc_relo_insn("", relocation, 0, btf, &list, specs, &result) ||
	    bpf_core_patch_insn("", patched, 0, relocation, 0, &result))
		printf("error\n");
	else if (patched[0].code == (BPF_JMP | BPF_CALL) && patched[0].imm == POISON)
		printf("poison\n");
	else
		printf("%llu\n", (unsigned long long)result.new_val);
}

// The bytes of a section, with room for an instruction behind them.
static char *find_section(Elf *elf, const char *wanted)
{
	size_t names;
	Elf_Scn *section = NULL;

	elf_getshdrstrndx(elf, &names);
	while ((section = elf_nextscn(elf, section))) {
		GElf_Shdr header;
		const char *name;
		Elf_Data *data = elf_rawdata(section, NULL);
		char *copy;

		gelf_getshdr(section, &header);
		name = elf_strptr(elf, names, header.sh_name);
		if (!name || strcmp(name, wanted) != 0)
			continue;
		copy = calloc(1, data->d_size + 16);
		memcpy(copy, data->d_buf, data->d_size);
		return copy;
	}
	return NULL;
}

static void print_object(const char *path, Elf *elf, const struct btf *btf,
			 const struct btf_ext *ext)
{
	unsigned int size;
	const char *data = btf_ext__raw_data(ext, &size);
	const unsigned int *header = (const unsigned int *)data, *word, *end;

	if (header[1] < 32 || header[7] == 0)
		return;
	word = (const unsigned int *)(data + header[1] + header[6]);
	end = word + header[7] / 4;
	size = *word++ / 4;
	while (word < end) {
		const char *section = btf__name_by_offset(btf, word[0]);
		char *code = find_section(elf, section);
		unsigned int count = word[1];

		for (word += 2; count; count--, word += size) {
			const struct bpf_core_relo *relocation = (const void *)word;

			printf("%s %s+0x%x kind %u type %u: ", path, section, relocation->insn_off,
			       relocation->kind, relocation->type_id);
			print_relocation(btf, relocation,
					 (const void *)(code + relocation->insn_off));
		}
		free(code);
	}
}

int main(int argc, char **argv)
{
	if (argc < 3)
		return 2;
	libbpf_set_print(silent);
	elf_version(EV_CURRENT);
	kernel = btf__parse(argv[1], NULL);
	if (!kernel)
		return 2;
	make_index();
	for (int i = 2; i < argc; i++) {
		struct btf_ext *ext = NULL;
		struct btf *btf = btf__parse_elf(argv[i], &ext);
		FILE *file = fopen(argv[i], "r");
		Elf *elf = file ? elf_begin(fileno(file), ELF_C_READ, NULL) : NULL;

		if (btf && ext && elf)
			print_object(argv[i], elf, btf, ext);
		elf_end(elf);
		if (file)
			fclose(file);
		btf_ext__free(ext);
		btf__free(btf);
	}
	return 0;
}
