/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check_exact [-n ORDERS] [-l] FILE...: deduplicates the BTF of the files together and holds the
 * outcome to support/exact.h. FILE is an object, or BTF alone as /sys/kernel/btf/vmlinux is.
 * -l: the first is a link of the others.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/btf.h>

#include "exact.h"

static struct str read_file(struct arena *arena, const char *path)
{
	bool big_endian = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
	struct btf *btf = btf__parse(path, NULL);
	struct str section = { 0 };
	uint32_t size;

	if (!btf || btf__set_endianness(btf, big_endian ? BTF_BIG_ENDIAN : BTF_LITTLE_ENDIAN)) {
		fprintf(stderr, "check_exact: %s has no BTF\n", path);
		exit(2);
	}
	section.data = btf__raw_data(btf, &size);
	section.data = arena_strndup(arena, section.data, size);
	section.size = size;
	btf__free(btf);
	return section;
}

int main(int argc, char **argv)
{
	struct exact exact = { .orders = 3, .libbpf = true };
	struct str *sections;
	struct arena arena;

	for (int option; (option = getopt(argc, argv, "ln:")) != -1;) {
		if (option == 'n')
			exact.orders = (uint32_t)strtoul(optarg, NULL, 10);
		else if (option == 'l')
			exact.first_is_link = true;
		else
			return 2;
	}
	arena_init(&arena, SIZE_MAX);
	exact.count = (uint32_t)(argc - optind);
	sections = arena_new_array(&arena, struct str, exact.count);
	for (uint32_t i = 0; i < exact.count; i++)
		sections[i] = read_file(&arena, argv[optind + (int)i]);
	exact.sections = sections;
	exact_check(&exact);
	printf("%u files, %u types: %u left in each of %u orders", exact.count, exact.types,
	       exact.left, exact.orders);
	if (exact.libbpf_least != UINT32_MAX)
		printf("; by libbpf %u to %u", exact.libbpf_least, exact.libbpf_most);
	if (exact.libbpf_joined)
		printf("; by libbpf down to %u, joining partial types, in %u orders",
		       exact.libbpf_joined_least, exact.libbpf_joined);
	if (exact.libbpf_wrong || exact.libbpf_refused)
		printf("; libbpf wrong in %u, fails in %u", exact.libbpf_wrong,
		       exact.libbpf_refused);
	printf("\n");
	if (*exact.text)
		printf("wrong: %s\n", exact.text);
	arena_deinit(&arena);
	return *exact.text != 0;
}
