# SPDX-License-Identifier: BSD-2-Clause
"""Building what is measured, and measuring it."""
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = pathlib.Path(os.environ.get("BUILD", ROOT / "build" / "bench"))

# The C library has a memcpy() for each kind of CPU. The plainest everywhere makes counts comparable
# (and `rep movsb`, which valgrind counts by the byte, does not hide the rest).
PLAIN_CPU = ("glibc.cpu.hwcaps=-AVX2,-AVX512VL,-AVX_Fast_Unaligned_Load,-BMI2,-ERMS,-FSRM,"
             "-SSE4_2,-SSSE3")


def say(*words):
    print(*words, file=sys.stderr, flush=True)


def output_of(*command, **options):
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE, **options).stdout


def build_bpfld():
    """Our linker in a Release build."""
    for command in (("cmake", "-S", ROOT, "-B", BUILD, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release",
                     "-DBUILD_TESTING=OFF"), ("ninja", "-C", BUILD)):
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return BUILD / "bpfld"


def instructions(command, folder):
    done = subprocess.run(("valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
                           *command), cwd=folder, check=True, text=True, stderr=subprocess.PIPE,
                          env={**os.environ, "GLIBC_TUNABLES": PLAIN_CPU})
    return int(re.search(r"Collected : (\d+)", done.stderr).group(1))
