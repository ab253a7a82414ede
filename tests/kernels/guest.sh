# SPDX-License-Identifier: BSD-2-Clause
# What scripts/kernels and scripts/newest share: a guest is made, and started.

skip() {
	echo "SKIP $(basename "$0"): $*" >&2
	exit 77
}

# The program of the guest, linked with all that it needs.
build_guest() {
	local compiler=$1 output=$2
	shift 2
	"$compiler" -O2 -static -Itests "$@" tests/kernels/guest.c tests/kernels/attach.c \
		tests/support/loader.c -lbpf -lelf -lz -o "$output"
}

# pack FOLDER: an archive of files that the kernel starts from.
pack() {
	(cd "$1" && find . | cpio -o -H newc --quiet | gzip -1) >"$1.gz"
}

# fill FOLDER BUSYBOX OBJECTS CONFIG: what a guest has, beside its program.
fill() {
	local root=$1
	mkdir -p "$root"/{bin,boot,dev,proc,run,sys,tmp,cases}
	cp "$2" "$root/bin/busybox"
	ln -sf busybox "$root/bin/sh"
	cp tests/kernels/init "$root/init"
	chmod +x "$root/init"
	cp -r "$3/." "$root/cases"
	cp "$4" "$root/boot/" # libbpf reads it for __kconfig
	echo '/bin/guest /cases/*' >"$root/commands"
}

# libxdp has a dispatcher of its own, a BPF object too, that calls the programs that it attaches.
fill_xdp_loader() {
	local root=$1 library
	command -v xdp-loader >/dev/null || return 0
	mkdir -p "$root/usr/lib/x86_64-linux-gnu/bpf"
	cp "$(command -v xdp-loader)" "$root/bin/"
	cp /usr/lib/x86_64-linux-gnu/bpf/xdp-dispatcher.o "$root/usr/lib/x86_64-linux-gnu/bpf/"
	ldd "$(command -v xdp-loader)" | grep -o '/[^ ]*' | while read -r library; do
		mkdir -p "$root$(dirname "$library")"
		cp -L "$library" "$root$library"
	done
	cat >>"$root/commands" <<'RUN'
busybox ip link set lo up
for folder in /cases/attach-*; do
	if ! xdp-loader load -m skb lo $folder/network.o; then
		echo "attach	dispatcher of libxdp	$(busybox basename $folder)	refused	"
	elif ! xdp-loader status lo | busybox grep -q 'xdp_dispatcher'; then
		echo "attach	dispatcher of libxdp	$(busybox basename $folder)	wrong	no dispatcher"
	else
		busybox ping -c 2 127.0.0.1 >/dev/null
		/bin/guest --packets "dispatcher of libxdp" $folder
	fi
	xdp-loader unload lo --all
done
RUN
}

boot_amd64() {
	timeout 900 qemu-system-x86_64 -accel tcg,thread=multi -cpu max -m 2G -nodefaults \
		-display none -serial stdio -monitor none -no-reboot -kernel "$1" -initrd "$2" \
		-append "console=ttyS0 quiet panic=-1 mitigations=off" </dev/null
}

boot_s390x() {
	timeout 900 qemu-system-s390x -accel tcg,thread=multi -cpu max -m 2G -nodefaults \
		-display none -chardev stdio,id=c -device sclpconsole,chardev=c -monitor none \
		-no-reboot -kernel "$1" -initrd "$2" -append "quiet panic=-1" </dev/null
}
