import { closesWhatItGives, openerOf } from '../knowledge/sessions.ts';
import { bodyFacts, isProjectId, type Semantics, yieldsUnderCleanup } from '../semantics/index.ts';
import {
  ancestors,
  type Call,
  type Expr,
  type Name,
  type Node,
  SKIP,
  type Stmt,
  type With,
  type WithItem,
  walk,
} from '../syntax/index.ts';
import type { Edits } from './edits.ts';
import { isOneOf } from './locks.ts';
import { Offers } from './repairs.ts';
import page from './ressource-fermee-avant-la-tache.md';
import type { Fix, FixContext, FoundNode, Rule } from './rule.ts';

export const ressourceFermeeAvantLaTache: Rule = {
  code: 'ATT315',
  slug: 'ressource-fermee-avant-la-tache',
  level: 'warning',
  peers: ['ASYNC111'],
  page,
  handlers: {
    Call(call, context) {
      if (call.func.kind !== 'Attribute' || call.func.attr !== 'create_task') return;
      const found = closedTooSoon(call, context);
      if (found === undefined || isWaitedFor(call, found.block, context)) return;
      const { id } = found.name;
      context.report({
        at: call,
        span: found.name,
        message: `\`${id}\` sera fermé avant que cette tâche finisse\u00a0: le bloc qui ouvre \`${id}\` se termine avant celui du groupe, qui n’attend ses tâches qu’à la fin.`,
        related: [
          { at: found.item, message: `\`${id}\` est ouvert ici, et fermé à la sortie de ce bloc.` },
        ],
      });
    },
  },
  fixes,
};

interface Closed {
  readonly name: Name;
  /** What opens it, and the block at the end of which it is closed. */
  readonly item: WithItem;
  readonly block: With;
  readonly group: With;
}

/** What a task is given that is opened inside its group. */
function closedTooSoon(call: Call, context: Semantics): Closed | undefined {
  const receiver = call.func.kind === 'Attribute' ? call.func.value : call.func;
  const [coroutine] = call.args;
  if (receiver.kind !== 'Name' || coroutine?.kind !== 'Call') return undefined;
  const opened = openedBy(receiver, context);
  if (opened === undefined || !isOneOf(receiver, ['asyncio.TaskGroup'], context)) return undefined;
  const group = opened.parent as With;
  for (const name of givenTo(coroutine)) {
    const item = openedBy(name, context);
    const block = item?.parent as With | undefined;
    if (item === undefined || block === undefined || !isInside(item, opened)) continue;
    const isAround = [...ancestors(call)].includes(block);
    if (isAround && closes(item, context)) return { name, item, block, group };
  }
  return undefined;
}

/** The names that a call hands on: as its arguments, in a collection, or by a method of theirs. */
function givenTo({ func, args, keywords }: Call): readonly Name[] {
  const values: Expr[] = [...args, ...keywords.map(({ value }) => value)];
  if (func.kind === 'Attribute') values.push(func.value);
  return values.flatMap((value) => {
    const items = value.kind === 'Tuple' || value.kind === 'List' ? value.elts : [value];
    return items.filter((item): item is Name => item.kind === 'Name');
  });
}

/** The item of a `with` of the same function that binds the name, whichever path leads to it. */
function openedBy(name: Name, context: Semantics): WithItem | undefined {
  const reaching = context.reaching(name);
  const [binding, ...others] = reaching?.bindings ?? [];
  if (binding?.origin.how !== 'with' || others.length > 0) return undefined;
  if (reaching?.holder.node !== context.functionAround(name)) return undefined;
  return binding.origin.path.length === 0 ? binding.origin.item : undefined;
}

/** Is the item opened after the other, and closed before it? */
function isInside(item: WithItem, outer: WithItem): boolean {
  const block = outer.parent as With;
  if (item.parent === block) return item.start > outer.start;
  return [...ancestors(item)].includes(block);
}

/** Does leaving the block certainly take away what the manager gives? */
function closes({ context_expr }: WithItem, context: Semantics): boolean {
  if (context_expr.kind !== 'Call') return false;
  const callee = context.callee(context_expr) ?? '';
  if (closesWhatItGives(callee) || openerOf(callee)?.isManager) return true;
  const made = context.kindOf(context_expr);
  if (made.k === 'instance' && isProjectId(made.cls))
    return ['__exit__', '__aexit__'].some((method) => {
      const exit = context.member(made, method);
      return exit?.k === 'function' && context.summary(exit.fn, 'does something', isActive);
    });
  const called = context.kindOf(context_expr.func);
  return (
    called.k === 'function' &&
    context.summary(called.fn, 'manages', (fn, inside) => {
      const isManager = fn.decorator_list.some((decorator) =>
        /^contextlib\.(?:async)?contextmanager$/.test(inside.resolve(decorator) ?? ''),
      );
      return isManager && yieldsUnderCleanup(fn, inside).length > 0;
    })
  );
}

function isActive(fn: Parameters<typeof bodyFacts>[0]): boolean {
  return !bodyFacts(fn).isStub && fn.body.some(({ kind }) => kind !== 'Return');
}

/** May the block wait for the task before it ends? Whatever it awaits afterwards may do so, but sleep. */
function isWaitedFor(call: Call, block: With, context: Semantics): boolean {
  if (call.parent?.kind !== 'Expr') return true;
  let found = false;
  walk(block.body, (node) => {
    if (node.kind === 'FunctionDef' || node.kind === 'AsyncFunctionDef' || node.kind === 'Lambda')
      return SKIP;
    const isLater = node.start > call.end;
    if (
      isLater &&
      (node.kind === 'AsyncFor' || (node.kind === 'Await' && !isSleep(node.value, context)))
    )
      found = true;
    return undefined;
  });
  return found;
}

function isSleep(awaited: Node, context: Semantics): boolean {
  return awaited.kind === 'Call' && context.callee(awaited) === 'asyncio.sleep';
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const found = closedTooSoon(node as Call, context);
  const offers = new Offers(context);
  if (found === undefined) return offers.fixes;
  const { block, group } = found;
  if (block === group && group.items.length === 2)
    offers.add('Ouvrir le groupe en dernier', 'review', (edits) => {
      const [first, second] = group.items as readonly [WithItem, WithItem];
      edits.replace(first, context.text(second));
      edits.replace(second, context.text(first));
    });
  else if (group.body.length === 1 && group.body[0] === (block as Stmt))
    offers.add('Ouvrir le groupe en dernier', 'review', (edits) => swap(edits, group, block));
  return offers.fixes;
}

/** Exchanges the headers of two blocks, one of which fills the other. */
function swap(edits: Edits, outer: With, inner: With): void {
  const { chunk } = edits.file.placeOf(outer);
  const header = ({ start, headerEnd }: With) => chunk.text.slice(start, headerEnd);
  const isBare = ({ headerEnd }: With) => /^[ \t]*[\r\n]/.test(chunk.text.slice(headerEnd));
  const bound = new Set<string>();
  walk(outer.items, (node) => {
    if (node.kind === 'Name') bound.add(node.id);
  });
  let depends = false;
  for (const { context_expr } of inner.items)
    walk([context_expr], (node) => {
      if (node.kind === 'Name' && bound.has(node.id)) depends = true;
    });
  if (depends || !isBare(outer) || !isBare(inner)) edits.abandon();
  edits.replaceRange(outer, outer.start, outer.headerEnd, header(inner));
  edits.replaceRange(inner, inner.start, inner.headerEnd, header(outer));
}
