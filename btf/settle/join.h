/* SPDX-License-Identifier: BSD-2-Clause */
/* Classes that differ only in what one declares and the other defines. */
#ifndef BPFLD_BTF_JOIN_H
#define BPFLD_BTF_JOIN_H

#include "settling.h"

/**
 * Let classes that do not contradict each other be substituted by what both say.
 *
 * @return whether any were: classes must be found again then
 */
bool join_classes(struct settling *settling);

#endif
