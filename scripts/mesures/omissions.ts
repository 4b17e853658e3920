/**
 * Where an `await` can be forgotten, and what one has to know to see that it was. Runs inside the bundle that
 * `load-module.ts` makes, as it uses the core.
 */

import { stdlibModule } from '../../server/src/knowledge/stdlib.ts';
import {
  type ChunkSemantics,
  Facts,
  FileSemantics,
  keyOf,
  projectDoor,
} from '../../server/src/semantics/index.ts';
import { type Binding, scopeHolding, scopesOf } from '../../server/src/semantics/scopes.ts';
import {
  type Call,
  type Expr,
  lineAt,
  type Name,
  type Node,
  PythonParser,
  walk,
} from '../../server/src/syntax/index.ts';
import type { PythonFile } from '../wheels.ts';

/** `await f()` alone as a statement, or an `await f()` whose value serves. */
export type Situation = 'statement' | 'value';

export interface Omission {
  readonly path: string;
  readonly situation: Situation;
  /** The range of `await `, in the file's text. */
  readonly start: number;
  readonly end: number;
  /** The function that it is forgotten in: first and last lines, from 0. */
  readonly within: readonly [first: number, last: number];
  readonly line: number;
  readonly source: string;
  /** What is called, in words: what one has to know. */
  readonly shape: string;
  /** What our semantics says of each step of the callee: `self: …; self.conn: …`. */
  readonly known: () => string;
}

/** All the places of the files, in source order; tests, examples and stubs left out. */
export async function omissionsIn(
  files: readonly PythonFile[],
  runtimeWasm: Uint8Array,
  grammarWasm: Uint8Array,
): Promise<Omission[]> {
  const parser = await PythonParser.create(runtimeWasm, grammarWasm);
  const facts = factsOf(files, parser);
  return files.filter(isProgram).flatMap(({ path }) => inFile(new FileSemantics(facts, path)));
}

function isProgram({ path }: PythonFile): boolean {
  return path.endsWith('.py') && !/\b(tests?|testing|examples?|conftest)\b|\/test_/.test(path);
}

/** The files as the command line finds them on its disk. */
function factsOf(files: readonly PythonFile[], parser: PythonParser): Facts {
  const facts = new Facts(projectDoor);
  const folders = new Map<string, Set<string>>();
  for (const { path, text } of files) {
    facts.setFile(path, { source: parser.parse(text), notebook: false, target: [3, 11] });
    const parts = path.split('/');
    for (let i = 1; i < parts.length; i++) {
      const folder = parts.slice(0, i).join('/');
      const entries = folders.get(folder) ?? new Set();
      folders.set(folder, entries.add(i < parts.length - 1 ? `${parts[i]}/` : parts[i]!));
    }
  }
  for (const [folder, entries] of folders) facts.setFolder(folder, entries);
  return facts;
}

function inFile(file: FileSemantics): Omission[] {
  const { source } = file.table;
  const found: Omission[] = [];
  for (const { chunk, start } of source.chunks) {
    const semantics = file.of(chunk);
    walk(chunk.body, (node) => {
      if (node.kind !== 'Await' || node.value.kind !== 'Call') return;
      const call = node.value;
      const around = semantics.functionAround(node);
      // Only what can be taken out without moving a line.
      if (around === null || chunk.text.slice(node.start, call.start) !== 'await ') return;
      const line = lineAt(source.lineStarts, start + node.start);
      found.push({
        path: file.path,
        situation: node.parent?.kind === 'Expr' ? 'statement' : 'value',
        start: start + node.start,
        end: start + call.start,
        within: [
          lineAt(source.lineStarts, start + around.start),
          lineAt(source.lineStarts, start + around.end),
        ],
        line,
        source: source.text.slice(source.lineStarts[line], source.lineStarts[line + 1]).trim(),
        shape: shapeOf(call, file, semantics),
        known: () => knownOf(call.func, semantics),
      });
    });
  }
  return found;
}

