/* SPDX-License-Identifier: BSD-2-Clause */
#include "known_names.h"

bool name_is_known(struct str name)
{
	static const struct {
		struct str name;
		bool prefix; // the name may continue
	} known[] = {
		{ STR("bpf_metadata_"), true },             // bpftool prog show
		{ STR("__bpf_usdt_specs"), false },         // libbpf, for each usdt program
		{ STR("__bpf_usdt_ip_to_spec_id"), false }, // likewise
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (str_starts_with(name, known[i].name) &&
		    (known[i].prefix || name.size == known[i].name.size))
			return true;
	}
	return false;
}
