/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BPFLD_MAP_ORDER_H
#define BPFLD_MAP_ORDER_H

#include "model.h"

/** Put the atoms of .maps into an order in which inner maps come before those that hold them. */
void order_maps(struct linker *linker, struct output_section *maps);

#endif
