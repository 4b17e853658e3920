"""Writes, for each file named on standard input, CPython's own symbol tables as one JSON line."""

import json
import symtable
import sys

KINDS = {"lambda", "genexpr", "listcomp", "setcomp", "dictcomp"}


def kind_of(symbol):
    if symbol.is_free():
        return "free"
    if symbol.is_global():
        return "global"
    return "local"


def tables(table):
    for child in table.get_children():
        name = child.get_name()
        kind = name if name in KINDS else child.get_type()
        symbols = {
            symbol.get_name(): kind_of(symbol)
            for symbol in child.get_symbols()
            if not symbol.get_name().startswith(".")
        }
        yield {"kind": kind, "name": name, "line": child.get_lineno(), "symbols": symbols}
        yield from tables(child)


for path in sys.stdin.read().split("\0"):
    try:
        with open(path, encoding="utf-8") as file:
            source = file.read()
        top = symtable.symtable(source, path, "exec")
    except (SyntaxError, ValueError, UnicodeDecodeError, RecursionError):
        continue
    print(json.dumps({"path": path, "tables": list(tables(top))}))
