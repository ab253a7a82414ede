/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Inputs that are mapped are read until the end, and a file that changed meanwhile may have given
 * bytes of two versions.
 */
#include <sys/stat.h>

#include "input.h"
#include "passes.h"

/*
 * Needs: everything that reads inputs is done. Gives: an error for each that is not what it was
 * when it was opened.
 */
void check_inputs(struct linker *linker)
{
	array_each(each, &linker->files) {
		const struct file *file = *each;
		struct stat now;

		if (file->mapped &&
		    (file->path ? stat(file->path, &now) : fstat(file->input->fd, &now)) == 0 &&
		    file_is_changed(file, &now))
			file_report_change(linker, file);
	}
}
