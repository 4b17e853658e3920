/** The repair that turns a function into a coroutine function, and mends all that calls it in the file. */
import {
  bodyFacts,
  type FileSemantics,
  isProjectId,
  type Kind,
  membersOf,
  scopesOf,
  splitProjectId,
} from '../semantics/index.ts';
import { type Attribute, type Call, type FunctionDef, type Name, walk } from '../syntax/index.ts';
import { isStarted } from './coroutine-uses.ts';
import type { Edits } from './edits.ts';
import { insideGeneratorExpression } from './repairs.ts';
import type { Fix } from './rule.ts';
import { awaitRun, loopReachedFrom, runsLoop } from './running-loop.ts';

/**
 * Makes the function `async` and mends all that calls it in the file: `await` in coroutines,
 * `asyncio.run` at module level, and the same again for the sync functions on the way. What these gave to
 * `asyncio.run`, themselves or by way of others, is awaited: a loop runs them now.
 * `review` when some call of it may have been missed, or what is awaited is not known; null (and the edits are abandoned) when a use of one
 * of the functions is not a plain call.
 */
export function makeAsync(edits: Edits, first: FunctionDef): Fix['applicability'] | null {
  const done = tryMakeAsync(edits, first);
  if (done === null) edits.abandon();
  return done;
}

function tryMakeAsync(edits: Edits, first: FunctionDef): Fix['applicability'] | null {
  const { file } = edits;
  const pending = [first];
  const done = new Set<FunctionDef>();
  let applicability: Fix['applicability'] = 'safe';
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (done.has(node)) continue;
    done.add(node);
    if (!canBecomeAsync(node, file)) return null;
    edits.insertBefore(node, 'async ');
    for (const call of callsOf(node, file)) {
      if (runsLoop(call, file.at(call))) {
        const sure = awaitRun(edits, call);
        if (sure === null) return null;
        if (sure === 'review') applicability = sure;
        continue;
      }
      const runner = loopReachedFrom(call, file.at(call))?.through.at(-1);
      if (runner === undefined) continue;
      const found = file.facts.functionNode(runner);
      if (found === undefined || splitProjectId(runner).path !== file.path) return null;
      pending.push(found.item);
    }
    const { uses, unclear } = usesOf(node, file);
    if (unclear || isForeseenByBase(node, file)) applicability = 'review';
    for (const use of uses) {
      const call = use.parent;
      if (call?.kind !== 'Call' || call.func !== use) return null;
      const caller = awaitCall(edits, call);
      if (caller === false) return null;
      if (caller !== true) pending.push(caller);
    }
  }
  return applicability;
}

/** The calls in the function's own body. */
function callsOf(node: FunctionDef, file: FileSemantics): readonly Call[] {
  const semantics = file.at(node);
  const calls: Call[] = [];
  walk(node.body, (n) => {
    if (n.kind === 'Call' && semantics.functionAround(n) === node) calls.push(n);
  });
  return calls;
}

/** Do others call the method as a base class, or whoever made it, foresees? */
function isForeseenByBase(node: FunctionDef, file: FileSemantics): boolean {
  const home = file.at(node);
  const cls = home.functionAround(node) === null ? home.classAround(node) : undefined;
  if (cls === undefined) return false;
  const { mro, complete } = file.facts.classes.of(cls);
  const foresees = (base: string) =>
    !isProjectId(base) || file.facts.classes.ownMember(base, node.name) !== undefined;
  return !complete || mro.slice(1).some(foresees);
}

function canBecomeAsync(node: FunctionDef, file: FileSemantics): boolean {
  if (node.kind !== 'FunctionDef' || /^__\w+__$/.test(node.name)) return false;
  if (bodyFacts(node).yields.length > 0) return false;
  const semantics = file.at(node);
  // Whatever else decorates the function may call it in its own way.
  return node.decorator_list.every((decorator) =>
    HARMLESS.has(semantics.resolve(decorator.kind === 'Call' ? decorator.func : decorator) ?? ''),
  );
}

const HARMLESS = new Set([
  'staticmethod',
  'classmethod',
  'functools.wraps',
  'typing.override',
  'typing.final',
]);

/** Mends a call of what has become a coroutine: true when done, the sync function that must follow, or false. */
function awaitCall(edits: Edits, call: Call): FunctionDef | boolean {
  const semantics = edits.file.at(call);
  if (isStarted(call, semantics)) return true;
  switch (semantics.surroundings(call)) {
    case 'coroutine':
    case 'notebook':
      if (insideGeneratorExpression(call)) return false;
      edits.awaitExpr(call);
      return true;
    case 'module': {
      const run = edits.name('asyncio', 'run', call);
      if (run === undefined) return false;
      edits.insertBefore(call, `${run}(`);
      edits.insertAfter(call, ')');
      return true;
    }
    case 'function': {
      if (insideGeneratorExpression(call)) return false;
      edits.awaitExpr(call);
      return semantics.functionAround(call) as FunctionDef;
    }
    default:
      return false;
  }
}

/**
 * All the expressions of the file that denote the function; unclear when some attribute of its name has an
 * unknown receiver, so that a use may be missing.
 */
function usesOf(
  node: FunctionDef,
  file: FileSemantics,
): { readonly uses: readonly (Name | Attribute)[]; readonly unclear: boolean } {
  const home = file.at(node);
  const id = home.idOf(node);
  const isMethod = home.classAround(node) !== undefined && home.functionAround(node) === null;
  const uses: (Name | Attribute)[] = [];
  let unclear = false;
  for (const { chunk } of file.table.source.chunks) {
    const semantics = file.of(chunk);
    const { nameReads, attributeReads } = scopesOf(chunk);
    if (!isMethod) {
      for (const read of nameReads.get(node.name) ?? [])
        if (mayBe(semantics.kindOf(read), id)) uses.push(read);
    }
    if (!attributeReads.has(node.name)) continue;
    walk(chunk.body, (n) => {
      if (n.kind !== 'Attribute' || n.attr !== node.name) return;
      const kind = semantics.kindOf(n);
      if (mayBe(kind, id)) uses.push(n);
      else if (isMethod && kind.k === 'unknown') unclear = true;
    });
  }
  return { uses, unclear };
}

function mayBe(kind: Kind, id: string | undefined): boolean {
  return membersOf(kind).some((member) => member.k === 'function' && member.fn === id);
}
