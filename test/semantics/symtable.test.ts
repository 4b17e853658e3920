import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Scope, scopeHolding, scopesOf } from '../../server/src/semantics/scopes.ts';
import { nextTable } from '../../server/src/semantics/table.ts';
import { lineAt, type PythonParser, type SourceFile } from '../../server/src/syntax/index.ts';
import { loadParser } from '../support/parser.ts';
import { pythonMinor } from '../support/python.ts';

/** One table of CPython's `symtable`, or the same as we see it. */
interface Table {
  readonly kind: string;
  readonly name: string;
  readonly line: number;
  readonly symbols: Readonly<Record<string, string>>;
}

const COMPREHENSIONS: Readonly<Record<string, string>> = {
  ListComp: 'listcomp',
  SetComp: 'setcomp',
  GeneratorExp: 'genexpr',
  DictComp: 'dictcomp',
};

describe.skipIf(pythonMinor === undefined)('scopes, beside CPython’s symtable', () => {
  let parser: PythonParser;
  beforeAll(async () => {
    parser = await loadParser();
  });

  it('agree on every name of every scope of the standard library', () => {
    const files = standardLibrary();
    const run = spawnSync('python3', [join(import.meta.dirname, 'symbol_tables.py')], {
      input: files.join('\0'),
      encoding: 'utf8',
      maxBuffer: 1 << 30,
    });
    const theirs = run.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { path: string; tables: Table[] });
    let scopes = 0;
    let names = 0;
    const differences: string[] = [];
    for (const { path, tables } of theirs) {
      const text = readText(path);
      if (text === undefined) continue;
      const source = parser.parse(text);
      for (const { table, symbols, differing } of matched(tables, source)) {
        scopes++;
        names += symbols.length;
        for (const [symbol, expected] of differing)
          differences.push(`${path}:${table.line} ${table.name}: ${symbol} is ${expected}`);
      }
    }
    console.log(
      `symtable: ${theirs.length} files, ${scopes} scopes, ${names} names, ${differences.length} differences`,
    );
    expect(differences.slice(0, 20)).toEqual([]);
    expect(theirs.length).toBeGreaterThan(500);
  }, 300_000);
});

it.runIf(pythonMinor === undefined)(
  'python3 is missing: scopes were not compared with CPython’s',
  () => {
    console.warn('python3 introuvable : comparaison avec symtable non faite');
  },
);

type Classify = (name: string) => string;

/**
 * Holds CPython's tables against our scopes of the same kind, name and line; where one line has several
 * (`lambda: lambda: x`), against the one that agrees best, each serving once.
 */
function* matched(tables: readonly Table[], source: SourceFile) {
  const ours = new Map<string, Classify[]>();
  for (const { key, of } of scopesIn(source)) {
    const list = ours.get(key) ?? [];
    list.push(of);
    ours.set(key, list);
  }
  for (const table of tables) {
    // In 3.11 a function called `top` is taken by symtable for the module.
    if (table.name === 'top') continue;
    const symbols = Object.entries(table.symbols).filter(
      ([name]) => name !== '__class__' && !isMangled(name),
    );
    // A function may be called `listcomp`, which is how symtable names comprehensions.
    const candidates =
      ours.get(`${table.kind} ${table.name} ${table.line}`) ??
      ours.get(`function ${table.name} ${table.line}`) ??
      [];
    let best = { index: -1, differing: symbols };
    candidates.forEach((of, index) => {
      const differing = symbols.filter(([name, expected]) => of(name) !== expected);
      if (best.index < 0 || differing.length < best.differing.length) best = { index, differing };
    });
    if (best.index >= 0) candidates.splice(best.index, 1);
    yield { table, symbols, differing: best.differing };
  }
}

function* scopesIn(source: SourceFile): Generator<{ key: string; of: Classify }> {
  const { table: module } = nextTable(undefined, '/m.py', source);
  for (const placed of source.chunks) {
    const { opened } = scopesOf(placed.chunk);
    for (const [node, scope] of opened) {
      const line = lineAt(source.lineStarts, placed.start + node.start) + 1;
      const of = (name: string) => classify(name, scope);
      if (node.kind === 'Lambda') yield { key: `lambda lambda ${line}`, of };
      else if (node.kind === 'ClassDef') {
        const record = module.classes.get(module.qualnames.get(node)!)!;
        const inClass = (name: string) =>
          record.bindings.has(name) ? 'local' : classify(name, scope);
        yield { key: `class ${node.name} ${line}`, of: inClass };
      } else if (node.kind in COMPREHENSIONS) {
        const kind = COMPREHENSIONS[node.kind]!;
        yield { key: `${kind} ${kind} ${line}`, of };
      } else if ('name' in node) yield { key: `function ${node.name} ${line}`, of };
    }
  }
}

function classify(name: string, scope: Scope): string {
  const holder = scopeHolding(name, scope);
  if (holder === scope) return 'local';
  return holder === null || holder.kind === 'module' ? 'global' : 'free';
}

/** `__x` inside a class is `_Class__x` to CPython. */
function isMangled(name: string): boolean {
  return /^_[A-Za-z]\w*?__\w*[^_]_?$/.test(name) || /^_[A-Za-z]\w*__\w+$/.test(name);
}

function standardLibrary(): string[] {
  const script =
    'import os, sysconfig\nroot = sysconfig.get_paths()["stdlib"]\n' +
    'print("\\0".join(os.path.join(d, f) for d, s, fs in os.walk(root) if "site-packages" not in d for f in sorted(fs) if f.endswith(".py")), end="")';
  return execFileSync('python3', ['-c', script], { encoding: 'utf8', maxBuffer: 1 << 26 }).split(
    '\0',
  );
}

function readText(path: string): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
  } catch {
    return undefined;
  }
}
