/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include "loaders.h"

static const struct {
	const char *text;
	enum loader loader;
	uint32_t version;
	const char *shown;
} taken[] = {
	{ "aya:0.13.1", LOADER_AYA, LOADER_VERSION(0, 13, 1), "0.13.1" },
	{ "bpftool:7", LOADER_BPFTOOL, LOADER_VERSION(7, 0, 0), "7.0" },
	{ "tc:6.1", LOADER_IPROUTE2, LOADER_VERSION(6, 1, 0), "6.1" },
	{ "bpftool-skeleton:7.1", LOADER_BPFTOOL, LOADER_VERSION(7, 1, 0), "7.1" },
	{ "libbpf:1.7", LOADER_LIBBPF, LOADER_VERSION(1, 7, 0), "1.7" },
	{ "libbpf:1023.1023.1023", LOADER_LIBBPF, LOADER_VERSION(1023, 1023, 1023),
	  "1023.1023.1023" },
};

static const struct {
	const char *text;
	const char *wrong;
} refused[] = {
	{ "", "the loaders are" },
	{ ":1.0", "the loaders are" },
	{ "libbfp", "did you mean 'libbpf'?" },
	{ "libbpf:", "a version is" },
	{ "libbpf:1.", "a version is" },
	{ "libbpf:.1", "a version is" },
	{ "libbpf:1.2.3.4", "a version is" },
	{ "libbpf:1.2.", "a version is" },
	{ "libbpf:1024", "a version is" },
	{ "libbpf:99999999999999999999", "a version is" },
	{ "libbpf:1 ", "a version is" },
	{ "libbpf:-1", "a version is" },
};

Test(loaders, versions)
{
	struct loader_version version;
	struct arena arena;

	arena_init(&arena, SIZE_MAX);
	for (size_t i = 0; i < sizeof(taken) / sizeof(*taken); i++) {
		const char *wrong = loader_parse(taken[i].text, &version, &arena);

		cr_assert_null(wrong, "%s: %s", taken[i].text, wrong);
		cr_expect_eq(version.loader, taken[i].loader, "%s", taken[i].text);
		cr_expect_eq(version.version, taken[i].version, "%s", taken[i].text);
		cr_expect_str_eq(loader_version_text(version.version, &arena), taken[i].shown);
	}
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
		const char *wrong = loader_parse(refused[i].text, &version, &arena);

		cr_expect(wrong && strstr(wrong, refused[i].wrong), "%s: %s", refused[i].text,
			  wrong ? wrong : "taken");
	}
	arena_deinit(&arena);
}

Test(loaders, newest_is_later_than_all)
{
	struct loader_version version;
	struct arena arena;

	arena_init(&arena, SIZE_MAX);
	for (int i = 0; i < LOADER_COUNT; i++) {
		cr_expect_null(loader_parse(loader_name((enum loader)i), &version, &arena));
		cr_expect_eq(version.loader, i);
		cr_expect_gt(version.version, LOADER_VERSION(1023, 1023, 1023));
	}
	arena_deinit(&arena);
}
