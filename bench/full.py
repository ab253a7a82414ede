# SPDX-License-Identifier: BSD-2-Clause
"""Measuring all corpora, and writing docs/performance.md."""
import pathlib
import time

import btf
import corpora
import elf
import page
from measure import BUILD, callgrind, linkers, measure, output_of, own_memory, profile, say

# What may be skipped for want of time comes last.
ROWS = ("demo", "demo (disk)", "S-2", "S-100", "S-1000", "B-8", "BT-32", "BX-32", "G-1000",
        "G-5000", "G-20000", "S-10000")
SPANS = (("S-100", "S-1000"), ("S-1000", "S-10000"), ("S-100", "S-10000"), ("G-1000", "G-20000"))
OWN_MEMORY = ("B-8", "BT-32", "BX-32")
# Valgrind takes 50 times as long.
INSTRUCTIONS = {"demo": ("bpfld", "libbpf", "packaged"), "S-2": ("bpfld", "libbpf", "packaged"),
                "S-100": ("bpfld", "libbpf", "packaged"), "S-1000": ("bpfld", "libbpf"),
                "B-8": ("bpfld", "libbpf"), "G-1000": ("bpfld", "libbpf", "packaged"),
                "S-10000": ("bpfld",)}
PROFILES = ("S-1000", "BX-32")
MINUTES = 20
MEMORY = "/dev/shm"


def split(row):
    """S-100 is of the kind S and has 100 objects."""
    kind, _, count = row.partition("-")
    return kind, int(count or 1)


def corpus_of(row):
    return corpora.demo() if row.startswith("demo") else corpora.make(*split(row))


def count_types(path):
    section = elf.read_sections(path.read_bytes()).get(".BTF")
    return btf.count_types(section.contents) if section else 0


def bytes_to_read(corpus):
    """Of a corpus: what a link has to look at. That is not debug information, nor relocations of
    it or of BTF."""
    folder, names = corpus
    total = 0
    for name in names:
        sections = elf.read_sections(pathlib.Path(folder, name).read_bytes())
        read = {name for name, section in sections.items()
                if section.flags & elf.ALLOC and section.type != elf.NOBITS}
        read |= {".rel" + name for name in read} | {".BTF", ".BTF.ext", ".symtab", ".strtab"}
        total += sum(len(sections[name].contents) for name in read if name in sections)
    return total


class Patience:
    """Which peers are worth running on a corpus, by what they took for a smaller one."""

    def __init__(self):
        self.end = time.monotonic() + 60 * MINUTES
        self.known = {}  # (kind, role): (count, seconds)

    def expected(self, row, role):
        """Seconds, of a linker that is quadratic at worst."""
        kind, count = split(row)
        known_count, seconds = self.known.get((kind, role), (count, 0))
        return seconds * (count / known_count) ** 2

    def choose(self, row, known_linkers):
        chosen = {}
        for role, linker in known_linkers.items():
            expected = self.expected(row, role)
            if role in ("bpfld", "floor"):
                chosen[role] = linker
            elif expected > linker.patience:
                say(f"  {linker} left out, it would take {expected:.0f} seconds")
            elif time.monotonic() + expected > self.end:
                say(f"  {linker} left out, {MINUTES} minutes are not enough")
            else:
                chosen[role] = linker
        return chosen

    def learn(self, row, results):
        kind, count = split(row)
        for role, result in results.items():
            self.known[kind, role] = count, result.seconds


def measure_rows(known_linkers, rows):
    patience = Patience()
    results = {}
    for row in rows:
        corpus = corpus_of(row)
        say(row)
        results[row] = measure(patience.choose(row, known_linkers), corpus, count_types,
                               BUILD if "disk" in row else MEMORY)
        patience.learn(row, results[row])
        for role, result in results[row].items():
            say(f"  {str(known_linkers[role]):16} {result.seconds * 1e3:10.2f} ms "
                f"{result.memory / 1e6:8.1f} MB  {result.types or '-':>8} types")
    return results


def measure_own_memory(bpfld, rows):
    figures = []
    for row in rows:
        corpus = corpus_of(row)
        figures.append((row, bytes_to_read(corpus), own_memory(bpfld, corpus)))
        say(f"{row} {figures[-1][2] / figures[-1][1]:.2f} of what is read in memory")
    return figures


def count_instructions(known_linkers, roles_of):
    """By row and role."""
    counts = {}
    for row, roles in roles_of.items():
        corpus = corpus_of(row)
        counts[row] = {role: callgrind(known_linkers[role], corpus)
                       for role in roles if role in known_linkers}
        say(row, *(page.millions(count) for count in counts[row].values()), "million instructions")
    return counts


def write_profile(bpfld):
    profiles = {}
    for row in PROFILES:
        say("profile of", row)
        profiles[row] = profile(bpfld, corpus_of(row), 10)
    page.replace_parts({"profile": page.profile_part(profiles)})


def run(rows):
    """Without rows: all, and write the page."""
    known = linkers()
    for row in rows or ROWS:
        corpus_of(row)
    results = measure_rows(known, rows or ROWS)
    if rows:
        return
    clang = output_of(corpora.CLANG, "--version").splitlines()[0]
    page.replace_parts({
        "machine": page.machine_part([str(linker) for role, linker in known.items()
                                      if role not in ("bpfld", "floor")], clang),
        "time": page.time_part(known, results),
        "types": page.types_part(known, results),
        "memory": page.memory_part(known, results),
    })
    figures = measure_own_memory(known["bpfld"], OWN_MEMORY)
    page.replace_parts({"own memory": page.own_memory_part(figures)})
    counts = count_instructions(known, INSTRUCTIONS)
    page.replace_parts({"instructions": page.instructions_part(known, counts),
                        "growth": page.growth_part(known, results, counts, SPANS)})
    write_profile(known["bpfld"])
