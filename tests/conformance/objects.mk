# SPDX-License-Identifier: BSD-2-Clause
#
# make -k -f objects.mk DIR=... NAMES="...": compile BPF programs of the kernel's selftests and of
# tools/sched_ext as their own Makefiles do, by several compilers, into DIR/objects/VARIANT/NAME.o.
# What a compiler does not take is left out, with what it said in NAME.log.

VARIANTS := clang22-v3 clang22-v4 clang14-v3
compiler-clang22 := clang-22
compiler-clang14 := clang-14

machine := $(shell uname -m)
arch := $(or $(patsubst x86_64,x86,$(filter x86_64,$(machine))),$\
             $(patsubst aarch64,arm64,$(filter aarch64,$(machine))),$(machine))
flags := -g -O2 --target=bpf -mlittle-endian -std=gnu11 -fno-strict-aliasing -w \
         -D__TARGET_ARCH_$(arch) -DENABLE_ATOMICS_TESTS -DBPF_NO_KFUNC_PROTOTYPES \
         -I$(DIR) -I$(DIR)/libbpf/include
# The headers of the machine's libc, for those programs that include them.
system := -idirafter /usr/include/$(machine)-linux-gnu -idirafter /usr/include
sched_ext := $(DIR)/linux/tools/sched_ext

all: $(foreach variant,$(VARIANTS),$(NAMES:%=$(DIR)/objects/$(variant)/%.o))

# $(call compile,VARIANT,FLAGS)
compile = $(compiler-$(firstword $(subst -, ,$1))) -mcpu=$(lastword $(subst -, ,$1)) $(flags) $2 \
          $(system) -c $< -o $@ 2>$(@:.o=.log) || rm -f $@

define rules
$(DIR)/objects/$1/%.o: $(DIR)/bpf/progs/%.c | $(DIR)/objects/$1
	@$$(call compile,$1,-I$(DIR)/bpf -I$(DIR)/uapi)

$(DIR)/objects/$1/%.bpf.o: $(sched_ext)/%.bpf.c | $(DIR)/objects/$1
	@$$(call compile,$1,-I$(sched_ext)/include -I$(sched_ext)/include/bpf-compat \
	                    -I$(DIR)/uapi -I$(DIR)/linux/tools/include)

$(DIR)/objects/$1:
	@mkdir -p $$@
endef
$(foreach variant,$(VARIANTS),$(eval $(call rules,$(variant))))
