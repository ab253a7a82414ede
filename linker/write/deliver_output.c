/* SPDX-License-Identifier: BSD-2-Clause */
/* The last pass, because nothing that is delivered can be taken back. */
#include <errno.h>
#include <string.h>

#include "output.h"
#include "passes.h"

static void write_to_descriptor(struct linker *linker, int fd)
{
	if (!write_all(fd, &linker->image))
		diag_error(linker->diag, ERROR_CANNOT_WRITE,
			   place_in(arena_format(linker->arena, "<fd %d>", fd), NULL),
			   "cannot write: %s", strerror(errno));
}

/*
 * Needs: linker->image. Gives: the output, or an error and nothing changed. (Output to memory is
 * the caller's: link.c copies the image.)
 */
void deliver_output(struct linker *linker)
{
	const struct bpfld_output *output = &linker->options->output;

	switch (output->kind) {
	case BPFLD_OUTPUT_PATH:
		write_file(linker, output->path, &linker->image, 0666);
		break;
	case BPFLD_OUTPUT_FD:
		write_to_descriptor(linker, output->fd);
		break;
	case BPFLD_OUTPUT_MEMORY:
	case BPFLD_OUTPUT_NONE:
		break;
	}
}