/** What has to be known to know what is called. */
function shapeOf(call: Call, file: FileSemantics, semantics: ChunkSemantics): string {
  const { func } = call;
  if (func.kind === 'Name') return nameShape(func, file, semantics);
  if (func.kind !== 'Attribute') return 'other expression';
  const receiver = func.value;
  if (receiver.kind === 'Name') {
    const shape = nameShape(receiver, file, semantics);
    if (shape !== 'self') return `method or member of: ${shape}`;
    return classHas(func.attr, file, semantics, call)
      ? 'self.method, of this very class'
      : 'self.method, inherited';
  }
  if (receiver.kind === 'Call')
    return receiver.func.kind === 'Name' && receiver.func.id === 'super'
      ? 'super().method'
      : 'method of what a call returns';
  if (receiver.kind !== 'Attribute') return 'method of another expression';
  return receiver.value.kind === 'Name' && nameShape(receiver.value, file, semantics) === 'self'
    ? 'method of an attribute of self'
    : 'method of a longer path';
}

function nameShape(name: Name, file: FileSemantics, semantics: ChunkSemantics): string {
  const { chunk } = semantics;
  const from = scopesOf(chunk).nameScopes.get(name);
  const holder = from === undefined ? null : scopeHolding(name.id, from);
  const isLocal = holder !== null && holder.kind !== 'module' && holder.node !== null;
  const bindings = isLocal
    ? (semantics.reaching(name)?.bindings ?? [])
    : (file.table.bindings.get(name.id) ?? []).map(({ item }) => item);
  const [binding] = bindings;
  if (binding === undefined)
    return file.table.stars.length > 0 ? 'name imported with *' : 'built-in name';
  if (bindings.length > 1) return 'name bound several times';
  return bindingShape(binding, isLocal ? 'local' : 'global', file.path);
}

function bindingShape(binding: Binding, where: string, path: string): string {
  const { origin } = binding;
  switch (origin.how) {
    case 'function':
      return `${where} function`;
    case 'class':
      return `${where} class`;
    case 'import': {
      if (origin.level > 0 || path.split('/')[1] === origin.module.split('.')[0])
        return 'import from the package';
      return stdlibModule(origin.module.split('.')[0]!) === undefined
        ? 'import from another package'
        : 'import from the standard library';
    }
    case 'parameter':
      if (origin.index === 0 && binding.scope.parent?.kind === 'class') return 'self';
      return `${origin.arg.annotation === null ? 'un-annotated' : 'annotated'} parameter`;
    case 'assign': {
      if (origin.path.length > 0) return `${where} variable, unpacked`;
      return `${where} variable = ${valueShape(origin.value)}`;
    }
    case 'annotated':
      return `${where} annotated variable`;
    default:
      return `${where} variable of \`${origin.how}\``;
  }
}

function valueShape(value: Expr): string {
  if (value.kind === 'Await') return `await ${valueShape(value.value)}`;
  if (value.kind === 'Call') return 'call';
  return value.kind === 'Attribute' || value.kind === 'Subscript'
    ? value.kind.toLowerCase()
    : 'other';
}

function classHas(
  name: string,
  { table }: FileSemantics,
  semantics: ChunkSemantics,
  at: Node,
): boolean {
  const qualname = semantics.classAround(at)?.split('::').at(-1);
  const record = qualname === undefined ? undefined : table.classes.get(qualname);
  return record?.bindings.has(name) ?? false;
}

function knownOf(callee: Expr, semantics: ChunkSemantics): string {
  const steps: string[] = [];
  for (let expr: Expr | null = callee; expr !== null; expr = before(expr)) {
    const kind = semantics.kindOf(expr);
    steps.unshift(`${semantics.text(expr)}: ${keyOf(kind)}`);
  }
  return steps.join('; ');
}

function before(expr: Expr): Expr | null {
  switch (expr.kind) {
    case 'Attribute':
    case 'Subscript':
    case 'Await':
      return expr.value;
    case 'Call':
      return expr.func;
    default:
      return null;
  }
}
