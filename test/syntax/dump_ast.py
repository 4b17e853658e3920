"""Prints Python's own trees, one JSON object a line.

Without arguments, those of the standard library: path, text, dump. With `-`, those of the texts that
come as JSON strings, one a line: dump, or null where Python does not compile the text.

A dump is one line of text that spells the whole tree: kinds, fields, and positions as UTF-16
offsets, `~` where none are compared. `dump.ts` writes the same for our trees.
"""

import ast
import io
import json
import os
import re
import sys
import sysconfig
import threading
import tokenize
import warnings

OPERATORS = {
    'Add': '+', 'Sub': '-', 'Mult': '*', 'MatMult': '@', 'Div': '/', 'Mod': '%', 'Pow': '**',
    'LShift': '<<', 'RShift': '>>', 'BitOr': '|', 'BitXor': '^', 'BitAnd': '&', 'FloorDiv': '//',
    'And': 'and', 'Or': 'or', 'Not': 'not', 'USub': '-', 'UAdd': '+', 'Invert': '~',
    'Eq': '==', 'NotEq': '!=', 'Lt': '<', 'LtE': '<=', 'Gt': '>', 'GtE': '>=',
    'Is': 'is', 'IsNot': 'is not', 'In': 'in', 'NotIn': 'not in',
}
LEFT_OUT = {'ctx', 'type_comment', 'kind', 'simple'}
# Newer than the oldest Python this runs on.
ADDED = {'FunctionDef': ['type_params'], 'AsyncFunctionDef': ['type_params'],
         'ClassDef': ['type_params'], 'TypeVar': ['default_value'],
         'ParamSpec': ['default_value'], 'TypeVarTuple': ['default_value']}
LINE = re.compile(r'[^\r\n]*(?:\r\n|\r|\n|$)')


class Dumper:
    def __init__(self, text):
        self.text = text
        self.out = []
        self.lines = LINE.findall(text)
        self.starts = []
        at = 0
        for line in self.lines:
            self.starts.append(at)
            at += len(line) if line.isascii() else len(line.encode('utf-16-le', 'surrogatepass')) // 2

    def offset(self, lineno, column):
        line = self.lines[lineno - 1]
        if not line.isascii():
            before = line.encode('utf-8', 'surrogatepass')[:column]
            column = len(before.decode('utf-8', 'surrogatepass').encode('utf-16-le', 'surrogatepass')) // 2
        return self.starts[lineno - 1] + column

    def source(self, node):
        lines = self.lines[node.lineno - 1:node.end_lineno]
        return '\n'.join(lines)

    def dump(self, value, in_string):
        write = self.out.append
        if isinstance(value, ast.AST):
            kind = type(value).__name__
            if kind in OPERATORS:
                write(OPERATORS[kind])
                return
            write('(' + kind)
            if hasattr(value, 'lineno') and not in_string:
                start = self.offset(value.lineno, value.col_offset)
                end = self.offset(value.end_lineno, value.end_col_offset)
                write(f' {start} {end}')
            else:
                write(' ~')
            if kind == 'Constant':
                self.constant(value)
            else:
                inside = in_string or kind == 'JoinedStr'
                added = ADDED.get(kind, [])
                for name in [*(f for f in value._fields if f not in added), *added]:
                    if name in LEFT_OUT:
                        continue
                    write(' ')
                    field = getattr(value, name, [] if name == 'type_params' else None)
                    if name == 'conversion':
                        field = None if field < 0 else chr(field)
                    elif name == 'is_async':
                        field = bool(field)
                    elif name == 'level':
                        field = field or 0
                    self.dump(field, inside)
            write(')')
        elif isinstance(value, list):
            write('[')
            for item in value:
                self.dump(item, in_string)
                write(',')
            write(']')
        else:
            write('None' if value is None else json.dumps(value) if isinstance(value, str) else str(value))

    def constant(self, node):
        value = node.value
        kind = 'None' if value is None else 'Ellipsis' if value is ... else type(value).__name__
        self.out.append(' ' + kind)
        if kind == 'str':
            # We do not carry the names of characters.
            self.out.append(' ' + ('?' if '\\N{' in self.source(node) else json.dumps(value)))
        elif kind == 'bool':
            self.out.append(f' {value}')


def dump(text, tree):
    dumper = Dumper(text)
    dumper.dump(tree.body, False)
    return ''.join(dumper.out)


def of_texts():
    for line in sys.stdin:
        text = json.loads(line)
        try:
            tree = ast.parse(text)
            compile(tree, '', 'exec')
            row = dump(text, tree)
        except (SyntaxError, ValueError):
            row = None
        sys.stdout.write(json.dumps(row) + '\n')


def of_library():
    root = sysconfig.get_paths()['stdlib']
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(f for f in folders if f not in ('site-packages', '__pycache__'))
        for name in sorted(files):
            if not name.endswith('.py'):
                continue
            path = os.path.join(folder, name)
            with open(path, 'rb') as file:
                data = file.read()
            try:
                encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
                text = data.decode(encoding)
                tree = ast.parse(text)
            except (SyntaxError, ValueError, LookupError, RecursionError):
                continue
            row = {'path': os.path.relpath(path, root), 'text': text, 'dump': dump(text, tree)}
            sys.stdout.write(json.dumps(row) + '\n')


warnings.simplefilter('ignore')
sys.setrecursionlimit(1_000_000)
threading.stack_size(512 * 1024 * 1024)
thread = threading.Thread(target=of_texts if '-' in sys.argv else of_library)
thread.start()
thread.join()
