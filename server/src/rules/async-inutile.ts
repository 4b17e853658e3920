import {
  bodyFacts,
  type FileSemantics,
  type Question,
  type Semantics,
  scopesOf,
  setOffBy,
  suspends,
} from '../semantics/index.ts';
import {
  type Arguments,
  type Call,
  type Expr,
  type FunctionDef,
  type Name,
  type Node,
  SKIP,
  walk,
} from '../syntax/index.ts';
import page from './async-inutile.md';
import type { Edits } from './edits.ts';
import { Offers } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule } from './rule.ts';
import { isCoroutine, isFuture } from './tasks.ts';

export const asyncInutile: Rule = {
  code: 'ATT117',
  slug: 'async-inutile',
  level: 'off',
  peers: ['RUF029', 'ASYNC124', 'S7503'],
  page,
  handlers: {
    AsyncFunctionDef(fn, context) {
      if (!mayBeSync(fn) || suspensionsIn(fn).length > 0 || dealsWithLoop(fn, context)) return;
      // A method answers to what its class, or another one, foresees.
      if (context.surroundings(fn) === 'class') return;
      const { bindings } = context.scopeAround(fn);
      if ((bindings.get(fn.name)?.length ?? 1) > 1) return;
      const uses = scopesOf(context.chunk).nameReads.get(fn.name) ?? [];
      const isInside = context.functionAround(fn) !== null;
      if (uses.some(needsCoroutine)) return;
      if (!isInside && context.isNameUsedElsewhere(fn.name, 'needs a coroutine of', needsCoroutine))
        return;
      context.report({
        at: fn,
        span: { start: fn.start, end: fn.nameEnd },
        message: `\`${fn.name}()\` n’attend jamais rien\u00a0: elle peut se passer d’\`async\`, et ceux qui l’appellent d’\`await\`.`,
      });
    },
  },
  fixes,
};

/** Would `def` do as well, by the looks of the function itself? */
function mayBeSync(fn: FunctionDef): boolean {
  const { isStub, isDamaged, yields } = bodyFacts(fn);
  if (fn.decorator_list.length > 0 || /^test(?:_|$)/.test(fn.name)) return false;
  return !isStub && !isDamaged && yields.length === 0 && !fn.body.every(isAbstract);
}

/** What is to be written, or only says that it does not do it. */
function isAbstract(statement: FunctionDef['body'][number]): boolean {
  switch (statement.kind) {
    case 'Pass':
    case 'Raise':
      return true;
    case 'Expr':
      return statement.value.kind === 'Constant';
    case 'Return':
      return statement.value?.kind === 'Name' && statement.value.id === 'NotImplemented';
    default:
      return false;
  }
}

/** Where the function's own body may suspend. */
function suspensionsIn(fn: FunctionDef): readonly Node[] {
  const found: Node[] = [];
  const pending: Node[] = [...fn.body];
  for (let root = pending.pop(); root !== undefined; root = pending.pop())
    walk(root, (node) => {
      const later = runsNow(node);
      if (later === null) {
        if (suspends(node)) found.push(node);
        return undefined;
      }
      pending.push(...later);
      return SKIP;
    });
  return found;
}

/** Does it make coroutines or tasks, or ask for the loop, which an ordinary function may lack? */
function dealsWithLoop(fn: FunctionDef, context: Semantics): boolean {
  let deals = false;
  walk(fn.body, (node) => {
    if (node.kind !== 'Call' || node.parent?.kind === 'Await') return;
    const isOurs = isCoroutine(node, context) || isFuture(context.kindOf(node), context);
    const asks = ASKS_LOOP.found(node, context) ?? reachedFrom(node, context);
    if (isOurs || asks !== undefined) deals = true;
  });
  return deals;
}

function reachedFrom(call: Call, context: Semantics) {
  return setOffBy(call, context).find((id) => context.reach(id, ASKS_LOOP) !== undefined);
}

const NEEDS_LOOP =
  /^asyncio\.(?:create_task|ensure_future|gather|as_completed|get_running_loop|get_event_loop|current_task|all_tasks)$/;

