# SPDX-License-Identifier: BSD-2-Clause
"""
Is one linker cheaper than another? For each corpus the instructions of both, which do not depend on
what else the machine does, and their CPU time, the least of runs in turns.
"""
import pathlib
import tempfile

import corpora
from measure import Linker, build_bpfld, callgrind, run_once

CORPORA = ("S-2", "S-100", "S-1000", "BX-32")
PAIRS = 15


def least_seconds(linkers, corpus):
    folder, names = corpus
    found = [[] for _ in linkers]
    with tempfile.TemporaryDirectory(dir="/dev/shm") as outputs:
        for _ in range(PAIRS):
            for linker, runs in zip(linkers, found):
                runs.append(run_once(linker.link(outputs + "/out", names), folder)[0])
    return [min(runs) for runs in found]


def compare(other, wanted):
    """Print a row for each corpus: of @other, and of this tree."""
    linkers = [Linker("other", (pathlib.Path(other).resolve(), "-o")),
               Linker("bpfld", (build_bpfld(), "-o"))]
    for name in wanted or CORPORA:
        kind, count = name.rsplit("-", 1)
        corpus = corpora.make(kind, int(count))
        before, now = [callgrind(linker, corpus) for linker in linkers]
        slow, fast = least_seconds(linkers, corpus)
        print(f"{name:7} {before / 1e6:9.2f} to {now / 1e6:9.2f} million instructions, "
              f"{now / before - 1:+6.1%}; {slow * 1e3:8.2f} to {fast * 1e3:8.2f} ms, "
              f"{fast / slow - 1:+6.1%}", flush=True)
