import {
  every,
  isProjectId,
  localReads,
  type Semantics,
  splitProjectId,
} from '../semantics/index.ts';
import { type Call, type Expr, type Name, type Stmt, walk } from '../syntax/index.ts';
import type { Edits } from './edits.ts';
import page from './join-sans-task-done.md';
import { blockOf, Offers, siblingsOf, statementOf } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule, RuleContext } from './rule.ts';

export const joinSansTaskDone: Rule = {
  code: 'ATT606',
  slug: 'join-sans-task-done',
  level: 'warning',
  peers: [],
  page,
  handlers: {
    Call(call, context) {
      const { func } = call;
      if (func.kind !== 'Attribute') return;
      if (func.attr === 'join') checkJoin(call, func.value, context);
      else if (func.attr === 'task_done') checkDone(call, func.value, context);
    },
  },
  fixes,
};

function checkJoin(call: Call, queue: Expr, context: RuleContext): void {
  if (call.args.length > 0 || call.parent?.kind !== 'Await' || !isQueue(queue, context)) return;
  if (context.isAttributeReadAnywhere('task_done')) return;
  // Nothing is ever put in: there is nothing to wait for.
  if (!context.isAttributeReadAnywhere('put') && !context.isAttributeReadAnywhere('put_nowait'))
    return;
  if (!isKnownHereOnly(queue, context)) return;
  const written = context.text(queue);
  context.report({
    at: call,
    message: `\`${written}.join()\` attendra pour toujours\u00a0: rien n’appelle \`task_done()\` pour les éléments tirés de cette file.`,
  });
}

function isQueue(expr: Expr, context: Semantics): boolean {
  return every(
    context.kindOf(expr),
    (k) => k.k === 'instance' && context.derives(k.cls, 'asyncio.Queue'),
  );
}

/** Is the queue certainly made by asyncio, and given to nothing but functions and classes of this file? */
function isKnownHereOnly(queue: Expr, context: Semantics): boolean {
  if (queue.kind === 'Attribute')
    return (
      queue.attr.startsWith('_') &&
      context.classAround(queue) !== undefined &&
      isPlain(queue, context)
    );
  if (queue.kind !== 'Name' || !isPlain(queue, context)) return false;
  const bindings = context.reaching(queue)?.bindings ?? [];
  if (bindings.length === 0 || bindings.some(({ origin }) => origin.how !== 'assign')) return false;
  const reads = localReads(bindings[0]!.node as Name, context);
  return reads?.every((read) => isKeptHere(read, context)) ?? false;
}

/** Not of a class of the project, which may count in its own way. */
function isPlain(queue: Expr, context: Semantics): boolean {
  return every(context.kindOf(queue), (k) => k.k === 'instance' && !isProjectId(k.cls));
}

function isKeptHere(read: Name, context: Semantics): boolean {
  const { parent } = read;
  if (parent?.kind === 'Attribute') return true;
  const call = parent?.kind === 'keyword' ? parent.parent : parent;
  if (call?.kind !== 'Call' || read.start < call.openParen) return false;
  const kind = context.kindOf(call.func);
  const id = kind.k === 'function' ? kind.fn : kind.k === 'class' ? kind.cls : '';
  return isProjectId(id) && splitProjectId(id).path === context.path;
}

/** An item that raises between `get()` and `task_done()` is never counted. */
function checkDone(call: Call, queue: Expr, context: RuleContext): void {
  const statement = call.parent;
  if (statement?.kind !== 'Expr' || context.surroundings(call) !== 'coroutine') return;
  if (!context.isAttributeReadAnywhere('join')) return;
  const written = context.text(queue);
  const between = sinceTaken(statement, written, context);
  if (between === null || !between.some((s) => mayRaise(s))) return;
  if (
    context.kindOf(queue).k !== 'unknown'
      ? !isQueue(queue, context)
      : !context.fileImports('asyncio')
  )
    return;
  context.report({
    at: call,
    level: 'hint',
    message: `Si le traitement lève une exception, \`${written}.task_done()\` n’est pas appelée, et \`join()\` attendra pour toujours.`,
  });
}

/** The statements of its block between `… = await queue.get()` and the statement; null when there is no such. */
function sinceTaken(statement: Stmt, queue: string, context: Semantics): readonly Stmt[] | null {
  const block = siblingsOf(statement) ?? [];
  const end = block.indexOf(statement);
  for (let at = end - 1; at >= 0; at--)
    if (takesFrom(block[at]!, context) === queue) return block.slice(at + 1, end);
  return null;
}

/** `item = await queue.get()`: the queue. */
function takesFrom(statement: Stmt, context: Semantics): string | null {
  const value = statement.kind === 'Assign' ? statement.value : null;
  const call = value?.kind === 'Await' ? value.value : null;
  if (call?.kind !== 'Call' || call.func.kind !== 'Attribute') return null;
  return call.func.attr === 'get' && call.args.length === 0 ? context.text(call.func.value) : null;
}

function mayRaise(statement: Stmt): boolean {
  if (statement.kind === 'Try') {
    const catches = statement.handlers.some(
      ({ type }) => type === null || (type.kind === 'Name' && /^(?:Base)?Exception$/.test(type.id)),
    );
    return !catches && statement.body.some(mayRaise);
  }
  let found = false;
  walk(statement, (node) => {
    if (node.kind === 'Await' || node.kind === 'AsyncFor' || node.kind === 'AsyncWith')
      found = true;
  });
  return found;
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const call = node as Call;
  const offers = new Offers(context);
  const isDone = call.func.kind === 'Attribute' && call.func.attr === 'task_done';
  offers.add('Appeler `task_done()` dans un `finally`', 'review', (edits) => {
    if (isDone) moveToFinally(edits, call, context);
    else addFinally(edits, context);
  });
  return offers.fixes;
}

function moveToFinally(edits: Edits, call: Call, context: FixContext): void {
  const statement = statementOf(call)!;
  const { func } = call;
  const written = func.kind === 'Attribute' ? context.text(func.value) : '';
  const between = sinceTaken(statement, written, context) ?? [];
  // Counted twice, it would raise.
  if (between.length === 0 || between.some((s) => context.text(s).includes('task_done')))
    edits.abandon();
  else {
    edits.wrap('try:', between);
    const indent = edits.indentOf(statement);
    edits.replace(statement, `finally:\n${indent}${edits.indentUnit}${context.text(statement)}`);
  }
}

/** Counts what the one place of the file that takes from a queue has taken. */
function addFinally(edits: Edits, context: FixContext): void {
  const takers: { readonly taker: Stmt; readonly queue: string }[] = [];
  for (const { chunk } of context.file.table.source.chunks)
    walk(chunk.body, (node) => {
      if (node.kind !== 'Assign') return;
      const queue = takesFrom(node, context.file.of(chunk));
      if (queue !== null) takers.push({ taker: node, queue });
    });
  const [only, ...others] = takers;
  const block = only === undefined ? [] : blockOf(only.taker, context.file);
  const after = block.slice(block.indexOf(only?.taker as Stmt) + 1);
  if (only === undefined || others.length > 0 || after.length === 0) {
    edits.abandon();
    return;
  }
  edits.wrap('try:', after);
  edits.insertLinesAfter(after.at(-1)!, [
    'finally:',
    `${edits.indentUnit}${only.queue}.task_done()`,
  ]);
}
