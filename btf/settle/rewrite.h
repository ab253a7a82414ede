/* SPDX-License-Identifier: BSD-2-Clause */
/* The settled graph. */
#ifndef BPFLD_BTF_REWRITE_H
#define BPFLD_BTF_REWRITE_H

#include "settling.h"

/** Write a graph with one node a type, and give it to the units. */
void rewrite_graph(struct settling *settling);

#endif