const ASKS_LOOP: Question = {
  key: 'needs the running loop',
  found(call, inside) {
    const name = inside.callee(call);
    return name !== undefined && NEEDS_LOOP.test(name) ? name : undefined;
  },
  counts: () => true,
};

/** What is evaluated at once of a node whose body runs later; null when all of it is. */
function runsNow(node: Node): readonly Expr[] | null {
  switch (node.kind) {
    case 'FunctionDef':
    case 'AsyncFunctionDef':
      return [...node.decorator_list, ...defaultsOf(node.args)];
    case 'Lambda':
      return defaultsOf(node.args);
    case 'ClassDef':
      return [...node.decorator_list, ...node.bases, ...node.keywords.map(({ value }) => value)];
    case 'GeneratorExp':
      return node.generators.slice(0, 1).map(({ iter }) => iter);
    default:
      return null;
  }
}

function defaultsOf({ defaults, kw_defaults }: Arguments): readonly Expr[] {
  return [...defaults, ...kw_defaults.filter((value) => value !== null)];
}

/** A use other than `await f()` and `asyncio.run(f())`: handed on, made a task. */
function needsCoroutine(use: Name): boolean {
  const call = use.parent;
  if (call?.kind !== 'Call' || call.func !== use) return true;
  return call.parent?.kind !== 'Await' && !isRun(call);
}

function isRun({ parent }: Call): boolean {
  return (
    parent?.kind === 'Call' &&
    parent.func.kind === 'Attribute' &&
    parent.func.attr === 'run' &&
    parent.func.value.kind === 'Name' &&
    parent.func.value.id === 'asyncio' &&
    parent.args.length === 1 &&
    parent.keywords.length === 0
  );
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const fn = node as FunctionDef;
  const offers = new Offers(context);
  offers.add('Retirer `async` et les `await` qui l’attendent', 'review', (edits) =>
    makeSync(edits, fn, context.file),
  );
  return offers.fixes;
}

/** Takes `async` away, with the `await` of all calls in the file, and again from those that no longer await. */
function makeSync(edits: Edits, first: FunctionDef, file: FileSemantics): void {
  const done = new Set<FunctionDef>();
  const dropped = new Set<Node>();
  const pending = [first];
  for (let fn = pending.pop(); fn !== undefined; fn = pending.pop()) {
    if (done.has(fn)) continue;
    done.add(fn);
    const keyword = /^async\s+(?=def\b)/.exec(file.at(fn).text(fn));
    if (keyword === null) edits.abandon();
    else edits.replaceRange(fn, fn.start, fn.start + keyword[0].length, '');
    for (const use of usesOf(fn, file)) {
      const around = use.parent?.parent;
      if (needsCoroutine(use) || !around) {
        edits.abandon();
        return;
      }
      dropped.add(around);
      unwrap(edits, around, use.parent as Call);
      const caller = file.at(use).functionAround(use);
      const isIdle =
        caller?.kind === 'AsyncFunctionDef' &&
        around.kind === 'Await' &&
        !dealsWithLoop(caller, file.at(caller)) &&
        suspensionsIn(caller).every((suspension) => dropped.has(suspension));
      if (isIdle && mayBeSync(caller) && file.at(caller).surroundings(caller) !== 'class')
        pending.push(caller);
    }
  }
}

/** Leaves `f()` of `await f()`, of `asyncio.run(f())`; what stands in it may have edits of its own. */
function unwrap(edits: Edits, around: Node, call: Call): void {
  const { text } = edits.file.placeOf(around).chunk;
  const written = `${text.slice(around.start, call.start)}…${text.slice(call.end, around.end)}`;
  if (!/^(?:await\s+…|[\w.]+\(\s*…\s*,?\s*\))$/.test(written)) edits.abandon();
  edits.replaceRange(around, around.start, call.start, '');
  if (call.end < around.end) edits.replaceRange(around, call.end, around.end, '');
}

function usesOf(fn: FunctionDef, file: FileSemantics): readonly Name[] {
  const id = file.at(fn).idOf(fn);
  return file.table.source.chunks.flatMap(({ chunk }) =>
    (scopesOf(chunk).nameReads.get(fn.name) ?? []).filter((use) => {
      const kind = file.of(chunk).kindOf(use);
      return kind.k === 'function' && kind.fn === id;
    }),
  );
}
