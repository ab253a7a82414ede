/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * list_relocations BTF OBJECT...: what the linker says becomes of each CO-RE relocation on the
 * kernel of BTF, a line each. tests/conformance/libbpf_relocations.c prints the same by libbpf's
 * own code.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <libelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file_io.h"
#include "core_values.h"

struct list {
	struct arena *arena;
	struct diag *diag;
	struct kernel kernel;
	const char *object;
	Elf *elf;
	const struct plain_btf *btf;
};

static struct str read_file(struct arena *arena, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct str bytes = { 0 };
	off_t size = lseek(fd, 0, SEEK_END);

	if (fd < 0 || lseek(fd, 0, SEEK_SET) != 0 || !read_all(fd, (size_t)size, arena, &bytes)) {
		perror(path);
		exit(2);
	}
	close(fd);
	return bytes;
}

static struct str find_section(Elf *elf, const char *wanted)
{
	size_t names;
	Elf_Scn *section = NULL;

	elf_getshdrstrndx(elf, &names);
	while ((section = elf_nextscn(elf, section))) {
		const Elf64_Shdr *header = elf64_getshdr(section);
		const char *name = elf_strptr(elf, names, header->sh_name);
		const Elf_Data *data = elf_rawdata(section, NULL);

		if (name && data && strcmp(name, wanted) == 0)
			return (struct str){ data->d_buf, data->d_size };
	}
	return (struct str){ NULL, 0 };
}

static void print_result(const struct core_result *result)
{
	if (result->verdict == CORE_VALUE)
		printf("%" PRIu64 "\n", result->value);
	else
		printf("%s\n", core_is_poison(result->verdict) ? "poison" : "error");
}

static void list_record(struct list *list, const char *section, struct str code,
			const uint32_t *record)
{
	struct core_spec spec;
	struct core_use use = { .big_endian = false };
	struct core_result result = { .verdict = CORE_REFUSED };

	printf("%s %s+0x%" PRIx32 " kind %" PRIu32 " type %" PRIu32 ": ", list->object, section,
	       record[0], record[3], record[1]);
	if (record[0] + 8 <= code.size)
		use.insn = insn_read((const uint8_t *)code.data + record[0], false);
	if (!core_spec_read(&spec, list->btf, (enum bpf_core_relo_kind)record[3], record[1],
			    plain_string(list->btf, record[2])))
		result = core_resolve(&spec, &list->kernel, &use, NULL);
	print_result(&result);
}

static void list_records(struct list *list, struct str ext)
{
	const uint32_t *header = (const uint32_t *)ext.data, *word, *end;
	uint32_t size;

	if (ext.size < 32 || header[1] < 32 || header[7] == 0)
		return;
	word = (const uint32_t *)(ext.data + header[1] + header[6]);
	end = word + header[7] / 4;
	size = *word++ / 4;
	while (word < end) {
		const char *section = plain_string(list->btf, word[0]);
		struct str code = find_section(list->elf, section);
		uint32_t count = word[1];

		for (word += 2; count; count--, word += size)
			list_record(list, section, code, word);
	}
}

static void list_object(struct list *list, const char *path)
{
	struct str image = read_file(list->arena, path), btf, ext;

	list->object = path;
	list->elf = elf_memory((char *)image.data, image.size);
	btf = find_section(list->elf, ".BTF");
	ext = find_section(list->elf, ".BTF.ext");
	if (btf.data && ext.data) {
		list->btf = plain_btf_read(btf.data, btf.size, false, NULL, place_in(path, NULL),
					   list->arena, list->diag);
		if (!list->btf)
			exit(2);
		list_records(list, ext);
	}
	elf_end(list->elf);
}

int main(int argc, char **argv)
{
	struct hash_key key = hash_key_draw();
	struct arena arena;
	struct diag diag;
	struct list list = { .arena = &arena, .diag = &diag };
	struct bpfld_kernel from = { .label = "kernel" };
	struct str types;

	if (argc < 3) {
		fprintf(stderr, "usage: list_relocations BTF OBJECT...\n");
		return 2;
	}
	elf_version(EV_CURRENT);
	arena_init(&arena, SIZE_MAX);
	diag_init(&diag, &arena);
	types = read_file(&arena, argv[1]);
	from.vmlinux = (struct bpfld_kernel_file){ argv[1], types.data, types.size };
	if (!kernel_read(&list.kernel, &from, false, &key, &arena, &diag))
		return 2;
	for (int i = 2; i < argc; i++)
		list_object(&list, argv[i]);
	arena_deinit(&arena);
	return 0;
}
