/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * link_objects OUTPUT INPUT...: as libbpf-cargo and the builds of scx do it, by libbpf alone. The
 * program knows nothing of bpfld.
 */
#include <bpf/libbpf.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
	struct bpf_linker *linker = argc > 2 ? bpf_linker__new(argv[1], NULL) : NULL;
	int error = 0;

	if (!linker) {
		perror("bpf_linker__new");
		return 1;
	}
	for (int i = 2; i < argc && !error; i++) {
		LIBBPF_OPTS(bpf_linker_file_opts, options);

		error = bpf_linker__add_file(linker, argv[i], &options);
	}
	if (!error)
		error = bpf_linker__finalize(linker);
	if (error)
		fprintf(stderr, "failed to link: %s\n", strerror(-error));
	bpf_linker__free(linker);
	return error ? 1 : 0;
}
