/* SPDX-License-Identifier: BSD-2-Clause */
/* BTF of kernels: what is found in it, and what of it is refused. */
#include "kernel_btf.h"

#include <criterion/criterion.h>
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>

#include "btf_raw.h"

struct world {
	struct arena arena;
	struct diag diag;
	struct hash_key key;
};

static void world_begin(struct world *world)
{
	world->key = hash_key_draw();
	arena_init(&world->arena, SIZE_MAX);
	diag_init(&world->diag, &world->arena);
}

static const char *messages(struct world *world)
{
	return world->diag.first ? diag_format(world->diag.first, &world->arena) : "";
}

// 1 int, 2 struct s, 3 ptr to it, 4 enum e, 5 func f, 6 its proto, 7 struct s___old.
static struct btf_raw some_types(struct arena *arena, bool big_endian)
{
	struct btf_raw raw = btf_raw_begin(arena, big_endian);

	btf_raw_int(&raw, "int", 4, BTF_INT_SIGNED);
	btf_raw_struct(&raw, BTF_KIND_STRUCT, "s", 8);
	btf_raw_member(&raw, "next", 3, 0);
	btf_raw_reference(&raw, BTF_KIND_PTR, "", 2);
	btf_raw_enum(&raw, BTF_KIND_ENUM, "e", 4);
	btf_raw_value(&raw, "E", 7);
	btf_raw_func(&raw, "f", BTF_FUNC_GLOBAL, 6);
	btf_raw_proto(&raw, 1);
	btf_raw_struct(&raw, BTF_KIND_STRUCT, "s___old", 4);
	btf_raw_member(&raw, "a", 1, 0);
	return raw;
}

static bool read(struct world *world, struct kernel *kernel, struct str vmlinux,
		 const struct bpfld_kernel_file *modules, size_t count, bool big_endian)
{
	struct bpfld_kernel from = {
		"k",
		{ "vmlinux", vmlinux.data, vmlinux.size },
		modules,
		count,
	};

	return kernel_read(kernel, &from, big_endian, &world->key, &world->arena, &world->diag);
}

Test(kernel_btf, finds_types_by_essential_name)
{
	for (int big_endian = 0; big_endian < 2; big_endian++) {
		struct world world;
		struct btf_raw raw;
		struct kernel kernel;
		const struct kernel_file *file;

		world_begin(&world);
		raw = some_types(&world.arena, big_endian);
		cr_assert(read(&world, &kernel, btf_raw_finish(&raw), NULL, 0, big_endian));
		file = &kernel.files[0];
		cr_expect_eq(kernel_find(file, "s"), 2);
		cr_expect_eq(kernel_find(file, "s___new"), 2);
		cr_expect_eq(kernel_next(file, 2), 7);
		cr_expect_eq(kernel_next(file, 7), 0);
		cr_expect_eq(kernel_find(file, "t"), 0);
		cr_expect_eq(kernel_find(file, "s__old"), 0);
		cr_expect_eq(kernel_find_exact(file, "s___old", BTF_KIND_STRUCT), 7);
		cr_expect_eq(kernel_find_exact(file, "s", BTF_KIND_UNION), 0);
		cr_expect_eq(kernel_find_exact(file, "f", BTF_KIND_FUNC), 5);
		cr_expect_eq(plain_enumerator_value(plain_type(file->btf, 4), 0), 7);
		arena_deinit(&world.arena);
	}
}

