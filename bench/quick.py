# SPDX-License-Identifier: BSD-2-Clause
"""
Has a link become slower? A test for continuous integration, where time says little.

The instructions of links of corpora that are the same everywhere are compared with those in the
file `instructions`. The objects of fixtures/recorded have debug information: they are linked without
it, and with --keep-debug. Instructions also depend on the compiler and on libraries, much less than by what
is tolerated between releases of one distribution.
"""
import hashlib
import pathlib
import platform
import re
import tempfile

import synthetic
from measure import ROOT, Linker, build_bpfld, callgrind, output_of, say

RECORD = pathlib.Path(__file__).with_name("instructions")
TOLERATED = .10
# Of different programs and compilers.
MIXED = ("-r", "-w", "-z", "muldefs", "--no-type-check")


def recorded():
    objects = sorted(pathlib.Path(ROOT, "fixtures", "recorded").glob("*-clang*-el.o"))
    return [path.read_bytes() for path in objects]


CORPORA = {  # objects, and options
    "S-100": (lambda: synthetic.small_objects(100), ()),
    "B-2": (lambda: synthetic.objects_of_all_types(2), ()),
    "G-1000": (lambda: [synthetic.many_globals(i, 1000) for i in range(2)], ()),
    "recorded": (recorded, MIXED),
    "keep-debug": (recorded, (*MIXED, "--keep-debug")),
}


def environment():
    version = re.compile(r"\d+\.\d+(\.\d+)?")
    return (platform.machine(), "gcc " + output_of("cc", "-dumpfullversion").strip(),
            "glibc " + platform.libc_ver()[1],
            "valgrind " + version.search(output_of("valgrind", "--version")).group())


def count():
    """For each corpus: instructions, and which objects they are of."""
    path = build_bpfld()
    found = {}
    for name, (make, options) in CORPORA.items():
        bpfld = Linker("bpfld", (path, *options, "-o"))
        digest = hashlib.sha256()
        with tempfile.TemporaryDirectory() as folder:
            names = []
            for i, contents in enumerate(make()):
                names.append(f"{i:03}.o")
                pathlib.Path(folder, names[-1]).write_bytes(contents)
                digest.update(contents)
            found[name] = callgrind(bpfld, (folder, names)), digest.hexdigest()[:16]
    return found


def record():
    found = count()
    lines = ["# Instructions of one link, and the digest of its objects; by `bench/run --record` "
             "with", "# " + ", ".join(environment())]
    lines += [f"{name} {number} {digest}" for name, (number, digest) in found.items()]
    RECORD.write_text("\n".join(lines) + "\n")


def check():
    """Compare with the record; the exit status."""
    lines = RECORD.read_text().splitlines()
    recorded = {name: (int(number), digest) for name, number, digest in
                (line.split() for line in lines if not line.startswith("#"))}
    here = environment()
    if here[0] not in lines[1]:
        say(f"bench: instructions of {here[0]} were not recorded, nothing to compare with")
        return 0
    wrong = 0
    found = count()
    for name, (now, digest) in found.items():
        before, recorded_digest = recorded[name]
        change = now / before - 1
        print(f"{name:10} {now / 1e6:8.2f} million instructions, {change:+.1%}")
        if digest != recorded_digest:
            say(f"bench: {name} is not what was recorded; bench/run --record?")
            wrong += 1
        elif change > TOLERATED:
            say(f"bench: {name} takes more than {TOLERATED:.0%} more instructions than recorded")
            wrong += 1
        elif change < -TOLERATED:
            say(f"bench: {name} is much faster than recorded; bench/run --record keeps it so")
    print(f"keep-debug takes {found['keep-debug'][0] / found['recorded'][0]:.2f} times the "
          "instructions of recorded")
    if wrong:
        say("bench: recorded with", lines[1].lstrip("# "))
        say("bench:      here with", ", ".join(here))
    return 1 if wrong else 0
