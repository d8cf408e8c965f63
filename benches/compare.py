#!/usr/bin/env python3
"""Runs mtlint, typos and nlprule's own `suggest` on the same texts in turn and prints Markdown tables.

    cargo build --release --bin mtlint --example nlprule_suggest
    benches/compare.py --texts DIR [--typos PATH] [--runs 5] [--limit 120] [--only NAME ...]

DIR holds English texts (*.txt, in any depth); texts of every size are cut from them, always the same ones from the
same folder. The commands of one case run in turn, then all of them again; each figure is the median.
A case that would take longer than --limit seconds a run is left out, and the table says so; the time is known from
the next smaller text.
"""

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KB, MB = 1000, 1000 * 1000
SECTIONS = ["start", "articles", "growth"]
# From this many seconds on, a run is repeated so many times at most.
FEWER_RUNS = [(60, 1), (20, 3)]


class Measured:
    """One run: wall time and CPU time in seconds, peak memory in MiB."""

    def __init__(self, command, env, codes=(0,)):
        with open(os.devnull, "r+b") as null:
            files = [(os.POSIX_SPAWN_DUP2, null.fileno(), fd) for fd in (0, 1, 2)]
            begun = time.perf_counter()
            child = os.posix_spawn(command[0], command, env, file_actions=files)
            _, status, usage = os.wait4(child, 0)
            self.wall = time.perf_counter() - begun
        self.cpu = usage.ru_utime + usage.ru_stime
        # Bytes on a Mac, KiB elsewhere.
        self.memory = usage.ru_maxrss / (MB * 1.048576 if sys.platform == "darwin" else 1024)
        if os.WIFSIGNALED(status) or os.WEXITSTATUS(status) not in codes:
            sys.exit(f"{' '.join(map(str, command[:6]))} … failed (wait status {status})")


class Tool:
    """A command that checks the paths put after it."""

    def __init__(self, name, command, codes, env=None, filled_as=None, largest=None, many=True):
        self.name, self.command, self.codes = name, [str(part) for part in command], codes
        # The tool that takes as long as the run that fills the cache of this one.
        self.filled_as = filled_as
        self.env = {**os.environ, **(env or {})}
        self.largest, self.many = largest, many
        # Seconds that it takes however short the text is, and seconds a byte in one file and in many.
        self.start, self.rates = 0, {}

    def run(self, path):
        return Measured([*self.command, *([str(path)] if path else [])], self.env, self.codes)

    def reason_to_skip(self, size, many, limit):
        if self.largest is not None and size > self.largest:
            return f"not run on more than {show_size(self.largest)}"
        if many and not self.many:
            return "reads one file"
        if self.expected(size, many) > limit:
            return f"left out: about {self.expected(size, many):.0f} s a run"
        if self.filled_as and self.filled_as.expected(size, many) > limit:
            return f"left out: about {self.filled_as.expected(size, many):.0f} s to fill the cache"
        return None

    def expected(self, size, many):
        """How long a run will take, as far as smaller texts tell."""
        return self.start + self.rates.get(many, self.rates.get(False, 0)) * size


def measure(tools, path, size, many, runs, limit):
    """The runs of each tool in turn, or why there are none."""
    results, skipped, wanted = {}, {}, {}
    for tool in tools:
        reason = tool.reason_to_skip(size, many, limit)
        if reason:
            skipped[tool] = reason
            continue
        results[tool] = []
        if tool.filled_as:
            tool.run(path)
    for turn in range(runs):
        for tool, measured in results.items():
            if turn >= wanted.get(tool, runs):
                continue
            measured.append(tool.run(path))
            if turn == 0:
                wall = measured[0].wall
                wanted[tool] = min([runs, *(most for above, most in FEWER_RUNS if wall > above)])
                if size:
                    tool.rates[many] = max(wall - tool.start, 0) / size
    return results, skipped


def median(measured, what):
    return statistics.median(getattr(m, what) for m in measured)


def ratio(part, whole):
    return f"{part / whole:.2f}" if part is not None and whole else "–"


