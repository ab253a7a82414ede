/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The words of bpftool: "bpfld gen object OUT IN..." is "bpfld -o OUT IN...", so that BPFTOOL=bpfld
 * works in a build.
 *
 * bpftool takes every beginning of a word for the word, the first that fits where several do: "g o"
 * is "gen object". Its own options may be anywhere. A command line with -o is never bpftool's, and
 * without one it would be an error: files may be called "gen" and "object".
 *
 * Source: bpftool(8), bpftool-gen(8), and what bpftool does.
 */
#ifndef BPFLD_BPFTOOL_WORDS_H
#define BPFLD_BPFTOOL_WORDS_H

#include "options.h"
#include "response.h"

/**
 * If @arguments are bpftool's and ask for a link, replace them by those that bpfld has for it, in
 * @arena; what they asked for else, or an error that was reported to @diag, is in the result. They
 * are left alone, and the result is COMMAND_LINK, if they are bpfld's own.
 */
enum command translate_bpftool(struct arguments *arguments, struct arena *arena, struct diag *diag);

#endif
