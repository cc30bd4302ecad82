"""Prints THIRD-PARTY.txt: what the programs of a package are built from, with the licences in full.

    third_party.py TARGET

The packages come from `cargo metadata`: those that end in a program for TARGET, not those that only build or test it.
"""

import json
import os
import re
import shlex
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

ROOT = "headcount"
LICENCE_FILE = re.compile(r"^(licen[cs]e|copying|copyright|notice|unlicense)", re.IGNORECASE)
# Linked in as well, and no package of cargo's: (what, where it is from, terms).
RUNTIME = {
    "x86_64-unknown-linux-musl": [
        ("Rust's standard library", "https://github.com/rust-lang/rust", "MIT OR Apache-2.0"),
        ("musl, the C library", "https://musl.libc.org", "MIT; Copyright © 2005-2020 Rich Felker, et al."),
    ],
    "x86_64-pc-windows-gnu": [
        ("Rust's standard library", "https://github.com/rust-lang/rust", "MIT OR Apache-2.0"),
        ("mingw-w64's runtime", "https://www.mingw-w64.org", "Zope Public License 2.1 and public domain"),
        ("libgcc", "https://gcc.gnu.org", "GPL-3.0-or-later WITH GCC-exception-3.1, which allows any use of what is linked with it"),
    ],
}


def linked_packages(target):
    """The packages from outside that are linked into the programs, sorted by name and version."""
    cargo = shlex.split(os.environ.get("CARGO", "cargo"))
    command = [*cargo, "metadata", "--locked", "--format-version", "1", "--filter-platform", target]
    metadata = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    packages = {package["id"]: package for package in metadata["packages"]}
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}

    def is_macro(identifier):
        return any("proc-macro" in part["kind"] for part in packages[identifier]["targets"])

    open_, seen = [i for i, package in packages.items() if package["name"] == ROOT], set()
    while open_:
        identifier = open_.pop()
        if identifier in seen or is_macro(identifier):
            continue
        seen.add(identifier)
        for dependency in nodes[identifier]["deps"]:
            if any(kind["kind"] is None for kind in dependency["dep_kinds"]):
                open_.append(dependency["pkg"])
    found = [packages[i] for i in seen if packages[i]["source"]]
    return sorted(found, key=lambda package: (package["name"], package["version"]))


def licence_files(package):
    """Paths of the licence texts of a package, those of C sources that it brings included, sorted."""
    folder = Path(package["manifest_path"]).parent
    found = []
    for path, folders, files in os.walk(folder):
        depth = len(Path(path).relative_to(folder).parts)
        folders[:] = sorted(d for d in folders if depth < 2 and d not in ("tests", "test", "target", ".git"))
        found += [Path(path) / name for name in files if LICENCE_FILE.match(name) and not name.endswith(".rs")]
    return sorted(found, key=lambda file: str(file.relative_to(folder)))


def main():
    target = sys.argv[1]
    packages = linked_packages(target)
    users, without = defaultdict(list), []
    for package in packages:
        files = licence_files(package)
        if not files:
            without.append(package)
        for file in files:
            text = file.read_text(encoding="utf-8", errors="replace").replace("\r\n", "\n").strip()
            users[text].append("{name} {version}".format(**package))
    out = sys.stdout.write
    out("The programs of headcount are under the BSD 3-Clause licence (LICENSE). They are built from the packages below, too.\n")
    out("Where a package offers a choice (OR), headcount takes the most permissive one.\n\n")
    for package in packages:
        out("{name} {version}: {license}\n".format(**package))
        out("    {}\n".format(package.get("repository") or package.get("homepage") or "crates.io"))
    out("\nLinked in besides:\n\n")
    for what, where, terms in RUNTIME[target]:
        out(f"{what}: {terms}\n    {where}\n")
    if without:
        out("\nWithout a licence file of their own; their terms are those of the same name below:\n\n")
        for package in without:
            authors = ", ".join(package["authors"]) or "its authors"
            out("{name} {version}: {license}; Copyright {by}\n".format(by=authors, **package))
    for text, names in sorted(users.items(), key=lambda item: (item[1], item[0])):
        out("\n" + "=" * 100 + "\n" + "\n".join(sorted(set(names))) + "\n" + "-" * 100 + "\n\n" + text + "\n")


if __name__ == "__main__":
    main()
