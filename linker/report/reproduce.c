/* SPDX-License-Identifier: BSD-2-Clause */
/* --reproduce: a link as a tar archive, with its inputs and a response file that repeats it. */
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/paths.h"
#include "elf_records.h"
#include "input.h"
#include "reports.h"
#include "tar.h"

// The folder in the archive: the archive's name without ".tar".
static struct str top_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	struct str name = str_of(slash ? slash + 1 : path);

	if (name.size > 4 && memcmp(name.data + name.size - 4, ".tar", 4) == 0)
		name.size -= 4;
	// Names that lead out of the folder in which the archive is unpacked are not used.
	if (name.size == 0 || str_equal(name, STR("-")) || str_equal(name, STR(".")) ||
	    str_equal(name, STR("..")))
		return STR("reproduce");
	return name;
}

struct reproduction {
	struct linker *linker;
	struct text *tar;
	struct str top;
	struct strings names; // names in the archive so far
};

static void add_file(struct reproduction *reproduction, const char *name, struct str content)
{
	struct arena *arena = reproduction->linker->arena;

	if (strings_has(&reproduction->names, str_of(name)))
		return;
	strings_intern(&reproduction->names, str_of(name));
	tar_add(reproduction->tar,
		arena_format(arena, "%.*s/%s", STR_ARGS(reproduction->top), name), content);
}

static bool is_bpf_object(const struct file *file)
{
	Elf64_Ehdr header;

	if (file->size < sizeof(header))
		return false;
	memcpy(&header, file->data, sizeof(header));
	ehdr_order(&header, header.e_ident[EI_DATA] == ELFDATA2MSB);
	return header.e_type == ET_REL && header.e_machine == EM_BPF;
}

// Whether @file goes into the archive. A thin archive may name any file that the user can read, and
// the user may send this archive to others: of files that an input names only BPF objects are
// packed.
static bool is_packed(const struct file *file)
{
	// A file that could not be read has no data.
	return file->path && file->data && file_is_linkable(file) &&
	       (!file->regular || is_bpf_object(file));
}

// The runtime archive is found in a folder for its byte order.
static const char *packed_name(const struct linker *linker, const struct file *file)
{
	if (file->runtime)
		return linker->big_endian ? "runtime/bpfeb/libbpfrt.a" : "runtime/bpfel/libbpfrt.a";
	return path_below_root(file->path, linker->arena);
}

// Add a list of symbols or the like, which the caller has read. A pipe cannot be read again.
static void add_list(struct reproduction *reproduction, const char *path)
{
	struct linker *linker = reproduction->linker;
	struct place where = place_in(path, NULL);
	struct stat status;
	struct str text;
	size_t size = 0;

	if (stat(path, &status) == 0 && !S_ISREG(status.st_mode))
		diag_note(linker->diag, where, "is no regular file, and not reproduced");
	else if (read_text(path, &size, linker->arena, &text))
		add_file(reproduction, path_below_root(path, linker->arena), text);
	else
		diag_error(linker->diag, ERROR_CANNOT_READ, where, "%s",
			   text_error(errno, linker->arena));
}

void report_reproduction(struct linker *linker, struct text *text)
{
	const struct bpfld_options *options = linker->options;
	struct reproduction reproduction = {
		.linker = linker,
		.tar = text,
		.top = top_folder(options->reports[BPFLD_REPORT_REPRODUCTION]),
	};

	strings_init(&reproduction.names, linker->arena);
	if (options->response)
		add_file(&reproduction, "response.txt", str_of(options->response));
	add_file(&reproduction, "version.txt", STR("bpfld " BPFLD_VERSION "\n"));
	array_each(each, &linker->files) {
		const struct file *file = *each;

		if (is_packed(file))
			add_file(&reproduction, packed_name(linker, file),
				 (struct str){ (const char *)file->data, file->size });
	}
	for (size_t i = 0; i < options->read_files.count; i++)
		add_list(&reproduction, options->read_files.items[i]);
	tar_end(text);
}
