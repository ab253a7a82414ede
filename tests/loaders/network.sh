# SPDX-License-Identifier: BSD-2-Clause
#
# A pair of network devices, `near` and `far`, in a network namespace that ends with the script, and
# a bpffs and a /run that nobody else sees. Sourced by scripts that attach programs to `near`.

. "${0%/*}/namespaces.sh"
inside --net --mount -- "$@"

# Say what is missing and have the test skipped.
need()
{
	for tool; do
		command -v "$tool" >/dev/null || { echo "$tool is not installed" >&2; exit 77; }
	done
}

network_up()
{
	mount -t bpf bpf /sys/fs/bpf
	# xdp-loader has a lock there, for the devices of the machine.
	mount -t tmpfs tmpfs /run
	ip link add near type veth peer name far
	ip address add 10.0.0.1/24 dev far
	ip link set near up
	ip link set far up
	ip neighbour add 10.0.0.2 lladdr 02:00:00:00:00:02 dev far
}

# count PROGRAM_ID KEY: the element of the program's map `packets`; nothing when it has none.
count()
{
	maps=$("$BPFTOOL" prog show id "$1" | sed -n 's/.*map_ids \([0-9,]*\).*/\1/p' | tr , ' ')
	for map in $maps; do
		"$BPFTOOL" map show id "$map" | grep -q 'name packets' || continue
		"$BPFTOOL" map lookup id "$map" key "$2" 0 0 0 | sed -n 's/.*"value": \([0-9]*\).*/\1/p'
	done
}

# report PROGRAM PROGRAM_ID KEY: print whether an attached program counts what arrives.
report()
{
	[ -n "$2" ] || { echo "$1 is not attached" >&2; exit 1; }
	before=$(count "$2" "$3")
	echo >/dev/udp/10.0.0.2/9
	after=$(count "$2" "$3")
	if [ -z "$before" ]; then
		echo "$1 attached"
	elif [ "$after" -gt "$before" ]; then
		echo "$1 counted"
	else
		echo "$1 counted nothing"
	fi
}

# The XDP program on `near`.
xdp_id()
{
	ip -oneline link show near | sed -n 's/.*prog\/xdp id \([0-9]*\).*/\1/p'
}
