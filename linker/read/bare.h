/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bare objects: objects without BTF (assembly, or compiled without -g), linked with objects that
 * have it.
 */
#ifndef BPFLD_BARE_H
#define BPFLD_BARE_H

#include "model.h"

/**
 * Give each bare object a BTF that describes its functions, when any input has BTF. Needs symbols;
 * sets object->btf and ext.
 */
void describe_bare_objects(struct linker *linker);

#endif
