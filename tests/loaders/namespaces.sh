# SPDX-License-Identifier: BSD-2-Clause
#
# Sourced by scripts that want namespaces of their own, before they do anything:
#
#	inside --mount -- "$@"
#
# runs the script again with its arguments, in those that unshare(1) is given. Many containers do not
# allow that: there the test is skipped.
inside()
{
	local flags=()

	[ -z "${INSIDE-}" ] || return 0
	for (( ; $#; )); do
		[ "$1" != -- ] || break
		flags+=("$1")
		shift
	done
	shift
	if ! unshare "${flags[@]}" true 2>/dev/null; then
		echo "no namespaces can be made here (unshare ${flags[*]} fails)" >&2
		exit 77
	fi
	INSIDE=1 exec unshare "${flags[@]}" "$0" "$@"
}
