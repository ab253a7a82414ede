/* SPDX-License-Identifier: BSD-2-Clause */
/* BTF that is too large for every kernel. */
#include <inttypes.h>

#include "passes.h"

/*
 * Needs: linker->btf. Gives: warnings.
 *
 * Source: BTF_MAX_SIZE and BTF_MAX_TYPE of Linux, kernel/bpf/btf.c.
 */
void check_kernel_limits(struct linker *linker)
{
	const size_t size_max = 16 << 20;
	const uint32_t types_max = 0xfffff;
	uint32_t types = linker->encoder ? btf_encoder_type_count(linker->encoder) : 0;

	if (linker->btf.size > size_max)
		diag_warning(linker->diag, WARN_KERNEL_LIMITS, place_in(NULL, ".BTF"),
			     "%zu bytes, of which the kernel takes %zu; "
			     "--gc-sections leaves out what nothing needs",
			     linker->btf.size, size_max);
	if (types > types_max)
		diag_warning(linker->diag, WARN_KERNEL_LIMITS, place_in(NULL, ".BTF"),
			     "%" PRIu32 " types, of which the kernel takes %" PRIu32
			     "; --gc-sections leaves out what nothing needs",
			     types, types_max);
}
