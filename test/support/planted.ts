/** A project made for a proof: coroutines that block by way of helpers, and others that look the same and do not. */

/** How a coroutine, or a helper, uses the helper below it. */
const WAYS: Readonly<
  Record<string, { readonly define: (body: string) => string; readonly use: string }>
> = {
  function: { define: (body) => `def outil():\n    ${body}\n`, use: 'outil()' },
  method: {
    define: (body) => `class Outil:\n    def agir(self):\n        ${body}\n`,
    use: 'Outil().agir()',
  },
  inherited: {
    define: (body) =>
      `class Base:\n    def agir(self):\n        ${body}\n\n\nclass Outil(Base):\n    pass\n`,
    use: 'Outil().agir()',
  },
  static: {
    define: (body) => `class Outil:\n    @staticmethod\n    def agir():\n        ${body}\n`,
    use: 'Outil.agir()',
  },
  attribute: {
    define: (body) =>
      `class Moteur:\n    def agir(self):\n        ${body}\n\n\nclass Outil:\n    def __init__(self):\n        self.moteur = Moteur()\n`,
    use: 'Outil().moteur.agir()',
  },
  initialisation: {
    define: (body) => `class Outil:\n    def __init__(self):\n        ${body}\n`,
    use: 'Outil()',
  },
  property: {
    define: (body) => `class Outil:\n    @property\n    def valeur(self):\n        ${body}\n`,
    use: 'Outil().valeur',
  },
  callable: {
    define: (body) => `class Outil:\n    def __call__(self):\n        ${body}\n`,
    use: 'Outil()()',
  },
  manager: {
    define: (body) =>
      `class Outil:\n    def __enter__(self):\n        ${body}\n\n    def __exit__(self, *exc):\n        pass\n`,
    use: 'with Outil(): pass',
  },
  contextmanager: {
    define: (body) =>
      `from contextlib import contextmanager\n\n\n@contextmanager\ndef outil():\n    ${body}\n    yield\n`,
    use: 'with outil(): pass',
  },
  decorated: {
    define: (body) =>
      `from functools import wraps\n\n\ndef mesurer(f):\n    @wraps(f)\n    def enveloppe(*args):\n        return f(*args)\n\n    return enveloppe\n\n\n@mesurer\ndef outil():\n    ${body}\n`,
    use: 'outil()',
  },
  decorator: {
    define: (body) =>
      `def avant(f):\n    def enveloppe(*args):\n        ${body}\n        return f(*args)\n\n    return enveloppe\n\n\n@avant\ndef outil():\n    pass\n`,
    use: 'outil()',
  },
  generator: {
    define: (body) => `def outil():\n    ${body}\n    yield 1\n`,
    use: 'for _ in outil(): pass',
  },
};

const ENDS: readonly (readonly [imports: string, call: string])[] = [
  ['import time', 'time.sleep(1)'],
  ['import requests', 'requests.get("a")'],
  ['import subprocess', 'subprocess.run(["a"])'],
  ['import socket', 'socket.getaddrinfo("a", 1)'],
  ['import threading', 'threading.Event().wait()'],
  ['import sqlite3', 'sqlite3.connect("a")'],
];
/** The same helpers end in these: nothing blocks. */
const HARMLESS = 'print(1)';
const MOST_DEEP = 4;

export interface Planted {
  /** Texts by file name; each helper has a file of its own. */
  readonly files: ReadonlyMap<string, string>;
  /** Names of the files that hold coroutines, with the line (from 1) where each blocks; null: it does not. */
  readonly coroutines: ReadonlyMap<string, number | null>;
}

/** For each way of the coroutine, each depth and each end: one that blocks, one that does not, one that hands over. */
export function plant(): Planted {
  const files = new Map<string, string>();
  const coroutines = new Map<string, number | null>();
  const ways = Object.keys(WAYS);
  for (const [first, way] of ways.entries())
    for (let depth = 1; depth <= MOST_DEEP; depth++)
      for (const [last, [imports, call]] of ENDS.entries())
        for (const blocks of [true, false]) {
          const name = `${way}_${depth}_${last}_${blocks ? 'bloque' : 'calme'}`;
          for (let level = 1; level <= depth; level++) {
            // The coroutine uses `way`; below, the ways follow one another.
            const own = WAYS[ways[(first + (level - 1) * (last + 1)) % ways.length]!]!;
            const below = WAYS[ways[(first + level * (last + 1)) % ways.length]!]!;
            const isLast = level === depth;
            const body = isLast ? (blocks ? call : HARMLESS) : named(below.use, level + 1);
            const needs = isLast ? imports : `from ${name}_${level + 1} import *`;
            files.set(
              `${name}_${level}.py`,
              `${needs}\n\n\n${named(own.define('…'), level).replace('…', body)}`,
            );
          }
          const use = `from ${name}_1 import *\n\n\nasync def main():\n    ${named(WAYS[way]!.use, 1)}\n`;
          files.set(`${name}.py`, use);
          coroutines.set(`${name}.py`, blocks ? 5 : null);
        }
  for (const [last, [imports, call]] of ENDS.entries()) {
    const name = `confie_${last}`;
    files.set(`${name}_1.py`, `${imports}\n\n\ndef outil():\n    ${call}\n`);
    for (const [i, handed] of [
      'await asyncio.to_thread(outil)',
      'await asyncio.get_running_loop().run_in_executor(None, outil)',
      'threading.Thread(target=outil).start()',
    ].entries()) {
      const text = `import asyncio\nimport threading\nfrom ${name}_1 import outil\n\n\nasync def main():\n    ${handed}\n`;
      files.set(`${name}_${i}_main.py`, text);
      coroutines.set(`${name}_${i}_main.py`, null);
    }
  }
  return { files, coroutines };
}

/** Each file has names of its own. */
function named(code: string, level: number): string {
  return code.replace(/[Oo]util/g, `$&${level}`);
}