Test(kernel_btf, reads_split_btf_of_modules)
{
	struct world world;
	struct btf_raw raw, more;
	struct kernel kernel;
	struct bpfld_kernel_file module = { .name = "module" };
	const struct plain_btf *btf;
	uint32_t strings, size;
	struct str split;

	world_begin(&world);
	raw = some_types(&world.arena, false);
	strings = (uint32_t)raw.strings.count;
	// Ids go on at 8, strings where those of vmlinux end: its own begin with no NUL.
	more = (struct btf_raw){ .arena = &world.arena, .hdr_len = BTF_HEADER_SIZE };
	btf_raw_type(&more, "", btf_make_info(BTF_KIND_STRUCT, 1, false), 16);
	btf_raw_word(&more, btf_raw_string(&raw, "next"));
	btf_raw_word(&more, 3);
	btf_raw_word(&more, 64);
	more.words.items[0] = strings;
	more.strings.count = 0;
	*array_add(&world.arena, &more.strings) = 'm';
	*array_add(&world.arena, &more.strings) = '\0';
	split = btf_raw_finish(&more);
	module.data = split.data;
	module.size = split.size;
	cr_assert(read(&world, &kernel, btf_raw_finish(&raw), &module, 1, false), "%s",
		  messages(&world));
	btf = kernel.files[1].btf;
	cr_expect_eq(kernel_find(&kernel.files[1], "m"), 8);
	cr_expect_eq(kernel_find(&kernel.files[1], "s"), 0);
	cr_expect_str_eq(plain_name(btf, 8), "m");
	cr_expect_str_eq(plain_name(btf, 2), "s");
	cr_expect_str_eq(plain_string(btf, plain_member(plain_type(btf, 8), 0)->name_off), "next");
	cr_assert(plain_size(btf, 8, &size));
	cr_expect_eq(size, 16);
	arena_deinit(&world.arena);
}

// Types that lead in circles, or are larger than numbers tell.
Test(kernel_btf, follows_types_no_further_than_compilers_nest_them)
{
	struct world world;
	struct btf_raw raw;
	struct kernel kernel;
	uint32_t size = 7;

	world_begin(&world);
	raw = btf_raw_begin(&world.arena, false);
	btf_raw_reference(&raw, BTF_KIND_TYPEDEF, "t", 2);
	btf_raw_reference(&raw, BTF_KIND_CONST, "", 1);
	btf_raw_array(&raw, 3, 3, 1);
	btf_raw_int(&raw, "int", 4, 0);
	btf_raw_array(&raw, 4, 4, UINT32_MAX / 4);
	btf_raw_array(&raw, 4, 4, UINT32_MAX / 4 + 1);
	cr_assert(read(&world, &kernel, btf_raw_finish(&raw), NULL, 0, false));
	cr_expect_eq(plain_skip(kernel.files[0].btf, 1), 0);
	cr_expect_not(plain_size(kernel.files[0].btf, 1, &size));
	cr_expect_not(plain_size(kernel.files[0].btf, 3, &size));
	cr_expect(plain_size(kernel.files[0].btf, 5, &size));
	cr_expect_eq(size, UINT32_MAX / 4 * 4);
	cr_expect_not(plain_size(kernel.files[0].btf, 6, &size));
	arena_deinit(&world.arena);
}

// clang-format off
static const struct {
	const char *name;
	size_t offset, bytes;
	uint32_t value;
	const char *message;
} broken[] = {
	{ "magic", 0, 2, 0x1234, "vmlinux:(file+0x0): error: not BTF: magic is 0x1234, not 0xeb9f" },
	{ "of the other byte order", 0, 2, 0x9feb, "vmlinux:(file+0x0): error: BTF has the other byte order than its file" },
	{ "a length of types", 12, 4, 8, "vmlinux:(file+0x18): error: type [1] is cut off by the end of the types" },
	{ "a kind", 24 + 7, 1, 20, "vmlinux:(file+0x18): error: type [1] is of kind 20, the last known is 19" },
	{ "no kind", 24 + 7, 1, 0, "vmlinux:(file+0x18): error: type [1] is of kind 0, the last known is 19" },
	{ "a count of members", 24 + 16 + 4, 2, 100, "vmlinux:(file+0x28): error: type [2] reaches beyond the end of the types" },
	{ "a name", 24, 4, 1000, "vmlinux:(file+0x18): error: type [1] has a name beyond the end of the strings" },
	{ "the name of a member", 24 + 16 + 12, 4, 1000, "vmlinux:(file+0x28): error: type [2] has a name beyond the end of the strings" },
	{ "the type of a member", 24 + 16 + 16, 4, 8, "vmlinux:(file+0x28): error: type [2] refers to a type that is not there" },
	{ "the last type", 24 + 16 + 16, 4, 7, "" },
	{ "a target", 24 + 16 + 24 + 8, 4, 8, "vmlinux:(file+0x40): error: type [3] refers to a type that is not there" },
	{ "strings without an end", 20, 4, 4, "vmlinux:(file+0x0): error: strings do not begin and end with a NUL byte" },
	{ "no strings", 20, 4, 0, "vmlinux:(file+0x0): error: strings do not begin and end with a NUL byte" },
};
// clang-format on

