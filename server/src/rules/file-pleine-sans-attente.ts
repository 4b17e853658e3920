import { isProjectId, isRepeated, type Semantics } from '../semantics/index.ts';
import { ancestors, type Call, type Expr, type FunctionDef, walk } from '../syntax/index.ts';
import page from './file-pleine-sans-attente.md';
import { isErrorExpected } from './foreseen.ts';
import { Offers } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule } from './rule.ts';

export const filePleineSansAttente: Rule = {
  code: 'ATT608',
  slug: 'file-pleine-sans-attente',
  level: 'hint',
  peers: [],
  page,
  handlers: {
    Call(call, context) {
      const { func } = call;
      if (func.kind !== 'Attribute' || !/^(?:put|get)_nowait$/.test(func.attr)) return;
      if (context.callee(call) !== `asyncio.Queue.${func.attr}`) return;
      const fn = context.functionAround(call);
      // What bears such a name says itself that it does not wait.
      if (fn === null || fn.kind === 'Lambda' || fn.name.endsWith('nowait')) return;
      const isPut = func.attr === 'put_nowait';
      const error = isPut ? 'QueueFull' : 'QueueEmpty';
      if (isForeseen(call, error, context) || isLookedAt(func.value, call, fn, context)) return;
      if (isPut ? !mayBeFull(call, func.value, fn, context) : fn.kind !== 'AsyncFunctionDef')
        return;
      const state = isPut ? 'pleine' : 'vide';
      context.report({
        at: call,
        message: `\`${context.text(func)}()\` n’attend pas\u00a0: si la file est ${state}, cet appel lève \`asyncio.${error}\`, que rien ne prévoit ici.`,
      });
    },
  },
  fixes,
};

/** Is the error handled, here or by whoever of this file knows it? */
function isForeseen(call: Call, error: string, context: Semantics): boolean {
  if (context.isAttributeReadAnywhere(error) || context.isNameReadElsewhere(error)) return true;
  for (const name of [error, 'Exception', 'BaseException'])
    if (isErrorExpected(call, name, context)) return true;
  for (const parent of ancestors(call))
    if (parent.kind === 'Try' && parent.handlers.some(({ type }) => type === null)) return true;
  return false;
}

/** Has the function asked the queue before, or put in what it takes out? */
function isLookedAt(queue: Expr, call: Call, fn: FunctionDef, context: Semantics): boolean {
  const written = context.text(queue);
  const isTaking = call.func.kind === 'Attribute' && call.func.attr === 'get_nowait';
  let isAsked = false;
  walk(fn.body, (node) => {
    if (node.kind !== 'Attribute' || node.start >= call.start) return;
    const asks = ASKING.test(node.attr);
    const fills = isTaking && /^put(?:_nowait)?$/.test(node.attr);
    if ((asks || fills) && context.text(node.value) === written) isAsked = true;
  });
  return isAsked || isAskedOfPredicate(queue, call, fn, context);
}

/** `while self.reste(): … get_nowait()`, where that function asks the queue. */
function isAskedOfPredicate(queue: Expr, call: Call, fn: FunctionDef, context: Semantics): boolean {
  if (queue.kind !== 'Attribute') return false;
  const { attr } = queue;
  for (const parent of ancestors(call)) {
    if (parent === fn) break;
    if (parent.kind !== 'While' && parent.kind !== 'If') continue;
    let asks = false;
    walk(parent.test, (node) => {
      const callee = node.kind === 'Call' ? context.kindOf(node.func) : undefined;
      if (callee?.k !== 'function' || !isProjectId(callee.fn)) return;
      asks ||= context.summary(callee.fn, `asks the queue ${attr}`, ({ body }) =>
        isAskedIn(body, attr),
      );
    });
    if (asks) return true;
  }
  return false;
}

function isAskedIn(body: FunctionDef['body'], queue: string): boolean {
  let isAsked = false;
  walk(body, (node) => {
    if (node.kind !== 'Attribute' || !ASKING.test(node.attr)) return;
    isAsked ||= node.value.kind === 'Attribute' && node.value.attr === queue;
  });
  return isAsked;
}

const ASKING = /^(?:full|empty|qsize|maxsize)$/;

function mayBeFull(call: Call, queue: Expr, fn: FunctionDef, context: Semantics): boolean {
  if (queue.kind === 'Attribute') return isBoundedAttribute(queue.attr, queue.value, context);
  if (queue.kind !== 'Name') return false;
  const [binding, ...others] = context.reaching(queue)?.bindings ?? [];
  if (others.length > 0 || binding?.origin.how !== 'assign') return false;
  const { value, path } = binding.origin;
  if (path.length > 0 || !isBounded(value, context)) return false;
  // The first item of a queue made here finds room.
  if (context.functionAround(value) !== fn || isRepeated(call)) return true;
  const reads = context.reads(queue.id, context.scopeAround(queue));
  return reads.some(
    ({ start, parent }) =>
      start < queue.start && parent?.kind === 'Attribute' && /^put/.test(parent.attr),
  );
}

/** `self.queue = asyncio.Queue(10)`, by the class's `__init__`. */
function isBoundedAttribute(attr: string, owner: Expr, context: Semantics): boolean {
  const kind = context.kindOf(owner);
  if (kind.k !== 'instance' || !isProjectId(kind.cls)) return false;
  return context.summary(`${kind.cls}.__init__`, `bounds the queue ${attr}`, (fn, inside) => {
    const bound: Expr[] = [];
    walk(fn.body, (node) => {
      const target = node.kind === 'Assign' ? node.targets[0] : undefined;
      if (node.kind === 'Assign' && target?.kind === 'Attribute' && target.attr === attr)
        bound.push(node.value);
      if (node.kind === 'AnnAssign' && node.target.kind === 'Attribute' && node.value !== null)
        if (node.target.attr === attr) bound.push(node.value);
    });
    return bound.length === 1 && isBounded(bound[0]!, inside);
  });
}

/** `asyncio.Queue(10)`: zero, or a negative number, means no bound. */
function isBounded(value: Expr, context: Semantics): boolean {
  if (value.kind !== 'Call') return false;
  if (!/^asyncio\.(?:Lifo|Priority)?Queue$/.test(context.callee(value) ?? '')) return false;
  const size = value.args[0] ?? value.keywords.find(({ arg }) => arg === 'maxsize')?.value;
  return size?.kind === 'Constant' && size.type === 'int' && size.value !== '0';
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const call = node as Call;
  const { func } = call;
  if (func.kind !== 'Attribute' || context.surroundings(call) !== 'coroutine') return [];
  if (isKnownHereOnly(func.value, context)) return [];
  const method = func.attr.replace('_nowait', '');
  const offers = new Offers(context);
  offers.add(
    `Attendre avec \`await ${context.text(func.value)}.${method}()\``,
    'review',
    (edits) => {
      edits.awaitExpr(call);
      edits.replaceRange(call, func.attrStart, func.end, method);
    },
  );
  return offers.fixes;
}

/** Whom nobody else knows, nobody else will fill or empty: waiting for it would never end. */
function isKnownHereOnly(queue: Expr, context: Semantics): boolean {
  const reaching = queue.kind === 'Name' ? context.reaching(queue) : null;
  if (reaching === null || queue.kind !== 'Name') return false;
  if (reaching.bindings.some(({ origin }) => origin.how === 'parameter')) return false;
  const fn = context.functionAround(queue);
  return context
    .reads(queue.id, reaching.holder)
    .every((read) => read.parent?.kind === 'Attribute' && context.functionAround(read) === fn);
}
