#!/usr/bin/env python3
"""Hostile and very large inputs: time and peak memory of each, at one size and at twice that.

    benches/load.py target/release/mtlint                  every family of texts, at 2 and 4 MiB
    benches/load.py target/release/mtlint --mib 16         ... at 16 and 32 MiB, the largest file that is read
    benches/load.py target/release/mtlint --only markdown  the families whose name has that in it
    benches/load.py target/release/mtlint --trees          100,000 files, in a tree and in one folder
    benches/load.py target/release/mtlint --trees --only jsonl --only fix

What grows faster than its input is marked. Nothing is written outside a temporary folder. Linux and macOS.
"""

import argparse
import io
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

SEED = Path(__file__).resolve().parent.parent / "fixtures" / "articles" / "seed.txt"
# Texts are made of whole units, and must not be longer than the largest file that is read.
LEEWAY = 12_000
# Twice the input may take so much more time before it is marked; short runs vary.
STEEP = 2.8


def fill(unit):
    return lambda size: (unit * (size // len(unit.encode()) + 1))


def nest(left, middle, right):
    def make(size):
        depth = size // len((left + right).encode())
        return left * depth + middle + right * depth
    return make


def wrap(head, unit, tail):
    return lambda size: head + fill(unit)(size) + tail


def numbered(head, unit, tail):
    """`unit` with its number, over and over."""
    def make(size):
        width = len(unit.format(0).encode()) + 5
        return head + "".join(unit.format(n) for n in range(size // width)) + tail
    return make


def names(size):
    """A name used often, and many that are one letter away from it in a script without capitals."""
    count = size // 36
    often = "Jean Verdeaux. " * count
    return often + "".join(f"Paul Verd{chr(0x4E00 + n % 20000)}{chr(0x4E00 + n // 20000)}eaux. " for n in range(count))


def word(alphabet):
    return lambda size: "\n".join("A" + alphabet * (60_000 // len(alphabet.encode())) for _ in range(size // 60_000 + 1))


def docx(body):
    """A package around the paragraphs that `body` makes; the size is that of the XML."""
    def make(size):
        head = '<?xml version="1.0"?><w:document xmlns:w="w"><w:body>'
        return package({"word/document.xml": head + body(size) + "</w:body></w:document>"})
    return make


def package(parts, relations=""):
    out = io.BytesIO()
    root = '<Relationships><Relationship Id="r" Type="x/officeDocument" Target="word/document.xml"/></Relationships>'
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("_rels/.rels", root)
        if relations:
            archive.writestr("word/_rels/document.xml.rels", f"<Relationships>{relations}</Relationships>")
        for name, text in parts.items():
            archive.writestr(name, text)
    return out.getvalue()


def bomb(size):
    """A hundred parts of `size` bytes each."""
    parts = {"word/document.xml": "<d><p><r><t>One.</t></r></p></d>"}
    relations = ""
    for number in range(100):
        parts[f"word/header{number}.xml"] = "<h><p><r><t>" + "a" * size + "</t></r></p></h>"
        relations += f'<Relationship Id="h{number}" Type="x/header" Target="header{number}.xml"/>'
    return package(parts, relations)


def looks(size):
    return "<w:p><w:r><w:rPr>" + "<w:x/>" * (size // 12) + "</w:rPr>" + "<w:t>a </w:t>" * (size // 26) + "</w:r></w:p>"


def seed(size):
    return fill(SEED.read_text(encoding="utf-8") + "\n\n")(size)

PO = 'msgid ""\nmsgstr "Language: en\\n"\n\n'
TEXTS = {
    "txt": {
        "seed over and over": seed,
        "plain words": fill("The minister spoke about the market of the town in a long speech.\n\n"),
        "one line": fill("The minister spoke about the market of the town in a long speech. "),
        "all faults": fill("the the "),
        "all faults, a line each": fill("He went to the the market.\n"),
        "blank lines": fill("\n"),
        "tiny lines": fill("a\n"),
        "straight quotes": fill('"'),
        "straight quotes apart": fill('" '),
        "quoted letters": fill('"a" '),
        "opening quotes": fill("“"),
        "opening quotes apart": fill("“a "),
        "closing quotes apart": fill("a” "),
        "single quotes": fill("s’ "),
        "one word": fill("a"),
        "long names": word("b"),
        "long names with accents": word("é"),
        "capitals": fill("A"),
        "titles": fill("Mr "),
        "names in a row": fill("Verdeaux "),
        "names one letter apart": names,
        "brackets": fill("(a)"),
        "acronyms in brackets": fill("ABC (a b c) "),
        "full stops": fill("."),
        "full stops apart": fill(". "),
        "short sentences": fill("A b. "),
        "combining marks": fill("\u0301"),
        "zero width": fill("\u200b"),
        "no-break spaces": fill("\u00a0"),
        "digits": fill("1"),
        "hyphens": fill("-"),
        "hyphens apart": fill("- "),
        "commas": fill(","),
        "spaces": fill(" "),
        "spaces between words": fill("a" + " " * 500),
        "wide letters": fill("漢"),
        "links": fill("http://a.b/c "),
        "different sentences": numbered("", "The number {} of the men was here today. ", ""),
        "equal sentences": fill("The number of the men was here today. "),
    },
    "md": {
        "seed over and over": seed,
        "open brackets": fill("["),
        "brackets": nest("[", "a", "]"),
        "open images": fill("!["),
        "images": nest("![", "a", "](b)"),
        "images by label": nest("![", "a", "]"),
        "stars": fill("*"),
        "open emphasis": fill("*a "),
        "open strong": fill("**a "),
        "mixed emphasis": fill("*a **b _c "),
        "underscores": fill("_a"),
        "tildes": fill("~~a "),
        "backticks": numbered("", "`{}", ""),
        "backticks of all lengths": lambda size: "".join("`" * n + " " for n in range(1, int((2 * size) ** 0.5))),
        "quotations": fill("> "),
        "quotations, a line each": fill("> a\n"),
        "nested lists": lambda size: "".join("  " * n + "- a\n" for n in range(int(size ** 0.5))),
        "lists": fill("- a\n"),
        "tables": wrap("|a|b|\n|-|-|\n", "|a|b|\n", ""),
        "wide table": lambda size: "|a" * (size // 4) + "|\n" + "|-" * (size // 4) + "|\n",
        "entities": fill("&amp;"),
        "ampersands": fill("&"),
        "open tags": fill("<a "),
        "tags": fill("<b>"),
        "open comments": fill("<!-- "),
        "comments": fill("a <!-- b --> "),
        "silencing comments": numbered("", "<!-- mtlint-disable a/{} -->\n\n", ""),
        "silencing one after the other": fill("<!-- mtlint-disable -->\n\nthe the\n\n<!-- mtlint-enable -->\n\n"),
        "comments not understood": numbered("", "<!-- mtlint-disabel{} -->\n\n", ""),
        "one long comment not understood": wrap("<!-- mtlint-", "a", " -->"),
        "many names in a comment": numbered("<!-- mtlint-disable ", "a/{},", "b -->"),
        "definitions": numbered("", "[a{0}]: b\n", ""),
        "definitions and uses": numbered("[a]: <b>\n\n", "[a] ", ""),
        "footnotes": numbered("", "[^{0}]: a\n\n", ""),
        "front matter": wrap("---\ntitle: ", "[", "\n---\n"),
        "hard breaks": fill("a  \n"),
        "backslashes": fill("\\*"),
        "code": fill("    a\n\n"),
        "fences": fill("```\na\n```\n"),
        "headings": fill("# a\n"),
        "autolinks": fill("<http://a> "),
        "links": fill("[a](b) "),
        "open links": fill("[a]("),
        "link in link": nest("[a", "b", "](c)"),
    },
    "html": {
        "open elements": fill("<div>"),
        "nested paragraphs": nest("<div>", "<p>One.", "</div>"),
        "paragraphs": fill("<p>A b."),
        "attributes": numbered("<p ", "a{}=1 ", ">a"),
        "equal attributes": wrap("<p ", "a=1 ", ">a"),
        "entities": fill("&amp;"),
        "ampersands": fill("&"),
        "long reference": fill("&aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
        "comments": fill("a<!-- b -->"),
        "open comments": fill("<!-- a"),
        "inline elements": fill("<b>a</b> "),
        "links": fill("the<a>market</a>was "),
        "other languages": fill("<p lang=fr>a"),
        "code": fill("a <code>b</code> "),
        "scripts": fill("<script>"),
        "brackets": fill("<"),
        "quotations": fill("<blockquote>a"),
        "blanks between tags": fill("<b> </b>"),
    },
    "json": {
        "arrays": fill("["),
        "objects": fill('{"text":'),
        "numbers": wrap("[0", ",0", "]"),
        "tiny texts": wrap('{"text":["a"', ',"a"', "]}"),
        "escapes": wrap('{"text":"a', "\\u0041", '"}'),
        "line breaks": wrap('{"text":"a', "\\n\\na", '"}'),
        "keys": numbered("{", '"k{}":"a",', '"text":"b"}'),
        "HTML": wrap('{"text":"<p>', "a</p><p>", '"}'),
    },
    "jsonl": {
        "records": fill('{"text": "He went to the the market."}\n'),
        "broken records": fill('{"text\n'),
    },
    "po": {
        "messages": numbered(PO, 'msgid "a{}"\nmsgstr "He went to the the market."\n\n', ""),
        "one message of many lines": wrap(PO + 'msgid "a"\nmsgstr ""\n', '"the market "\n', ""),
        "what a program fills in": wrap(PO + 'msgid "a"\nmsgstr "a', " %s", '"\n'),
        "per cent": wrap(PO + 'msgid "a"\nmsgstr "a', "%", '"\n'),
        "braces": wrap(PO + 'msgid "a"\nmsgstr "a', "{", '"\n'),
        "escapes": wrap(PO + 'msgid "a"\nmsgstr "a', "\\n", '"\n'),
        "strings alone": fill('"a"\n'),
    },
    "xlf": {
        "targets": wrap('<xliff><file target-language="en">', "<target>He went to the the market.</target>", "</file></xliff>"),
        "nested targets": fill("<target>"),
        "nested codes": wrap("<target>a", "<g>", "b"),
        "codes": wrap("<target>a", "<x/>", "</target>"),
        "references": wrap("<target>a", "&#65;", "</target>"),
        "attributes": numbered("<target ", 'a{}="b" ', ">a</target>"),
        "sections of CDATA": wrap("<target>", "<![CDATA[a]]>", "</target>"),
    },
    "docx": {
        "paragraphs": docx(fill("<w:p><w:r><w:t>He went to the the market.</w:t></w:r></w:p>")),
        "runs": docx(wrap("<w:p>", "<w:r><w:t>the </w:t></w:r>", "</w:p>")),
        "texts of one run with many looks": docx(looks),
        "runs of other looks": docx(wrap("<w:p>", "<w:r><w:rPr><w:b/></w:rPr><w:t>the </w:t></w:r><w:r><w:t>the </w:t></w:r>", "</w:p>")),
        "references": docx(wrap("<w:p><w:r><w:t>a", "&amp;", "</w:t></w:r></w:p>")),
        "tabs": docx(wrap("<w:p><w:r>", "<w:tab/>", "<w:t>a</w:t></w:r></w:p>")),
        "nested": docx(fill("<w:p>")),
        "a bomb of a hundred parts": bomb,
    },
}


class Run:
    def __init__(self, command, timeout, stdin=subprocess.DEVNULL):
        begun = time.monotonic()
        child = subprocess.Popen(command, stdin=stdin, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        timed_out = False
        while True:
            pid, status, usage = os.wait4(child.pid, os.WNOHANG)
            if pid:
                break
            if time.monotonic() - begun > timeout:
                timed_out = True
                child.kill()
            time.sleep(0.005)
        self.said = child.stderr.read().decode(errors="replace") if not timed_out else "took too long"
        self.exit = "timeout" if timed_out else os.waitstatus_to_exitcode(status)
        self.cpu = usage.ru_utime + usage.ru_stime
        scale = 1 if sys.platform == "darwin" else 1024
        self.peak = usage.ru_maxrss * scale / (1 << 20)


def wanted(name, options):
    return not options.only or any(only in name for only in options.only)


def write(path, make, size):
    """In a process of its own: a program is charged with the memory that the one which starts it has ever had."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            made = make(size)
            path.write_bytes(made if isinstance(made, bytes) else made.encode())
            status = 0
        finally:
            os._exit(status)
    if os.waitpid(pid, 0)[1] != 0:
        sys.exit(f"{path} was not made")


def families(binary, options):
    base = [binary, options.command, "--isolated", "--no-cache", "--jobs", "1", *options.extra]
    base += [] if options.grammar else ["--no-grammar"]
    base += [] if options.command == "diff" else ["--output-format", "jsonl"]
    print(f"{'family':44} {'MiB':>5} {'exit':>7} {'CPU s':>8} {'peak MiB':>9}")
    with tempfile.TemporaryDirectory() as folder:
        for ending, kinds in TEXTS.items():
            for kind, make in kinds.items():
                name = f"{ending}: {kind}"
                if not wanted(name, options):
                    continue
                before = None
                for mib in (options.mib, 2 * options.mib):
                    path = Path(folder) / f"a.{ending}"
                    write(path, make, int(mib * (1 << 20)) - LEEWAY)
                    run = Run([*base, str(path)], options.timeout)
                    mark = ""
                    if before and run.cpu > 0.3 and run.cpu > STEEP * before.cpu:
                        mark = "  <- steep"
                    if run.exit not in (0, 1):
                        mark += "  " + " / ".join(run.said.strip().splitlines()[-3:])[:100]
                    print(f"{name:44} {mib:5g} {run.exit!s:>7} {run.cpu:8.2f} {run.peak:9.0f}{mark}", flush=True)
                    before = run
                    if run.exit == "timeout":
                        break


def trees(binary, options):
    article = "He went to the the market.\n\nIt was OTAN that had decided it, and nobody said a word.\n"
    print(f"{'files':44} {'number':>8} {'exit':>5} {'CPU s':>8} {'peak MiB':>9}")
    with tempfile.TemporaryDirectory() as folder:
        commands = [["check", "--output-format", form] for form in
                    ("concise", "jsonl", "json", "sarif", "gitlab", "junit", "checkstyle", "rdjson", "github", "summary")]
        commands += [["report", "-o", str(Path(folder) / "report.html")], ["fix", "--quiet"]]
        for shape in ("tree", "one folder"):
            named = ((f"{shape}: {' '.join(arguments[:1] + arguments[2:3])}", arguments) for arguments in commands)
            runs = [(name, arguments) for name, arguments in named if wanted(name, options)]
            if not runs:
                continue
            for count in (50_000, 100_000):
                root = Path(folder) / f"{shape}-{count}"
                for number in range(count):
                    below = root / f"{number // 1000}/{number // 100 % 10}" if shape == "tree" else root
                    if number % 100 == 0:
                        below.mkdir(parents=True, exist_ok=True)
                    (below / f"{number}.txt").write_text(article)
                for name, arguments in runs:
                    command = [binary, *arguments, "--isolated", "--no-cache", "--no-grammar", str(root)]
                    run = Run(command, options.timeout)
                    print(f"{name:44} {count:8} {run.exit!s:>5} {run.cpu:8.2f} {run.peak:9.0f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary")
    parser.add_argument("--mib", type=float, default=2, help="the smaller size of each text")
    parser.add_argument("--only", action="append", help="families whose name has this in it")
    parser.add_argument("--command", default="check", choices=["check", "fix", "diff"])
    parser.add_argument("--grammar", action="store_true", help="check grammar as well")
    parser.add_argument("--timeout", type=float, default=120, help="seconds for one run")
    parser.add_argument("--trees", action="store_true", help="100,000 files instead")
    parser.add_argument("extra", nargs="*", help="options for mtlint, after --")
    options = parser.parse_args()
    (trees if options.trees else families)(options.binary, options)


if __name__ == "__main__":
    main()