Test(kernel_btf, refuses_what_is_broken)
{
	for (size_t i = 0; i < sizeof(broken) / sizeof(*broken); i++) {
		struct world world;
		struct btf_raw raw;
		struct kernel kernel;
		struct str btf;

		world_begin(&world);
		raw = some_types(&world.arena, false);
		btf = btf_raw_finish(&raw);
		btf_raw_poke(btf, false, broken[i].offset, broken[i].bytes, broken[i].value);
		cr_expect_eq(read(&world, &kernel, btf, NULL, 0, false), !*broken[i].message, "%s",
			     broken[i].name);
		cr_expect_str_eq(messages(&world), broken[i].message, "%s: %s", broken[i].name,
				 messages(&world));
		arena_deinit(&world.arena);
	}
}

// Any file that is cut, or has another byte somewhere, is read or refused.
Test(kernel_btf, never_reads_beyond_the_end)
{
	struct world world;
	struct btf_raw raw;
	struct str btf;

	world_begin(&world);
	raw = some_types(&world.arena, false);
	btf = btf_raw_finish(&raw);
	for (size_t i = 0; i < btf.size * 4; i++) {
		static const uint8_t bytes[] = { 0x00, 0x01, 0x7f, 0xff };
		size_t size = i < btf.size ? i : btf.size;
		char *copy = malloc(size + 1);
		struct kernel kernel;
		uint32_t ignored;

		memcpy(copy, btf.data, size);
		if (i >= btf.size)
			copy[i % btf.size] = (char)bytes[i / btf.size];
		if (read(&world, &kernel, (struct str){ copy, size }, NULL, 0, false)) {
			const struct plain_btf *types = kernel.files[0].btf;

			for (uint32_t id = 0; id < types->end; id++)
				plain_size(types, id, &ignored);
		} else {
			cr_expect(world.diag.error_count, "%zu", i);
		}
		free(copy);
	}
	arena_deinit(&world.arena);
}

// Names that share their bytes would take the square of the file to hash.
Test(kernel_btf, refuses_names_that_overlap)
{
	const size_t count = 4000;
	struct world world;
	struct btf_raw raw;
	struct kernel kernel;

	world_begin(&world);
	raw = btf_raw_begin(&world.arena, false);
	for (size_t i = 0; i < count; i++)
		*array_add(&world.arena, &raw.strings) = 'a';
	*array_add(&world.arena, &raw.strings) = '\0';
	for (size_t i = 0; i < count; i++) {
		btf_raw_fwd(&raw, "", false);
		btf_raw_patch(&raw, 0, (uint32_t)i + 1);
	}
	cr_expect_not(read(&world, &kernel, btf_raw_finish(&raw), NULL, 0, false));
	cr_expect_str_eq(messages(&world),
			 "vmlinux: error: names of types overlap more than any compiler would do");
	arena_deinit(&world.arena);
}

// An ELF file with .BTF, of which a word is changed.
struct image {
	Elf64_Ehdr header;
	char names[16];
	char btf[256];
	Elf64_Shdr sections[3];
};