def show_time(seconds):
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.1f} ms"


def show_size(size):
    return f"{size // MB} MB" if size >= MB else f"{size // KB} KB"


def table(head, rows):
    """Prints each row as soon as it is known."""
    print("| " + " | ".join(head) + " |")
    print("|" + "---|" * len(head))
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |", flush=True)
    print(flush=True)


def case_rows(label, tools, path, size, many, args):
    """The rows of a text: each tool with its ratios to typos and to nlprule."""
    results, skipped = measure(tools, path, size, many, args.runs, args.limit)
    walls = {tool.name.split()[0]: median(m, "wall") for tool, m in results.items()}
    for tool in tools:
        if tool in skipped:
            yield label, f"`{tool.name}`", skipped[tool], "", "", "", "", ""
            continue
        runs = results[tool]
        wall = median(runs, "wall")
        yield (
            label,
            f"`{tool.name}`",
            show_time(wall),
            show_time(median(runs, "cpu")),
            f"{median(runs, 'memory'):.0f} MiB",
            ratio(wall, walls.get("typos")),
            ratio(wall, walls.get("nlprule")),
            len(runs),
        )


def growth_rows(tools, folder, args):
    """How the time grows with the text, for each kind of text and each tool."""
    sizes = [100 * KB, MB, 10 * MB]
    for kind in KINDS:
        walls = {tool: [] for tool in tools}
        for tool in tools:
            tool.rates = {}
        for size in sizes:
            path = folder / "growth" / f"{kind} {size}.txt"
            results, skipped = measure(tools, path, size, False, args.runs, args.limit)
            for tool in tools:
                walls[tool].append(None if tool in skipped else median(results[tool], "wall"))
        for tool in tools:
            small, middle, large = walls[tool]
            yield (
                kind,
                f"`{tool.name}`",
                *(show_time(wall) if wall is not None else "left out" for wall in walls[tool]),
                ratio(middle, small),
                ratio(large, middle),
            )


def without_marks(text):
    return "".join(c for c in text if c.isalnum() or c.isspace())


# What is done to prose to see how time grows in texts that are unlike prose.
KINDS = {
    "prose": lambda text: text,
    "one line": lambda text: " ".join(text.split()),
    "no punctuation": without_marks,
    "capitals": str.upper,
    "all quotes": lambda text: "“" * len(text),
}


def cut(text, size):
    """The first `size` bytes of `text`, whole characters only."""
    return text.encode()[:size].decode(errors="ignore")


