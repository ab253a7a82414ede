/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libbpf's linker, done by bpfld: the functions of that name in <bpf/libbpf.h>, for programs that
 * call them (libbpf-cargo, the schedulers of scx, generators). Such a program is linked with
 * libbpfld-linker before libbpf, or runs with it in LD_PRELOAD, and is not changed.
 *
 * As in libbpf, a linker is used by one thread at a time, functions that return int return 0 or a
 * negative error number, those that return a pointer NULL with errno set, and messages go to what
 * libbpf_set_print() was given (to standard error, where there is no libbpf). `opts` are NULL, or
 * begin with their size, and have nothing behind it that is not zero.
 *
 * Unlike libbpf's, a linker reads its inputs when they are added, and looks at them when it
 * finalizes, all at once: what is wrong with them is an error of bpf_linker__finalize(). Until that
 * succeeds, an old file of the output's name is as it was, and inputs may be added.
 *
 * Source: <bpf/libbpf.h>, and libbpf.map for the versions of the symbols. It is declared here anew,
 * because neither the linker nor its library wants libbpf to be built.
 */
#ifndef BPFLD_BPF_LINKER_H
#define BPFLD_BPF_LINKER_H

#include <stdarg.h>
#include <stddef.h>

#define LINKER_API __attribute__((visibility("default")))

struct bpf_linker;
struct bpf_linker_opts;
struct bpf_linker_file_opts;

/** A linker that writes its output to the file @filename, whose folder exists. */
LINKER_API struct bpf_linker *bpf_linker__new(const char *filename, struct bpf_linker_opts *opts);

/** A linker that writes it to @fd, from where that stands on; it stays open. */
LINKER_API struct bpf_linker *bpf_linker__new_fd(int fd, struct bpf_linker_opts *opts);

/** Add an object, or an archive. The file may change afterwards. */
LINKER_API int bpf_linker__add_file(struct bpf_linker *linker, const char *filename,
				    const struct bpf_linker_file_opts *opts);

/** Add the regular file that is open as @fd, from its start. It stays open. */
LINKER_API int bpf_linker__add_fd(struct bpf_linker *linker, int fd,
				  const struct bpf_linker_file_opts *opts);

/** Add @size bytes at @buffer, which are copied. */
LINKER_API int bpf_linker__add_buf(struct bpf_linker *linker, void *buffer, size_t size,
				   const struct bpf_linker_file_opts *opts);

/**
 * Link, and write the output.
 *
 * @return 0; -ENOMEM; -EIO when the output cannot be written; -EINVAL when the inputs cannot be
 *	   linked, or when they were linked before
 */
LINKER_API int bpf_linker__finalize(struct bpf_linker *linker);

/** Free a linker, or NULL. */
LINKER_API void bpf_linker__free(struct bpf_linker *linker);

typedef int libbpf_print_function(int level, const char *format, va_list arguments);

/**
 * libbpf's, where the program has it: let libbpf print by @function, by nothing for NULL. Returns
 * what did so before.
 */
libbpf_print_function *libbpf_set_print(libbpf_print_function *function) __attribute__((weak));

#endif
