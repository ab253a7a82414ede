/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The order of maps in .maps.
 */
#ifndef BPFLD_MAP_ORDER_H
#define BPFLD_MAP_ORDER_H

#include "model.h"

/**
 * Order the atoms of @maps, the section .maps, so that inner maps come before the maps that hold
 * them.
 */
void order_maps(struct linker *linker, struct output_section *maps);

#endif
