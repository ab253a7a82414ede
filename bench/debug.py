# SPDX-License-Identifier: BSD-2-Clause
"""
What debug information costs: links of S-100, whose objects have it from the compiler, without it,
with --keep-debug and with --debug-file.
"""
import pathlib
import tempfile

import corpora
from measure import Linker, build_bpfld, callgrind, measure

CORPUS = "S", 100
OPTIONS = {"left out": (), "--keep-debug": ("--keep-debug",),
           "--debug-file": ("--debug-file=/dev/null",)}


def show():
    path = build_bpfld()
    corpus = corpora.make(*CORPUS)
    linkers = {name: Linker(name, (path, "-w", *options, "-o"))
               for name, options in OPTIONS.items()}
    with tempfile.TemporaryDirectory() as folder:
        results = measure(linkers, corpus, lambda output: output.stat().st_size,
                          pathlib.Path(folder))
    plain = results["left out"]
    for name, result in results.items():
        instructions = callgrind(linkers[name], corpus)
        print(f"| {name} | {instructions / 1e6:.0f} | {result.seconds * 1000:.0f} "
              f"| {result.seconds / plain.seconds:.2f} x | {result.memory / 2**20:.1f} "
              f"| {result.types / 1e6:.2f} |")
