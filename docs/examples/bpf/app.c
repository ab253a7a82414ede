/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The program's other half: it loads what was linked, by its skeleton, and runs it for two packets,
 * of which it lets one pass. Loading needs root; others see that it opens.
 */
#include <bpf/bpf.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <unistd.h>

#include "app.skel.h"

static const char *run(struct app *app)
{
	char packet[64] = { 0 };
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = packet, .data_size_in = sizeof(packet),
		    .repeat = 1);

	if (bpf_prog_test_run_opts(bpf_program__fd(app->progs.filter), &options))
		return "failed";
	return options.retval == XDP_PASS ? "passed" : "dropped";
}

int main(void)
{
	struct app *app = app__open();

	if (!app)
		return 1;
	if (geteuid() != 0) {
		printf("opened\n");
	} else if (app__load(app)) {
		app__destroy(app);
		return 1;
	} else {
		printf("%s, ", run(app));
		printf("%s\n", run(app));
	}
	app__destroy(app);
	return 0;
}
