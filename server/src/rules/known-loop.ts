/** How to name the loop from a function that runs in another thread, or in a signal's handler. */
import { instance, type Scope, type Semantics, splitProjectId } from '../semantics/index.ts';
import type { FunctionDef, Node } from '../syntax/index.ts';
import type { Edits } from './edits.ts';
import { kindOfHeld } from './loop-thread.ts';
import { statementOf } from './repairs.ts';
import { isLoop } from './tasks.ts';

/**
 * An expression for the loop at a node: a variable or an attribute that is seen there and holds one, else what
 * a coroutine asks for, at the node or in a variable above the function that holds it. Undefined (and the edits are abandoned) when there is none.
 */
export function loopAt(node: Node, edits: Edits): string | undefined {
  const semantics = edits.file.at(node);
  const isInCoroutine = semantics.surroundings(node) === 'coroutine';
  const known = localLoop(node, semantics) ?? attributeLoop(node, edits) ?? moduleLoop(node, edits);
  const getter = isInCoroutine ? edits.name('asyncio', 'get_running_loop', node) : undefined;
  const made = known ?? (isInCoroutine ? `${getter}()` : loopOfCoroutine(node, edits));
  if (made === undefined) edits.abandon();
  return made;
}

function localLoop(node: Node, semantics: Semantics): string | undefined {
  const inner = new Set<string>();
  const own = semantics.scopeAround(node);
  for (let scope: Scope | null = own; scope !== null; scope = scope.parent) {
    if (scope.kind === 'module' || (scope.kind === 'class' && scope !== own)) continue;
    for (const [name, bindings] of scope.bindings) {
      if (inner.has(name)) continue;
      inner.add(name);
      const isBound = scope !== own || bindings.every((binding) => binding.node.end <= node.start);
      if (isBound && bindings.every((b) => isLoop(kindOfHeld(b, semantics), semantics)))
        return name;
    }
  }
  return undefined;
}

/** `self.loop`, in a method or what it holds. */
function attributeLoop(node: Node, edits: Edits): string | undefined {
  const { file } = edits;
  const semantics = file.at(node);
  let scope: Scope | null = semantics.scopeAround(node);
  while (scope !== null && !(scope.kind === 'function' && scope.parent?.kind === 'class'))
    scope = scope.parent;
  const cls = semantics.classAround(node);
  if (scope === null || cls === undefined) return undefined;
  const { args } = scope.node as FunctionDef;
  const self = (args.posonlyargs[0] ?? args.args[0])?.arg;
  if (self === undefined || scope.bindings.get(self)?.length !== 1) return undefined;
  for (const attr of file.table.classes.get(splitProjectId(cls).qualname)?.attributes.keys() ?? [])
    if (isLoop(semantics.member(instance(cls), attr) ?? { k: 'unknown' }, semantics))
      return `${self}.${attr}`;
  return undefined;
}

function moduleLoop(node: Node, edits: Edits): string | undefined {
  const { file } = edits;
  const semantics = file.at(node);
  for (const name of file.table.bindings.keys()) {
    const kind = file.facts.global(file.path, name);
    if (kind !== undefined && isLoop(kind, semantics) && !edits.isShadowed(name, node)) return name;
  }
  return undefined;
}

/** A variable made for it, above the function, when a coroutine holds the function. */
function loopOfCoroutine(node: Node, edits: Edits): string | undefined {
  const semantics = edits.file.at(node);
  const fn = semantics.functionAround(node);
  const statement = fn === null ? null : statementOf(fn);
  if (fn === null || statement === null || !edits.standsAlone(statement)) return undefined;
  if (semantics.functionAround(fn)?.kind !== 'AsyncFunctionDef') return undefined;
  // Nothing goes between a definition and its decorators.
  if ('decorator_list' in statement && statement.decorator_list.length > 0) return undefined;
  const getter = edits.name('asyncio', 'get_running_loop', statement);
  const name = edits.freshName('boucle', statement);
  const gap = statement === fn ? '\n\n' : '\n';
  edits.insertBefore(statement, `${name} = ${getter}()${gap}${edits.indentOf(statement)}`);
  return name;
}
