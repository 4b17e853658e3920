/** The directions in which the layers of `server/src` may lean on one another. */

import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Sources by path below `server/src`; a page stands for a rule's. */
type Sources = ReadonlyMap<string, string>;

/** What each layer may import, itself apart. The files beside the layers start the program. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  syntax: [],
  knowledge: [],
  fiches: [],
  semantics: ['syntax', 'knowledge'],
  rules: ['semantics', 'syntax', 'knowledge'],
  lint: ['rules', 'semantics', 'syntax', 'fiches'],
  lsp: ['lint'],
  cli: ['lint', 'start'],
  start: ['lsp', 'cli', 'lint'],
};

/** Layers that know neither the editor nor the machine. */
const PURE = ['syntax', 'knowledge', 'fiches', 'semantics', 'rules', 'lint'];

/** Packages that the pure layers may use, and where. */
const PACKAGES: Readonly<Record<string, string>> = {
  'web-tree-sitter': 'syntax/parse.ts',
  'smol-toml': 'lint/configuration.ts',
};

const MACHINE =
  /(?<![.\w$])(process|fetch|setTimeout|setInterval|setImmediate|require|Buffer|console)\b(?!['"]?\s*[?:])/g;

describe('the layers', () => {
  it('lean only downwards', () => {
    const sources = readSources();
    expect(sources.size).toBeGreaterThan(20);
    expect(faultsOf(sources)).toEqual([]);
  });

  it.each([
    [
      'a lower layer that imports a higher one',
      'syntax/a.ts',
      "import { b } from '../lint/b.ts';",
      /syntax\/a.ts imports lint\/b.ts/,
    ],
    [
      'a type imported upwards',
      'semantics/a.ts',
      "import type { B } from '../rules/b.ts';",
      /imports rules\/b.ts/,
    ],
    ['an export from above', 'rules/a.ts', "export * from '../lint/b.ts';", /imports lint\/b.ts/],
    [
      'an import on several lines',
      'rules/a.ts',
      "import {\n  b,\n} from '../lsp/b.ts';",
      /imports lsp\/b.ts/,
    ],
    [
      'an import on the way',
      'rules/a.ts',
      "const b = await import('../lsp/b.ts');",
      /imports lsp\/b.ts/,
    ],
    ['an import for its effects', 'rules/a.ts', "import '../lsp/b.ts';", /imports lsp\/b.ts/],
    [
      'a way round the public face',
      'lsp/a.ts',
      "import { b } from '../lint/b.ts';",
      /other than lint\/index.ts/,
    ],
    [
      'a layer skipped',
      'cli/a.ts',
      "import { b } from '../rules/index.ts';",
      /imports rules\/index.ts/,
    ],
    [
      'the parser elsewhere',
      'semantics/a.ts',
      "import { Parser } from 'web-tree-sitter';",
      /imports web-tree-sitter/,
    ],
    ['the machine', 'lint/a.ts', "import { join } from 'node:path';", /imports node:path/],
    [
      'the editor',
      'rules/a.ts',
      "import { Range } from 'vscode-languageserver';",
      /imports vscode-languageserver/,
    ],
    ['a timer', 'lint/a.ts', 'setTimeout(run, 10);', /uses setTimeout/],
    ['the environment', 'lint/a.ts', 'const home = process.env.HOME;', /uses process/],
    [
      'a rule that imports a rule',
      'rules/un.ts',
      "import { deux } from './deux.ts';",
      /imports the rule deux/,
    ],
    [
      'a rule known below the index',
      'rules/edits.ts',
      "import { un } from './un.ts';",
      /imports the rule un/,
    ],
    ['a code of a rule', 'lint/a.ts', "if (code === 'ATT101') skip();", /names ATT101/],
    ['a code of a rule as a key', 'lint/a.ts', 'const levels = { ATT101: 1 };', /names ATT101/],
    ['a slug of a rule', 'lsp/a.ts', "if (slug === 'deux') skip();", /names the rule deux/],
  ])('are told of %s', (_, path, text, fault) => {
    expect(faultsOf(new Map([...twoRules, [path, text]])).join('\n')).toMatch(fault);
  });

  it('may do the rest', () => {
    const sources = new Map([
      ...twoRules,
      ['rules/index.ts', "import { un } from './un.ts';\nimport { deux } from './deux.ts';"],
      ['rules/un.ts', "import page from './un.md';\nimport { edits } from './edits.ts';"],
      [
        'lint/a.ts',
        "// As `process` says, 'ATT101' is one.\nconst a = { process: tree.process('fetch()') };",
      ],
      [
        'lsp/a.ts',
        "import { Workspace } from '../lint/index.ts';\nimport { URI } from 'vscode-uri';",
      ],
    ]);
    expect(faultsOf(sources)).toEqual([]);
  });
});

const twoRules: [string, string][] = ['un', 'deux'].flatMap((slug) => [
  [`rules/${slug}.ts`, ''],
  [`rules/${slug}.md`, ''],
]);

function faultsOf(sources: Sources): string[] {
  const rules = [...sources.keys()]
    .map((path) => /^rules\/(.+)\.md$/.exec(path)?.[1])
    .filter((slug) => slug !== undefined);
  return [...sources]
    .filter(([path]) => path.endsWith('.ts') && !path.endsWith('.d.ts'))
    .flatMap(([path, text]) => {
      const code = withoutComments(text);
      const faults = [
        ...importsOf(code).flatMap((target) => importFaults(path, target, rules)),
        ...(PURE.includes(layerOf(path)) ? machineFaults(code) : []),
        ...(['lint', 'lsp'].includes(layerOf(path)) ? ruleFaults(code, rules) : []),
      ];
      return faults.map((fault) => `${path} ${fault}`);
    });
}

function importFaults(path: string, target: string, rules: readonly string[]): string[] {
  const layer = layerOf(path);
  if (!target.startsWith('.')) {
    const allowed = !PURE.includes(layer) || PACKAGES[target] === path;
    const parser = target.startsWith('web-tree-sitter') && PACKAGES[target] !== path;
    return allowed && !parser ? [] : [`imports ${target}`];
  }
  const imported = posix.join(posix.dirname(path), target);
  const faults: string[] = [];
  if (layerOf(imported) !== layer) {
    if (!MAY_IMPORT[layer]!.includes(layerOf(imported))) faults.push(`imports ${imported}`);
    else if (
      !PURE.includes(layer) &&
      layerOf(imported) === 'lint' &&
      imported !== 'lint/index.ts'
    ) {
      faults.push(`imports ${imported}, other than lint/index.ts`);
    }
  }
  const rule = /^rules\/(.+)\.ts$/.exec(imported)?.[1];
  if (rule && rules.includes(rule) && path !== 'rules/index.ts') {
    faults.push(`imports the rule ${rule}`);
  }
  return faults;
}

function machineFaults(code: string): string[] {
  return [...withoutStrings(code).matchAll(MACHINE)].map(([, name]) => `uses ${name}`);
}

function ruleFaults(code: string, rules: readonly string[]): string[] {
  return [
    // A sentence may give a code as an example.
    ...[...code.matchAll(/'(ATT\d{3})'/g)].map(([, name]) => `names ${name}`),
    ...[...withoutStrings(code).matchAll(/\bATT\d{3}\b/g)].map(([name]) => `names ${name}`),
    ...rules.filter((slug) => code.includes(`'${slug}'`)).map((slug) => `names the rule ${slug}`),
  ];
}

function importsOf(code: string): string[] {
  const pattern =
    /^(?:import|export)\s[^;'=()]*\bfrom\s+'([^'\n]+)'|^import\s+'([^'\n]+)'|\bimport\(\s*'([^'\n]+)'/gm;
  return [...code.matchAll(pattern)].map((match) => (match[1] ?? match[2] ?? match[3])!);
}

function layerOf(path: string): string {
  const slash = path.indexOf('/');
  return slash < 0 ? 'start' : path.slice(0, slash);
}

/** Strings are kept: what looks like a comment in one is none. */
function withoutComments(text: string): string {
  return text.replace(/'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`|\/\*[\s\S]*?\*\/|\/\/.*/g, (match) =>
    match.startsWith('/') ? '' : match,
  );
}

function withoutStrings(code: string): string {
  return code.replace(/'(?:\\.|[^'\\\n])*'/g, "''");
}

function readSources(): Sources {
  const root = join(import.meta.dirname, '../../server/src');
  return new Map(
    readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.(ts|md)$/.test(path))
      .map((path) => [path, readFileSync(join(root, path), 'utf8')]),
  );
}
