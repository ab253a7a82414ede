#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""judge.py [--table PAGE] KERNEL=FILE...: what guests said of linked objects, and whether it is right.

FILE has the lines of one guest (tests/kernels/guest.c). A linked object may be refused only for a
reason that the file "limits" lists, and only where the same sources compiled as one file are
refused, too. What runs must do what the case says, and programs keep their tags, for all ways to
link the objects of one choice of compilers. What attaches to programs does so, but for those reasons.
With --table the outcome goes into PAGE.
"""
import collections
import os
import re
import sys

BEGIN, END = "<!-- made by scripts/kernels -->\n", "<!-- end of kernels -->\n"


class Guest:
    """The lines of one kernel."""

    def __init__(self, name, path):
        self.name, self.release = name, ""
        self.objects = collections.defaultdict(dict)  # case -> object -> (verdict, words)
        self.tags = collections.defaultdict(dict)  # case -> (choice, program) -> tag
        self.attached = collections.defaultdict(dict)  # what -> how linked -> (verdict, words)
        self.skipped, self.vary, self.faults = {}, set(), []
        self.ended = False
        for line in open(path, errors="replace"):
            self.take(line.rstrip("\r\n").split("\t"))
        if not self.ended:
            self.faults.append("the guest did not come to its end")

    def take(self, words):
        if words[0] == "kernel":
            self.release = f"{words[1].split('-')[0].split('+')[0]} {words[2]}"
        elif words[0] == "end":
            self.ended = True
        elif words[0] == "vary" and len(words) > 1:
            self.vary.add(words[1])
        elif words[0] == "skipped" and len(words) > 3:
            self.skipped[words[1]] = words[3]
        elif words[0] == "object" and len(words) > 3:
            self.objects[words[1]][words[2]] = (words[3], " ".join(words[4:]))
        elif words[0] == "attach" and len(words) > 3:
            self.attached[words[1]][words[2]] = (words[3], " ".join(words[4:]))
        elif words[0] == "tag" and len(words) > 4:
            self.take_tag(*words[1:5])

    def take_tag(self, case, name, program, tag):
        choice = re.match(r"(?:linked|input)-(\d+)", name)
        if not choice:
            return  # what is compiled as one file is optimized as one
        key = (choice.group(1), program)
        if case not in self.vary and self.tags[case].setdefault(key, tag) != tag:
            self.faults.append(f"{case}: {name}: {program} has another tag")


def read_limits(path):
    lines = [line.rstrip("\n") for line in open(path)]
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def reason_of(words, limits):
    return next((reason for part, reason in limits if part in words), None)


def note_of(reason, reasons):
    """The note below the table that gives the reason."""
    return f"[{reasons.setdefault(reason, len(reasons) + 1)}]"


def judge_case(guest, case, limits, reasons):
    """The cell of the table."""
    if case in guest.skipped:
        return f"- {note_of(guest.skipped[case], reasons)}"
    objects = guest.objects.get(case, {})
    linked = {name: said for name, said in objects.items() if name.startswith("linked-")}
    single = objects.get("single.o", ("none", ""))
    refused, notes = 0, []
    for name, (verdict, words) in sorted(linked.items()):
        if verdict == "runs":
            continue
        reason = reason_of(words, limits) if verdict == "refused" else None
        if not reason or single[0] == "runs":
            guest.faults.append(f"{case}: {name}: {verdict}: {words}")
            continue
        refused += 1
        note = note_of(reason, reasons)
        if note not in notes:
            notes.append(note)
    if not linked:
        guest.faults.append(f"{case}: no linked object was tried")
        return "none"
    return " ".join([f"{len(linked) - refused}/{len(linked)}", *notes])


def judge_attached(guest, what, limits, reasons):
    """The cell of a row about what attaches to linked programs."""
    ways = dict(guest.attached.get(what, {}))
    if not ways:
        return "-"
    single = ways.pop("attach-single", ("none", ""))
    reason = reason_of(single[1], limits) if single[0] == "refused" else None
    for name, (verdict, words) in sorted(ways.items()):
        if verdict != single[0] or (verdict != "runs" and not reason):
            guest.faults.append(f"{what}: {name}: {verdict}, one file {single[0]}: {words}")
    runs = sum(verdict == "runs" for verdict, _ in ways.values())
    return " ".join([f"{runs}/{len(ways)}", *([note_of(reason, reasons)] if reason else [])])


def make_table(guests, cases, limits):
    reasons = {}
    rows = [["*release*"] + [guest.release for guest in guests]]
    rows += [[case] + [judge_case(guest, case, limits, reasons) for guest in guests] for case in cases]
    things = dict.fromkeys(what for guest in guests for what in guest.attached)
    rows += [[what] + [judge_attached(guest, what, limits, reasons) for guest in guests] for what in things]
    head = ["program"] + [guest.name for guest in guests]
    lines = ["| " + " | ".join(row) + " |" for row in [head] + rows]
    lines.insert(1, "|" + "--|" * len(head))
    return "\n".join(lines + [""] + [f"{n}. {reason}" for reason, n in reasons.items()]) + "\n"


def write_table(page, table):
    text = open(page).read()
    begin, end = text.index(BEGIN) + len(BEGIN), text.index(END)
    with open(page, "w") as file:
        file.write(text[:begin] + "\n" + table + "\n" + text[end:])


def main():
    arguments, page = sys.argv[1:], None
    if arguments[:1] == ["--table"]:
        page, arguments = arguments[1], arguments[2:]
    guests = [Guest(*argument.split("=", 1)) for argument in arguments]
    cases = list(dict.fromkeys(case for guest in guests for case in [*guest.objects, *guest.skipped]))
    limits = read_limits(os.path.join(os.path.dirname(__file__), "limits"))
    table = make_table(guests, cases, limits)
    if page:
        write_table(page, table)
    else:
        print(table)
    faults = [f"FAILED {guest.name}: {fault}" for guest in guests for fault in guest.faults]
    print("\n".join(faults + [f"kernels: {len(guests)} kernels, {len(cases)} programs, {len(faults)} faults"]))
    return 1 if faults or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
