/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Externs that are functions of other names (--bind).
 *
 * A dispatcher calls prog0 and prog1. The filters were written by different people and are all
 * called xdp_main, in a section that makes them entry programs. --bind prog0=a.o:xdp_main makes the
 * one of a.o a function of .text that is called prog0. Its own name means nothing any more.
 *
 * Objects whose functions are bound were not written for each other. Where several define a name,
 * strongly, each has its own: functions and variables become local, maps and programs, which
 * loaders find by name, get another one.
 */
#ifndef BPFLD_BINDINGS_H
#define BPFLD_BINDINGS_H

#include "model.h"

/**
 * Do what linker->options->bindings say. Needs the mentions of all globals, and atoms; globals have
 * no definition yet. Gives linker->bindings; functions that were programs are in .text.
 */
void bind_externs(struct linker *linker);

#endif
