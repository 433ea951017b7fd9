#!/usr/bin/env python3
"""Fails when a package that this service is built or tested with has a licence outside deny.toml, or is banned there.

Crates are read from `cargo metadata`, npm packages from every package-lock.json.
"""

import json
import pathlib
import re
import subprocess
import sys
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent

# npm packages are tools, or stylesheets and typefaces that are delivered as files of their own: these licences ask
# nothing of the program beside them.
ALSO_FOR_NPM = {"BlueOak-1.0.0", "CC-BY-3.0", "CC-BY-4.0", "MPL-2.0", "OFL-1.1", "Python-2.0"}
# Packages whose manifest names no licence, with the licence that their own files name.
CLARIFIED = {"reserved@0.1.2": "MIT"}


def is_allowed(expression, allowed):
    """Whether an SPDX expression can be met with allowed licences alone. Raises ValueError on what is none."""
    # Old manifests separate alternatives by a slash.
    tokens = re.findall(r"[()]|[^\s()]+", expression.replace("/", " OR "))
    place = 0

    def peek():
        return tokens[place] if place < len(tokens) else None

    def take():
        nonlocal place
        place += 1
        return tokens[place - 1]

    def either():
        result = both()
        while peek() == "OR":
            take()
            result = both() or result
        return result

    def both():
        result = one()
        while peek() == "AND":
            take()
            result = one() and result
        return result

    def one():
        token = peek()
        if token in (None, ")", "AND", "OR", "WITH"):
            raise ValueError(expression)
        take()
        if token == "(":
            result = either()
            if peek() != ")":
                raise ValueError(expression)
            take()
            return result
        if peek() == "WITH":
            take()
            token = f"{token} WITH {take() if peek() else ''}"
        return token in allowed

    result = either()
    if peek() is not None:
        raise ValueError(expression)
    return result


def objection(licence, allowed):
    """Why a package may not be used for its licence; None when it may."""
    if not licence:
        return "noemt geen licentie"
    try:
        return None if is_allowed(licence, allowed) else f"licentie {licence} staat niet in deny.toml"
    except ValueError:
        return f"licentie {licence} is geen SPDX-uitdrukking"


def crates():
    command = ["cargo", "metadata", "--format-version", "1", "--locked", "--all-features"]
    answer = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE)
    return json.loads(answer.stdout)["packages"]


def npm_packages():
    for lock in sorted(ROOT.rglob("package-lock.json")):
        if {"node_modules", "target"} & set(lock.relative_to(ROOT).parts):
            continue
        for path, package in json.loads(lock.read_text())["packages"].items():
            if path and not package.get("link"):
                yield f"{lock.relative_to(ROOT).parent}/{path}", package


def main():
    rules = tomllib.loads((ROOT / "deny.toml").read_text())
    allowed = set(rules["licenses"]["allow"])
    banned = {rule["crate"]: rule["reason"] for rule in rules["bans"]["deny"]}
    counted, objections = 0, []
    for crate in crates():
        counted += 1
        name = f"{crate['name']} {crate['version']}"
        if crate["name"] in banned:
            objections.append(f"{name}: verboden: {banned[crate['name']]}")
        if reason := objection(crate["license"], allowed):
            objections.append(f"{name}: {reason}")
    for name, package in npm_packages():
        counted += 1
        short = f"{name.rpartition('node_modules/')[2]}@{package.get('version')}"
        if reason := objection(package.get("license") or CLARIFIED.get(short), allowed | ALSO_FOR_NPM):
            objections.append(f"{name}: {reason}")
    for line in objections:
        print(line, file=sys.stderr)
    print(f"licenties: {counted} pakketten bekeken, {len(objections)} bezwaren")
    return 1 if objections else 0


if __name__ == "__main__":
    sys.exit(main())
