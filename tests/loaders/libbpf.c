/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Load an object through libbpf, run its programs in the order given, and print what they return:
 *
 *	libbpf OBJECT PROGRAM...
 *
 * With SKELETON defined as the header that bpftool made of the object, through that instead.
 */
#include <stdio.h>

#include <bpf/libbpf.h>

#include "../support/loader.h"

static int run_programs(const struct bpf_object *object, char **programs)
{
	for (; *programs; programs++) {
		int returned;

		if (!loader_run(object, *programs, &returned)) {
			fprintf(stderr, "%s does not run\n", *programs);
			return 1;
		}
		printf("%s %d\n", *programs, returned);
	}
	return 0;
}

#ifdef SKELETON
#include SKELETON

static int run(const char *path, char **programs)
{
	struct linked *skeleton = linked__open_and_load();
	int status = skeleton ? run_programs(skeleton->obj, programs) : 1;

	(void)path;
	linked__destroy(skeleton);
	return status;
}
#else
static int run(const char *path, char **programs)
{
	struct bpf_object *object = loader_open(path);
	int status = !object || bpf_object__load(object) ? 1 : run_programs(object, programs);

	if (status)
		fprintf(stderr, "%s", loader_log());
	bpf_object__close(object);
	return status;
}
#endif

int main(int argc, char **argv)
{
	return argc < 2 ? 2 : run(argv[1], argv + 2);
}
