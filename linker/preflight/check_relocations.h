/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * CO-RE relocations of the output on one kernel.
 */
#ifndef BPFLD_CHECK_RELOCATIONS_H
#define BPFLD_CHECK_RELOCATIONS_H

#include "preflight.h"
#include "reach.h"

/**
 * What becomes of each relocation on @kernel.
 *
 * @param results  by relocation
 * @return whether code may be reached that the kernel refuses
 */
bool relocations_resolve(const struct preflight *preflight, struct kernel *kernel,
			 struct core_result *results);

/**
 * Add problems for those that do not become a value.
 *
 * @param ends  as reach_run() gives them; NULL: no program gets to such an instruction
 */
void relocations_answer(struct preflight *preflight, size_t kernel,
			const struct core_result *results, const struct reach *reach,
			const struct reached_insn *ends);

#endif
