import { isProjectId, type Semantics } from '../semantics/index.ts';
import {
  ancestors,
  type Call,
  type ExceptHandler,
  type Expr,
  type Node,
  SKIP,
  type Stmt,
  type Try,
  type With,
  walk,
} from '../syntax/index.ts';
import type { Edits } from './edits.ts';
import { lineEnd, lineStart } from './edits.ts';
import { isOneOf } from './locks.ts';
import { Offers } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule } from './rule.ts';
import { isTimeLimit, limitName } from './time-limits.ts';
import page from './timeout-intercepte-trop-tot.md';

export const timeoutIntercepteTropTot: Rule = {
  code: 'ATT316',
  slug: 'timeout-intercepte-trop-tot',
  level: 'warning',
  peers: [],
  page,
  handlers: {
    ExceptHandler(handler, context) {
      const type = timeoutIn(handler);
      const attempt = handler.parent as Try;
      if (type === undefined) return;
      const block = blockAround(attempt, context);
      const limit = block?.items.find(({ context_expr }) => isTimeLimit(context_expr, context));
      if (block === undefined || limit === undefined || isCaughtBeyond(block)) return;
      if (!/(?:^|\.)TimeoutError$/.test(context.resolve(type) ?? '')) return;
      if (mayTimeOut(attempt.body, context) || !waits(attempt.body)) return;
      context.report({
        at: handler,
        span: type,
        message: `Cet \`except\` ne verra pas expirer \`${limitName(limit.context_expr as Call, context)}\`\u00a0: \`TimeoutError\` n’est levée qu’à la sortie du bloc \`async with\`.`,
        related: [
          { at: limit, message: 'C’est à la sortie de ce bloc que `TimeoutError` est levée.' },
        ],
      });
    },
  },
  fixes,
};

/** The `TimeoutError`, by its name, among what the handler catches. */
function timeoutIn({ type }: ExceptHandler): Expr | undefined {
  const types = type?.kind === 'Tuple' ? type.elts : type === null ? [] : [type];
  return types.find((t) => /^TimeoutError$/.test(lastName(t)));
}

function lastName(expr: Expr): string {
  return expr.kind === 'Attribute' ? expr.attr : expr.kind === 'Name' ? expr.id : '';
}

/** The innermost `async with` of a time limit whose block holds the statement. */
function blockAround(attempt: Try, context: Semantics): With | undefined {
  let child: Node = attempt;
  for (const parent of ancestors(attempt)) {
    if (OPENS.has(parent.kind)) return undefined;
    if (parent.kind === 'AsyncWith' && parent.body.includes(child as Stmt))
      if (parent.items.some(({ context_expr }) => isTimeLimit(context_expr, context)))
        return parent;
    child = parent;
  }
  return undefined;
}

const OPENS: ReadonlySet<string> = new Set([
  'FunctionDef',
  'AsyncFunctionDef',
  'Lambda',
  'ClassDef',
]);

/** Does the same function catch the exception outside the block too? Then it knows where it is raised. */
function isCaughtBeyond(block: With): boolean {
  let child: Node = block;
  for (const parent of ancestors(block)) {
    if (OPENS.has(parent.kind)) return false;
    const isTry = parent.kind === 'Try' || parent.kind === 'TryStar';
    if (isTry && parent.body.includes(child as Stmt) && parent.handlers.length > 0) return true;
    child = parent;
  }
  return false;
}

function waits(body: readonly Node[]): boolean {
  let found = false;
  walk(body, (node) => {
    if (OPENS.has(node.kind)) return SKIP;
    if (node.kind === 'Await' || node.kind === 'AsyncWith') found = true;
    return undefined;
  });
  return found;
}

/** May the code raise a `TimeoutError` of its own? Whatever it awaits and that is not known may. */
function mayTimeOut(body: readonly Node[], context: Semantics): boolean {
  let found = false;
  walk(body, (node) => {
    if (found || OPENS.has(node.kind)) return SKIP;
    found =
      (node.kind === 'Await' && awaitMayTimeOut(node.value, context)) ||
      (node.kind === 'AsyncWith' &&
        !node.items.every(({ context_expr }) => isOneOf(context_expr, QUIET, context))) ||
      node.kind === 'AsyncFor' ||
      (node.kind === 'comprehension' && node.is_async) ||
      (node.kind === 'Raise' && node.exc !== null) ||
      (node.kind === 'keyword' && node.arg === 'timeout') ||
      (node.kind === 'Call' && /timeout/i.test(lastName(node.func)));
    return undefined;
  });
  return found;
}

const QUIET = ['asyncio.Lock', 'asyncio.Semaphore', 'asyncio.Condition', 'asyncio.TaskGroup'];

function awaitMayTimeOut(awaited: Expr, context: Semantics): boolean {
  if (awaited.kind !== 'Call') return true;
  const kind = context.kindOf(awaited.func);
  if (kind.k === 'function' && isProjectId(kind.fn))
    return !context.summary(kind.fn, 'never times out', (fn, inside) => {
      return !mayTimeOut(fn.body, inside);
    });
  const callee = context.callee(awaited) ?? '';
  if (/^asyncio\.(?:gather|shield)$/.test(callee))
    return awaited.args.some((arg) => awaitMayTimeOut(arg, context));
  return !/^asyncio\./.test(callee) || /^asyncio\.(?:wait_for|to_thread|wrap_future)$/.test(callee);
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const attempt = node.parent as Try;
  const block = attempt.parent;
  const offers = new Offers(context);
  // With other statements in the block, what the `try` is about would change.
  if (block?.kind === 'AsyncWith' && block.body.length === 1)
    offers.add('Sortir le `try` du bloc `async with`', 'review', (edits) =>
      moveOut(edits, block, attempt),
    );
  return offers.fixes;
}

function moveOut(edits: Edits, block: With, attempt: Try): void {
  const { file } = edits;
  const { start: base, chunk } = file.placeOf(block);
  const step = edits.indentOf(attempt).slice(edits.indentOf(block).length);
  const [from, to] = [file.start(attempt), lineEnd(file.text, file.start(attempt))];
  const header = chunk.text.slice(block.start, block.headerEnd);
  const isPlain = file.text.slice(from, to).trim() === 'try:' && !/[\r\n]/.test(header);
  if (!isPlain || step === '' || !edits.standsAlone(attempt)) {
    edits.abandon();
    return;
  }
  edits.insertBefore(block, `try:\n${edits.indentOf(attempt)}`);
  const next = to + /^(?:\r\n|\n|\r)?/.exec(file.text.slice(to))![0].length;
  edits.replaceRange(block, lineStart(file.text, from) - base, next - base, '');
  edits.dedentBelow(file.end(attempt.body.at(-1)!), attempt, step);
}
