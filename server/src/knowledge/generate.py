"""Turns typeshed's stubs of the standard library into stdlib.json (format: README.md).

Usage: python3 generate.py [--check] [--pyright DIRECTORY]

A stub is evaluated once for every Python version its conditions can tell apart, as a type checker
would, and the results are merged: what differs from one version to the next becomes a range. Conditions
on the platform do not divide: what exists on one platform exists.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path

from evaluation import Evaluation, read_stubs, versions_told_apart

HERE = Path(__file__).resolve().parent
FORMAT = 1
PRIVATE_PACKAGE = "_typeshed"

# typeshed forgets the versions that it no longer supports: here is when the names that rules speak of
# appeared, as the documentation of Python tells.
EARLIER = {
    f"{owner}.{name}": version
    for version, names in {
        7: {
            "_asyncio": "current_task get_running_loop",
            "_asyncio.Future": "get_loop",
            "asyncio.base_events.BaseEventLoop": "sendfile sock_recv_into sock_sendfile start_tls",
            "asyncio.base_events.Server": "get_loop is_serving serve_forever start_serving",
            "asyncio.events.AbstractEventLoop": "sendfile sock_recv_into sock_sendfile start_tls",
            "asyncio.events.AbstractServer": "get_loop is_serving serve_forever start_serving",
            "asyncio.events.Handle": "cancelled",
            "asyncio.events.TimerHandle": "when",
            "asyncio.protocols": "BufferedProtocol",
            "asyncio.runners": "run",
            "asyncio.streams.StreamWriter": "is_closing wait_closed",
            "asyncio.tasks": "all_tasks create_task current_task",
            "builtins": "breakpoint",
            "contextlib": "AbstractAsyncContextManager AsyncExitStack asynccontextmanager nullcontext",
        },
        8: {
            "_asyncio.Task": "get_coro get_name set_name",
            "asyncio.unix_events": "MultiLoopChildWatcher ThreadedChildWatcher",
            "functools": "cached_property",
            "unittest.async_case": "IsolatedAsyncioTestCase",
            "unittest.mock": "AsyncMock",
        },
        9: {
            "asyncio.base_events.BaseEventLoop": "shutdown_default_executor",
            "asyncio.events.AbstractEventLoop": "shutdown_default_executor",
            "asyncio.threads": "to_thread",
            "asyncio.unix_events": "PidfdChildWatcher",
            "functools": "cache",
        },
        10: {
            "builtins": "aiter anext",
            "contextlib": "AsyncContextDecorator aclosing",
        },
    }.items()
    for owner, members in names.items()
    for name in members.split()
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true", help="compare with the file instead of writing it")
    parser.add_argument("--pyright", type=Path, default=HERE.parents[2] / "node_modules" / "pyright")
    arguments = parser.parse_args()
    text = generate(arguments.pyright)
    output = HERE / "stdlib.json"
    if not arguments.check:
        output.write_text(text, encoding="utf-8", newline="\n")
    elif output.read_text(encoding="utf-8") != text:
        sys.exit(f"{output.name} differs from what the stubs say: run `npm run knowledge`.")


def generate(pyright: Path) -> str:
    typeshed = pyright / "dist" / "typeshed-fallback"
    stubs = read_stubs(typeshed / "stdlib")
    versions = versions_told_apart(stubs)
    tables = {version: Evaluation(stubs, version).tables() for version in versions}
    modules = {
        name: merge({v: tables[v][name] for v in span}, span, name)
        for name in stubs
        if (span := [v for v in versions if name in tables[v]])
    }
    header = {
        "format": FORMAT,
        "typeshed": (typeshed / "commit.txt").read_text(encoding="utf-8").strip(),
        "pyright": json.loads((pyright / "package.json").read_text(encoding="utf-8"))["version"],
        "oldest": list(versions[0]),
        "newest": list(versions[-1]),
    }
    lines = [
        f"{dump(name)}:{dump(';'.join([stubs[name].lifetime, *write_names(names)]))}"
        for name, names in prune(modules).items()
    ]
    return dump(header)[:-1] + ',"modules":{\n' + ",\n".join(lines) + "\n}}\n"


def dump(value) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


# --- Merging versions --------------------------------------------------------------------------------


def merge(tables: dict, span: list, owner: str) -> dict:
    """Name → its variants, oldest first: [(versions where it holds, fact with merged members)].

    `tables` gives the facts by version, `span` the versions where the owner exists."""
    merged = {}
    for name in dict.fromkeys(name for facts in tables.values() for name in facts):
        variants: list[tuple[list, list]] = []
        for version in span:
            fact = tables.get(version, {}).get(name)
            if fact is None:
                continue
            if variants and same(variants[-1][1][-1], fact) and variants[-1][0][-1] == before(version):
                variants[-1][0].append(version)
                variants[-1][1].append(fact)
            else:
                variants.append(([version], [fact]))
        merged[name] = [encode(versions, facts, span, f"{owner}.{name}") for versions, facts in variants]
    return merged


def before(version):
    return (version[0], version[1] - 1)


def same(one, other) -> bool:
    """Whether two facts may be told as one: classes always may, their members having ranges."""
    return one[0] == other[0] and (one[0] == "class" or one[1] == other[1])


def encode(versions: list, facts: list, span: list, qualified: str):
    since = f"{versions[0][1]}" if versions[0] != span[0] else ""
    until = f"{versions[-1][1] + 1}" if versions[-1] != span[-1] else ""
    if not since:
        since = EARLIER.get(qualified, "")
    lifetime = f"{since}-{until}" if since or until else ""
    fact = facts[-1]
    deprecation = None
    if fact[0] != "alias" and fact[-1]:
        first = next(version for version, f in zip(versions, facts) if f[-1])
        said, _, removed = fact[-1].partition("-")
        deprecation = f"{said or (first[1] if first != span[0] else '')}-{removed}"
    prefix = (f"@{lifetime} " if lifetime else "") + (f"!{deprecation} " if deprecation else "")
    if fact[0] == "class":
        members = merge({v: f[2] for v, f in zip(versions, facts)}, versions, qualified)
        return {"prefix": prefix, **fact[1], "m": members}
    return prefix + (f"={fact[1]}" if fact[0] == "alias" else fact[1])


# --- Keeping what can be reached ---------------------------------------------------------------------


def prune(modules: dict) -> dict:
    """Leaves out the private names, and the members of _typeshed, that no kept fact refers to."""
    kept: set[tuple[str, str]] = set()
    waiting = [
        (module, name)
        for module, names in modules.items()
        if module.partition(".")[0] != PRIVATE_PACKAGE
        for name in names
        if not is_private(name)
    ]
    while waiting:
        module, name = waiting.pop()
        if (module, name) in kept or name not in modules.get(module, {}):
            continue
        kept.add((module, name))
        modules[module][name] = [without_private(variant) for variant in modules[module][name]]
        for mentioned in set(re.findall(r"[A-Za-z_]\w*(?:\.\w+)+", dump(modules[module][name]))):
            waiting += split_everywhere(mentioned, modules)
    pruned = {
        module: {name: names[name] for name in names if (module, name) in kept} for module, names in modules.items()
    }
    return {
        module: names
        for module, names in pruned.items()
        if names or module.partition(".")[0] != PRIVATE_PACKAGE
    }


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.endswith("__")


def without_private(variant):
    if isinstance(variant, str):
        return variant
    members = {
        name: [without_private(inner) for inner in variants]
        for name, variants in variant["m"].items()
        if not is_private(name)
    }
    return {**variant, "m": members}


def split_everywhere(qualified: str, modules: dict) -> list[tuple[str, str]]:
    parts = qualified.split(".")
    return [
        (".".join(parts[:cut]), parts[cut]) for cut in range(1, len(parts)) if ".".join(parts[:cut]) in modules
    ]


# --- Writing -----------------------------------------------------------------------------------------


def write_names(names: dict) -> list[str]:
    return [f"{name} {'&'.join(map(write_variant, variants))}" for name, variants in names.items()]


def write_variant(variant: str | dict) -> str:
    if isinstance(variant, str):
        return variant
    parameters = f"[{variant['p']}]" if "p" in variant else ""
    bases = f"({','.join(variant['b'])})" if "b" in variant else ""
    metaclass = f"^{variant['k']}" if "k" in variant else ""
    return f"{variant['prefix']}c{parameters}{bases}{metaclass}{{{';'.join(write_names(variant['m']))}}}"


if __name__ == "__main__":
    main()
