# SPDX-License-Identifier: BSD-2-Clause
"""
What is measured becomes docs/performance.md: the parts between `<!-- made: NAME -->` and
`<!-- end -->`. The words around them are written by hand.
"""
import datetime
import math
import os
import platform
import re

from measure import ROOT, output_of

PAGE = ROOT / "docs" / "performance.md"


def replace_parts(parts):
    text = PAGE.read_text()
    for name, lines in parts.items():
        begin = f"<!-- made: {name} -->\n"
        before, _, rest = text.partition(begin)
        _, _, after = rest.partition("<!-- end -->")
        text = before + begin + "\n".join(lines) + "\n<!-- end -->" + after
    PAGE.write_text(text)


def table(heads, rows):
    """The first column is of names, the others are of numbers."""
    rule = "|--" + "|--:" * (len(heads) - 1) + "|"
    return [f"| {' | '.join(heads)} |", rule, *(f"| {' | '.join(row)} |" for row in rows)]


def figure(value):
    """Three digits."""
    if value is None:
        return "-"
    digits = 0 if value == 0 else max(0, 2 - math.floor(math.log10(abs(value))))
    return f"{round(value, digits):,.{digits}f}"


def ratio(theirs, ours):
    return "-" if theirs is None or ours is None else figure(theirs / ours) + " x"


def machine_part(names, clang):
    with open("/proc/cpuinfo") as info:
        cpu = re.search(r"model name\s*: (.*)", info.read())
    revision = output_of("git", "-C", ROOT, "describe", "--always", "--dirty").strip()
    return [f"{datetime.date.today()}, {cpu.group(1) if cpu else platform.machine()}, "
            f"{os.cpu_count()} CPUs, Linux {platform.release()};",
            f"objects by {clang};",
            f"bpfld {revision}, Release build, gcc {output_of('cc', '-dumpfullversion').strip()}; "
            f"beside {', '.join(names)}."]


def time_part(linkers, results):
    """CPU milliseconds, for peers how many times ours that is, and how many floors ours is."""
    heads, rows = ["corpus"], []
    for role, linker in linkers.items():
        heads += [str(linker), *([] if role == "bpfld" else ["ratio"])]
    for corpus, found in results.items():
        row, ours = [corpus], found.get("bpfld")
        for role in linkers:
            result = found.get(role)
            row.append(figure(result.seconds * 1e3 if result else None))
            if role == "floor":
                row.append(ratio(ours and ours.seconds, result and result.seconds))
            elif role != "bpfld":
                row.append(ratio(result and result.seconds, ours and ours.seconds))
        rows.append(row)
    return table(heads, rows)


def growth(pair, span):
    """The exponent by which a value grows from the smaller corpus of a span to the larger."""
    times = int(span[1].split("-")[1]) / int(span[0].split("-")[1])
    return f"{math.log(pair[1] / pair[0], times):.2f}" if all(pair) else "-"


def growth_part(linkers, results, counts, spans):
    """Exponents, of ours also by instructions: 1 is linear, 2 quadratic."""
    rows = []
    for span in spans:
        row = [f"{span[0]} to {span[1]}"]
        for role in linkers:
            found = [results.get(name, {}).get(role) for name in span]
            row.append(growth([result and result.seconds for result in found], span))
        row.append(growth([counts.get(name, {}).get("bpfld") for name in span], span))
        rows.append(row)
    return table(["from, to", *map(str, linkers.values()), "bpfld, instructions"], rows)


def types_part(linkers, results):
    roles = [role for role in linkers if role not in ("gnu", "floor")]
    rows = [[corpus, *(f"{found[role].types:,}" if role in found else "-" for role in roles)]
            for corpus, found in results.items()]
    return table(["corpus", *(str(linkers[role]) for role in roles)], rows)


def memory_part(linkers, results):
    roles = [role for role in linkers if role != "floor"]
    rows = [[corpus, *(figure(found[role].memory / 1e6 if role in found else None)
                       for role in roles)] for corpus, found in results.items()]
    return table(["corpus", *(str(linkers[role]) for role in roles)], rows)


def own_memory_part(figures):
    """`figures` are (corpus, bytes to read, bytes of memory)."""
    return table(["corpus", "to read", "of its own", "ratio"],
                 [[corpus, figure(read / 1e6), figure(own / 1e6), f"{own / read:.2f}"]
                  for corpus, read, own in figures])


def millions(count):
    return figure(None if count is None else count / 1e6)


def instructions_part(linkers, counts):
    """Millions of instructions by corpus and role, and for peers how many times ours that is."""
    roles = list(next(iter(counts.values())))
    heads, rows = ["corpus"], []
    for role in roles:
        heads += [str(linkers[role])] + (["ratio"] if role != "bpfld" else [])
    for corpus, found in counts.items():
        row = [corpus]
        for role in roles:
            row.append(millions(found.get(role)))
            if role != "bpfld":
                row.append(ratio(found.get(role), found["bpfld"]))
        rows.append(row)
    return table(heads, rows)


def profile_part(profiles):
    """The same number of functions for each corpus, side by side."""
    heads = ["", *(head for corpus in profiles for head in (corpus, "%"))]
    rows = []
    for i, row in enumerate(zip(*profiles.values()), 1):
        cells = [cell for percent, name in row for cell in (f"`{name}`", f"{percent:.1f}")]
        rows.append([str(i), *cells])
    return table(heads, rows)
