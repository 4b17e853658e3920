import {
  addedTo,
  isAttributeNeverRead,
  isCollectionNeverRead,
  itemsOf,
  localReads,
  mayRead,
} from '../semantics/index.ts';
import type { Call, Expr, Name, Node, Stmt } from '../syntax/index.ts';
import { type HeldTasks, offerTaskGroup, offerToReport, offerToWait } from './await-tasks.ts';
import page from './exception-jamais-recuperee.md';
import { Offers, statementOf } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule, RuleContext } from './rule.ts';
import { startedBy, useOf } from './tasks.ts';
import { callName } from './wording.ts';

export const exceptionJamaisRecuperee: Rule = {
  code: 'ATT302',
  slug: 'exception-jamais-recuperee',
  level: 'warning',
  peers: ['RUF006'],
  page,
  handlers: {
    Assign(statement, context) {
      const [target] = statement.targets;
      if (statement.targets.length === 1) checkBinding(target!, statement.value, context);
    },
    AnnAssign(statement, context) {
      if (statement.value !== null) checkBinding(statement.target, statement.value, context);
    },
    NamedExpr(node, context) {
      if (node.parent?.kind === 'Expr') checkBinding(node.target, node.value, context);
    },
    Expr(statement, context) {
      const call = statement.value;
      const name = call.kind === 'Call' ? addedTo(call) : null;
      const [added] = call.kind === 'Call' ? call.args : [];
      if (name === null || added?.kind !== 'Call' || !startsCoroutine(added, context)) return;
      if (isForgottenCollection(name, context)) reportAll(added, name, context);
    },
  },
  fixes,
};

function checkBinding(target: Node, value: Expr, context: RuleContext): void {
  const [first, ...others] = heldCalls(value);
  if (first === undefined || ![first, ...others].every((call) => startsCoroutine(call, context)))
    return;
  if (value.kind !== 'Call') {
    if (target.kind === 'Name' && isForgottenCollection(target, context))
      reportAll(first, target, context);
    return;
  }
  const isForgotten =
    (target.kind === 'Name' && isForgottenLocal(target, context)) ||
    (target.kind === 'Attribute' && isAttributeNeverRead(target, context));
  if (!isForgotten) return;
  const coroutine = startedBy(first, context)!.coroutine!;
  const what = coroutine.kind === 'Call' ? callName(coroutine, context) : context.text(coroutine);
  context.report({
    at: first,
    message: `La tâche \`${context.text(target)}\` n’est jamais attendue\u00a0: si \`${what}\` lève une exception, personne ne la recevra.`,
  });
}

function reportAll(at: Call, collection: Name, context: RuleContext): void {
  context.report({
    at,
    message: `Les tâches de \`${collection.id}\` ne sont jamais attendues\u00a0: si l’une d’elles lève une exception, personne ne la recevra.`,
  });
}

/** The calls whose results a binding keeps; none when it keeps something else too. */
function heldCalls(value: Expr): readonly Call[] {
  const items = itemsOf(value);
  return items.every((item) => item.kind === 'Call') ? (items as Call[]) : [];
}

function startsCoroutine(call: Call, context: RuleContext): boolean {
  const started = startedBy(call, context);
  // What `shield` gives back is spoken of by another rule.
  return started !== null && started.coroutine !== null && started.name !== 'asyncio.shield';
}

/** Is what this assignment binds never looked at by any use that it may reach? */
function isForgottenLocal(target: Name, context: RuleContext): boolean {
  if (isDropped(target)) return false;
  const reads = localReads(target, context)?.filter((use) => mayRead(use, target, context));
  // Cancelled: to be waited for afterwards, which is another rule's business.
  return reads?.every((use) => useOf(use, context) === 'ignored') ?? false;
}

function isForgottenCollection(name: Name, context: RuleContext): boolean {
  return !isDropped(name) && isCollectionNeverRead(name, context);
}

/** By its name, nobody means to look at it again: another rule speaks of that. */
function isDropped({ id }: Name): boolean {
  return id === '_';
}

/** What the statement keeps of the tasks that the call starts. */
function heldIn(statement: Stmt, call: Call, context: FixContext): HeldTasks | null {
  if (statement.kind === 'Assign' || statement.kind === 'AnnAssign') {
    const name = statement.kind === 'Assign' ? statement.targets[0]! : statement.target;
    const { value } = statement;
    if ((name.kind !== 'Name' && name.kind !== 'Attribute') || value === null) return null;
    const isMapping = value.kind === 'Dict' || value.kind === 'DictComp';
    const written = context.text(name);
    const all = value === call ? null : isMapping ? `${written}.values()` : written;
    return { name, binder: statement, calls: heldCalls(value), all };
  }
  if (statement.kind !== 'Expr') return null;
  const { value } = statement;
  if (value.kind === 'NamedExpr')
    return { name: value.target, binder: statement, calls: [call], all: null };
  const collection = value.kind === 'Call' ? addedTo(value) : null;
  if (collection === null) return null;
  const [binding] = context.scopeAround(collection).bindings.get(collection.id)!;
  return {
    name: collection,
    binder: statementOf(binding!.node)!,
    calls: [call],
    all: collection.id,
  };
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const call = node as Call;
  const statement = statementOf(call);
  const held = statement === null ? null : heldIn(statement, call, context);
  if (held === null) return [];
  const offers = new Offers(context);
  const isLocal = held.name.kind === 'Name' && context.surroundings(call) === 'coroutine';
  if (isLocal) offerToWait(offers, held);
  if (held.binder === statement) offerToReport(offers, held);
  if (isLocal) offerTaskGroup(offers, held.binder, held.calls);
  return offers.fixes;
}
