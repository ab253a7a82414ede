# SPDX-License-Identifier: BSD-2-Clause
"""Building what is measured, and measuring it."""
import collections
import functools
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = pathlib.Path(os.environ.get("BUILD", ROOT / "build" / "bench"))
KERNEL_SOURCE = "linux-source-6.12"

RUNS = 200  # of a command at most
ENOUGH = 3  # runs of a command at least,
SECONDS = 5  # unless that takes longer; and more only until it took so long

# The C library has a memcpy() for each kind of CPU. The plainest everywhere makes counts comparable
# (and `rep movsb`, which valgrind counts by the byte, does not hide the rest).
PLAIN_CPU = ("glibc.cpu.hwcaps=-AVX2,-AVX512VL,-AVX_Fast_Unaligned_Load,-BMI2,-ERMS,-FSRM,"
             "-SSE4_2,-SSSE3")

# Median CPU seconds, median peak of resident memory in bytes; type records of the output.
Result = collections.namedtuple("Result", "seconds memory types")


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


def build_bpftool():
    """The newest libbpf there is a package of: that of the kernel's source; None without it."""
    made = BUILD / KERNEL_SOURCE / "tools/bpf/bpftool/bpftool"
    archive = pathlib.Path("/usr/src", KERNEL_SOURCE + ".tar.xz")
    if not made.exists() and archive.exists():
        say("building bpftool of", KERNEL_SOURCE)
        parts = ("Makefile", "include/uapi/*", "kernel/bpf/*", "scripts/*", "tools/*")
        subprocess.run(("tar", "-xf", archive, "-C", BUILD, "--wildcards",
                        *(f"{KERNEL_SOURCE}/{part}" for part in parts)), check=True)
        # A disassembler would take longer to load than two objects to link.
        subprocess.run(("make", "-C", made.parent, f"-j{os.cpu_count()}", "feature-llvm=0",
                        "feature-libbfd=0", "feature-libcap=0"), check=False,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return made if made.exists() else None


@functools.lru_cache
def helper(name):
    """A program of this folder."""
    made = BUILD / name
    subprocess.run(("cc", "-O2", ROOT / "bench" / f"{name}.c", "-o", made), check=True)
    return made


class Linker:
    """What is measured: a command that takes the output's path, if it writes one, and then the
    inputs. What is expected to take longer than `patience` seconds is not run."""

    def __init__(self, name, command, patience=300, writes=True):
        self.name, self.command, self.patience, self.writes = name, command, patience, writes

    def __str__(self):
        return self.name

    def link(self, out, names):
        return (*self.command, *((out,) if self.writes else ()), *names)


def linkers():
    """By role; those that are missing are left out."""
    BUILD.mkdir(parents=True, exist_ok=True)
    newest = build_bpftool()
    packaged = shutil.which("bpftool", path=os.environ["PATH"] + ":/usr/sbin")
    gnu = shutil.which("bpf-ld")
    found = {"bpfld": Linker("bpfld", (build_bpfld(), "-o"))}
    for role, path, patience in ("libbpf", newest, 300), ("packaged", packaged, 60):
        if path:
            name = output_of(path, "version").splitlines()[1].removeprefix("using ")
            found[role] = Linker(name, (path, "gen", "object"), patience)
    if gnu:
        version = output_of(gnu, "--version").split("\n")[0].split()[-1]
        found["gnu"] = Linker(f"bpf-ld {version}", (gnu, "-r", "-S", "-z", "muldefs", "-o"), 60)
    found["floor"] = Linker("floor", (helper("floor"),), writes=False)
    return found


def run_once(command, folder):
    """CPU seconds and peak of resident memory; None if it failed."""
    done = subprocess.run((helper("usage"), *command), cwd=folder, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    if done.returncode:
        return None
    microseconds, kilobytes = map(int, done.stdout.split())
    return microseconds / 1e6, kilobytes * 1024


def take_turns(commands, folder):
    """For each name of a command, its runs. They take turns, so that a change in the machine's
    speed falls on all; the first runs, which fill caches, do not count if there are others."""
    runs = {name: [] for name in commands}
    waiting = dict(commands)
    while waiting:
        for name, command in list(waiting.items()):
            run = run_once(command, folder)
            if run is None:
                runs[name] = []
                del waiting[name]
                continue
            runs[name].append(run)
            spent = sum(seconds for seconds, _ in runs[name])
            count = len(runs[name]) - 1
            if count == RUNS or spent > SECONDS and (count >= ENOUGH or spent > 10 * SECONDS):
                del waiting[name]
    return {name: found[1:] or found for name, found in runs.items()}


def measure(chosen, corpus, count_types, where):
    """Results by role of some linkers; `corpus` is a folder and the names of objects in it. Outputs
    go to a folder in `where`."""
    folder, names = corpus
    with tempfile.TemporaryDirectory(dir=where) as temporary:
        outputs = {role: pathlib.Path(temporary, role) for role in chosen}
        runs = take_turns({role: linker.link(outputs[role], names)
                           for role, linker in chosen.items()}, folder)
        return {role: Result(statistics.median(seconds for seconds, _ in runs[role]),
                             statistics.median(memory for _, memory in runs[role]),
                             count_types(outputs[role]) if outputs[role].exists() else None)
                for role in chosen if runs[role]}


def own_memory(linker, corpus):
    """Its peak of memory without pages of files that it only read, in bytes."""
    folder, names = corpus
    os.sync()  # a page of an input that was not yet written to disk would count
    with tempfile.TemporaryDirectory() as temporary:
        kilobytes = output_of(helper("own_memory"), *linker.link(temporary + "/out", names),
                              cwd=folder)
    return int(kilobytes) * 1024


def callgrind(linker, corpus, report="/dev/null"):
    """The instructions of one link."""
    folder, names = corpus
    with tempfile.TemporaryDirectory() as temporary:
        done = subprocess.run(("valgrind", "--tool=callgrind", f"--callgrind-out-file={report}",
                               *linker.link(temporary + "/out", names)), cwd=folder, check=True,
                              text=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                              env={**os.environ, "GLIBC_TUNABLES": PLAIN_CPU})
    return int(re.search(r"Collected : (\d+)", done.stderr).group(1))


def profile(linker, corpus, count):
    """The functions that most of the instructions are in: [(percent, name)]."""
    with tempfile.NamedTemporaryFile() as report:
        callgrind(linker, corpus, report.name)
        text = output_of("callgrind_annotate", report.name)
    lines = re.findall(r"^ *[\d,]+ \( *([\d.]+)%\)  \S*?:(\S+)", text, re.MULTILINE)
    return [(float(percent), name) for percent, name in lines[:count]]
