/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Read an object into a struct subject and let every check see it.
 */
#include "check.h"

#include <stdlib.h>
#include <string.h>

#include "subject.h"

typedef void look_fn(const struct subject *subject);

// What @look reports of an object.
static char *look_at(const void *image, size_t size, unsigned int flags, look_fn *look)
{
	struct subject subject = { .flags = flags };
	char *text = NULL;
	size_t text_size;

	subject.report = open_memstream(&text, &text_size);
	if (subject_init(&subject, image, size))
		look(&subject);
	subject_deinit(&subject);
	fclose(subject.report);
	return text;
}

static char *look_at_file(const char *path, unsigned int flags, look_fn *look)
{
	FILE *file = fopen(path, "rb");
	char *image = NULL, *text = NULL;
	long size = -1;

	if (file && !fseek(file, 0, SEEK_END) && (size = ftell(file)) >= 0) {
		rewind(file);
		image = malloc((size_t)size + 1);
		if (fread(image, 1, (size_t)size, file) == (size_t)size)
			text = look_at(image, (size_t)size, flags, look);
	}
	if (file)
		fclose(file);
	free(image);
	return text ? text : strdup("cannot be read\n");
}

static void check_all(const struct subject *subject)
{
	check_elf(subject);
	check_code(subject);
	check_btf(subject);
	check_btf_ext(subject);
}

char *check_object(const void *image, size_t size, unsigned int flags)
{
	return look_at(image, size, flags, check_all);
}

char *check_object_file(const char *path, unsigned int flags)
{
	return look_at_file(path, flags, check_all);
}

char *list_references(const char *path)
{
	return look_at_file(path, 0, print_references);
}