def write_texts(source, folder):
    """Writes all texts; gives how many bytes of distinct prose there were."""
    files = sorted(source.rglob("*.txt"))
    prose = "\n\n".join(path.read_text(errors="replace").strip() for path in files) + "\n\n"
    distinct = len(prose.encode())
    if distinct < 11 * KB:
        sys.exit(f"{source}: at least 11 KB of English in *.txt files are needed")
    prose = cut(prose * (10 * MB // distinct + 1), 10 * MB)
    (folder / "sentence.txt").write_text("The ministers met in Paris on Monday, and nobody spoke to the press.\n")
    for size in (11 * KB, MB, 10 * MB):
        (folder / f"{size}.txt").write_text(cut(prose, size))
    for size in (MB, 10 * MB):
        many = folder / f"{size} in 1000"
        many.mkdir()
        text, step = cut(prose, size), size // 1000
        data = text.encode()
        begin = 0
        for i in range(1000):
            # At a blank, so that no word is cut in two.
            end = len(data) if i == 999 else data.find(b" ", (i + 1) * step)
            (many / f"{i:04}.txt").write_bytes(data[begin:end])
            begin = end
    (folder / "growth").mkdir()
    for kind, change in KINDS.items():
        for size in (100 * KB, MB, 10 * MB):
            (folder / "growth" / f"{kind} {size}.txt").write_text(cut(change(cut(prose, size)), size))
    return distinct


def write_texts_elsewhere(source, folder):
    """As `write_texts`, in a process of its own: memory of this one would be counted as that of what it starts."""
    child = os.fork()
    if child == 0:
        distinct = write_texts(source, folder)
        (folder / "distinct").write_text(str(distinct))
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        sys.exit(1)
    return int((folder / "distinct").read_text())


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=Path, required=True, metavar="DIR", help="folder of English texts")
    parser.add_argument("--mtlint", type=Path, default=ROOT / "target/release/mtlint", metavar="PATH")
    parser.add_argument("--typos", default=shutil.which("typos"), metavar="PATH", help="default: from the PATH")
    suggest = ROOT / "target/release/examples/nlprule_suggest"
    parser.add_argument("--nlprule", type=Path, default=suggest, metavar="PATH", help="the example nlprule_suggest")
    parser.add_argument("--runs", type=int, default=5, help="runs of each command (default: 5)")
    parser.add_argument("--limit", type=float, default=120, metavar="SECONDS", help="default: 120")
    parser.add_argument("--only", choices=SECTIONS, nargs="+", default=SECTIONS, help="which tables (default: all)")
    return parser.parse_args()


def main():
    args = arguments()
    if not args.mtlint.is_file():
        sys.exit(f"{args.mtlint} is not there: cargo build --release --bin mtlint, or --mtlint PATH")
    with tempfile.TemporaryDirectory(prefix="mtlint-compare-") as name:
        folder = Path(name)
        distinct = write_texts_elsewhere(args.texts, folder)
        compare(args, folder, distinct)


def compare(args, folder, distinct):
    check = [args.mtlint.resolve(), "check", "--isolated", "-q"]
    cache = {"MTLINT_CACHE_DIR": str(folder / "cache")}
    rules = Tool("mtlint --no-grammar --no-cache", [*check, "--no-grammar", "--no-cache"], (0, 1))
    cold = Tool("mtlint --no-cache", [*check, "--no-cache"], (0, 1))
    warm = Tool("mtlint, cache warm", check, (0, 1), cache, filled_as=cold)
    typos = [Tool("typos", [args.typos, "--isolated"], (0, 2))] if args.typos else []
    nlprule = []
    if args.nlprule.is_file():
        nlprule = [Tool("nlprule suggest", [args.nlprule.resolve()], (0,), largest=MB, many=False)]
    for missing, what in [(typos, "typos is not on the PATH"), (nlprule, f"{args.nlprule} is not built")]:
        if not missing:
            print(f"{what}: left out", file=sys.stderr)
    tools = [rules, cold, warm, *typos, *nlprule]
    for tool in tools:
        tool.start = tool.run(folder / "sentence.txt").wall
    floor = Measured([shutil.which("true")], dict(os.environ)).memory
    print(f"Medians on {os.cpu_count()} processors. {distinct / MB:.1f} MB of distinct prose; larger texts repeat it.")
    print(f"Peak memory below {floor:.0f} MiB cannot be told from that of this script.\n", flush=True)

    head = ["text", "command", "wall", "CPU", "peak memory", "wall ÷ typos", "wall ÷ nlprule", "runs"]
    if "start" in args.only:
        version = [Tool("mtlint --version", [args.mtlint.resolve(), "--version"], (0,))]
        version += [Tool("typos --version", [args.typos, "--version"], (0,))] if args.typos else []
        rows = [case_rows("none", version, None, 0, False, args)]
        rows.append(case_rows("one sentence", tools, folder / "sentence.txt", 69, False, args))
        table(head, chain(*rows))
    if "articles" in args.only:
        rows = []
        for size in (11 * KB, MB, 10 * MB):
            rows.append(case_rows(show_size(size), tools, folder / f"{size}.txt", size, False, args))
            if size >= MB:
                label = f"{show_size(size)} in 1,000 files"
                rows.append(case_rows(label, tools, folder / f"{size} in 1000", size, True, args))
        table(head, chain(*rows))
    if "growth" in args.only:
        head = ["text", "command", "100 KB", "1 MB", "10 MB", "1 MB ÷ 100 KB", "10 MB ÷ 1 MB"]
        table(head, growth_rows([rules, cold, *typos], folder, args))


if __name__ == "__main__":
    main()