static void image_init(struct image *image, struct str btf)
{
	memset(image, 0, sizeof(*image));
	memcpy(image->header.e_ident, ELFMAG, SELFMAG);
	image->header.e_ident[EI_CLASS] = ELFCLASS64;
	image->header.e_ident[EI_DATA] = ELFDATA2LSB;
	image->header.e_shoff = offsetof(struct image, sections);
	image->header.e_shentsize = sizeof(Elf64_Shdr);
	image->header.e_shnum = 3;
	image->header.e_shstrndx = 1;
	memcpy(image->names, "\0.BTF\0.names", sizeof("\0.BTF\0.names"));
	memcpy(image->btf, btf.data, btf.size);
	image->sections[1] = (Elf64_Shdr){ .sh_name = 6,
					   .sh_type = SHT_STRTAB,
					   .sh_offset = offsetof(struct image, names),
					   .sh_size = sizeof(image->names) };
	image->sections[2] = (Elf64_Shdr){ .sh_name = 1,
					   .sh_type = SHT_PROGBITS,
					   .sh_offset = offsetof(struct image, btf),
					   .sh_size = btf.size };
}

#define HEADER(field)     offsetof(struct image, header.field)
#define SECTION(n, field) offsetof(struct image, sections[n].field)
#define ELF_ERROR(text)   "vmlinux:(file+0x0): error: " text

// clang-format off
static const struct {
	const char *name;
	size_t offset, bytes;
	uint32_t value;
	const char *message;
} images[] = {
	{ "as it is", 0, 1, 0x7f, "" },
	{ "of 32 bits", HEADER(e_ident[EI_CLASS]), 1, ELFCLASS32,
	  ELF_ERROR("is an ELF file of 32 bits; give its BTF alone (objcopy -O binary --only-section=.BTF)") },
	{ "without section headers", HEADER(e_shentsize), 2, 0, ELF_ERROR("has no section headers, so no .BTF") },
	{ "with headers far away", HEADER(e_shoff), 4, 1 << 20, ELF_ERROR("section headers are beyond the end of the file") },
	{ "with headers at the end", HEADER(e_shnum), 2, 4, ELF_ERROR("section headers are beyond the end of the file") },
	{ "with many headers", HEADER(e_shnum), 2, 60000, ELF_ERROR("has more section headers than room") },
	{ "without names", HEADER(e_shstrndx), 2, 3, ELF_ERROR("has no names of sections") },
	{ "with BTF far away", SECTION(2, sh_offset), 4, 1 << 20, ELF_ERROR("section .BTF is beyond the end of the file") },
	{ "with BTF that has no bytes", SECTION(2, sh_type), 4, SHT_NOBITS, ELF_ERROR("section .BTF is beyond the end of the file") },
	{ "without BTF", SECTION(2, sh_name), 4, 6, ELF_ERROR("has no section .BTF; build the kernel with CONFIG_DEBUG_INFO_BTF") },
	{ "with a name far away", SECTION(2, sh_name), 4, 1 << 20, ELF_ERROR("has no section .BTF; build the kernel with CONFIG_DEBUG_INFO_BTF") },
	{ "with broken BTF", offsetof(struct image, btf), 1, 0, "vmlinux:(.BTF+0x0): error: not BTF: magic is 0xeb00, not 0xeb9f" },
};
// clang-format on

Test(kernel_btf, is_found_in_elf_files)
{
	for (size_t i = 0; i < sizeof(images) / sizeof(*images); i++) {
		struct world world;
		struct btf_raw raw;
		struct image image;
		struct kernel kernel;
		struct str bytes = { (const char *)&image, sizeof(image) };

		world_begin(&world);
		raw = some_types(&world.arena, false);
		image_init(&image, btf_raw_finish(&raw));
		btf_raw_poke(bytes, false, images[i].offset, images[i].bytes, images[i].value);
		cr_expect_eq(read(&world, &kernel, bytes, NULL, 0, false), !*images[i].message,
			     "%s", images[i].name);
		cr_expect_str_eq(messages(&world), images[i].message, "%s: %s", images[i].name,
				 messages(&world));
		arena_deinit(&world.arena);
	}
}
