/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The debug sections of a linker's output as text, before symbols have numbers.
 */
#ifndef BPFLD_TESTS_DEBUG_PIECES_H
#define BPFLD_TESTS_DEBUG_PIECES_H

#include "world.h"

/**
 * Each section with its bytes, padding as "--", and its relocations: "info 00000000 -- 01, 0:32
 * .debug_str; str ..."; in the world's arena. Needs link_debug().
 */
const char *debug_pieces(struct world *world);

#endif
