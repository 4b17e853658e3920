/** What follows the use of a stream or a server: shared by the rules on what must be awaited afterwards. */
import { type Semantics, scopesOf, someAt, suspends } from '../semantics/index.ts';
import {
  type Attribute,
  ancestors,
  type Call,
  type FunctionDef,
  type Name,
  type Node,
  type Stmt,
  walk,
} from '../syntax/index.ts';
import { siblingsOf, statementOf } from './repairs.ts';

/**
 * May `method` of the same object be called after the call, here or by whoever knows the object? False only
 * when the object is known not to be handed on, or when nothing in the module calls such a method.
 */
export function mayFollow(call: Call, method: string, context: Semantics): boolean {
  const receiver = receiverOf(call);
  const fn = context.functionAround(call);
  if (receiver === null || fn?.kind !== 'AsyncFunctionDef') return true;
  const flow = context.flow(fn);
  const point = flow?.pointOf(call);
  if (flow === undefined || point === undefined) return true;
  const written = context.text(receiver);
  const isMeant = (node: Node) =>
    node.kind === 'Attribute' && node.attr === method && mayBeSame(node.value, receiver, context);
  if (someAt(point, (node) => isMeant(node) && node.start > call.start)) return true;
  const follows = (node: Node) =>
    isMeant(node) || isHandedOn(node, written, context) || isLeftTo(node, written, context);
  for (const after of flow.after(point)) if (someAt(after, follows)) return true;
  let isDeferred = false;
  walk(fn.body, (node) => {
    if (isMeant(node) && context.functionAround(node) !== fn) isDeferred = true;
  });
  if (isDeferred) return true;
  return isShared(receiver, fn, context) && context.isAttributeReadAnywhere(method);
}

/** `writer`, `self.writer`, of `writer.close()`; null when what is called upon is made up on the way. */
export function receiverOf({ func }: Call): Name | Attribute | null {
  if (func.kind !== 'Attribute') return null;
  let root = func.value;
  while (root.kind === 'Attribute') root = root.value;
  const { value } = func;
  return root.kind === 'Name' && (value.kind === 'Name' || value.kind === 'Attribute')
    ? value
    : null;
}

/** Is `method` of the object called next, before anything else may run? What may fail is not looked at. */
export function isNext(call: Call, method: string, context: Semantics): boolean {
  const written = context.text(receiverOf(call)!);
  for (const statement of following(statementOf(call)!)) {
    let answer: boolean | undefined;
    walk(statement, (node) => {
      if (answer !== undefined) return;
      if (suspends(node)) answer = false;
      const isCall = node.kind === 'Attribute' && node.attr === method;
      if (isCall && context.text(node.value) === written) answer = true;
    });
    if (answer !== undefined) return answer;
  }
  return false;
}

/** The statements that run after one when nothing is raised, as far as that is certain. */
function* following(statement: Stmt): Generator<Stmt> {
  let child: Node = statement;
  let isLeaving = false;
  const siblings = siblingsOf(statement) ?? [];
  for (const sibling of siblings.slice(siblings.indexOf(statement) + 1)) yield sibling;
  isLeaving = siblings.at(-1)?.kind === 'Return';
  for (const parent of ancestors(statement)) {
    if (LEFT_NO_FURTHER.has(parent.kind)) return;
    if (parent.kind === 'Try' || parent.kind === 'TryStar') {
      if (!isLeaving && parent.body.includes(child as Stmt)) yield* parent.orelse;
      if (!parent.finalbody.includes(child as Stmt)) yield* parent.finalbody;
    }
    const around: readonly Stmt[] =
      'headerEnd' in parent || parent.kind === 'Try' ? (siblingsOf(parent as Stmt) ?? []) : [];
    if (!isLeaving) yield* around.slice(around.indexOf(parent as Stmt) + 1);
    child = parent;
  }
}

const LEFT_NO_FURTHER: ReadonlySet<string> = new Set([
  'FunctionDef',
  'AsyncFunctionDef',
  'For',
  'AsyncFor',
  'While',
]);

/** The same name, or one of several that a loop goes through. */
function mayBeSame(one: Node, other: Node, context: Semantics): boolean {
  return (
    context.text(one) === context.text(other) ||
    isOneOfMany(one, context) ||
    isOneOfMany(other, context)
  );
}

function isOneOfMany(expr: Node, context: Semantics): boolean {
  if (expr.kind !== 'Name') return expr.kind !== 'Attribute';
  const bindings = context.reaching(expr)?.bindings ?? [];
  return bindings.some(({ origin }) => origin.how === 'for');
}

/** Is the object itself, or what holds it, given, returned or kept there? */
function isHandedOn(node: Node, written: string, context: Semantics): boolean {
  if (node.kind !== 'Name' && node.kind !== 'Attribute') return false;
  const text = context.text(node);
  if (text !== written && !written.startsWith(`${text}.`)) return false;
  const { parent } = node;
  if (parent?.kind === 'Attribute' || (parent !== null && ASKING.has(parent.kind))) return false;
  if (node.kind === 'Name' && !isRead(node, context)) return false;
  if (node.kind === 'Attribute' && parent?.kind === 'Assign' && parent.value !== node) return false;
  return parent?.kind !== 'Call' || !isQuiet(parent);
}

const ASKING: ReadonlySet<string> = new Set([
  'Compare',
  'BoolOp',
  'UnaryOp',
  'If',
  'FormattedValue',
]);

/** `print(writer)`, `clients.discard(writer)`. */
function isQuiet({ func }: Call): boolean {
  if (func.kind === 'Name') return /^(?:print|id|isinstance|str|repr)$/.test(func.id);
  return (
    func.kind === 'Attribute' &&
    /^(?:discard|remove|debug|info|warning|error|exception)$/.test(func.attr)
  );
}

function isRead(name: Name, { chunk }: Semantics): boolean {
  return scopesOf(chunk).nameReads.get(name.id)?.includes(name) ?? false;
}

/** `await self.flush()`, `await process.communicate()`: left to what holds the object. */
function isLeftTo(node: Node, written: string, context: Semantics): boolean {
  if (node.kind !== 'Await' || node.value.kind !== 'Call') return false;
  const holder = receiverOf(node.value);
  return holder !== null && written.startsWith(`${context.text(holder)}.`);
}

/** May code elsewhere have the object? */
function isShared(receiver: Name | Attribute, fn: FunctionDef, context: Semantics): boolean {
  if (receiver.kind === 'Attribute') return true;
  const reaching = context.reaching(receiver);
  if (reaching?.holder.node !== fn) return true;
  if (reaching.bindings.some(({ origin }) => origin.how === 'parameter')) {
    const id = context.idOf(fn);
    if (id === undefined || context.callers(id).length > 0) return true;
  }
  return context
    .reads(receiver.id, reaching.holder)
    .some((read) => isHandedOn(read, receiver.id, context));
}
