import { localReads, mayRead, type Semantics } from '../semantics/index.ts';
import {
  type Call,
  type Comprehension,
  type Expr,
  type For,
  type Name,
  walk,
} from '../syntax/index.ts';
import page from './as-completed-non-attendu.md';
import { coroutineUse } from './coroutine-uses.ts';
import { Offers, statementOf } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule, RuleContext } from './rule.ts';
import { callName } from './wording.ts';

export const asCompletedNonAttendu: Rule = {
  code: 'ATT318',
  slug: 'as-completed-non-attendu',
  level: 'error',
  peers: [],
  page,
  handlers: {
    For(loop, context) {
      const item = itemOf(loop, context);
      const uses = item === null ? null : usesInLoop(item, context);
      if (uses?.every((use) => isTakenForResult(use, context))) report(item!, loop, context);
    },
    comprehension(node, context) {
      if (node.is_async) return;
      const item = itemOf(node, context);
      const uses = item === null ? [] : usesInComprehension(item, node);
      if (uses.length > 0 && uses.every((use) => isTakenForResult(use, context)))
        report(item!, node, context);
    },
  },
  fixes,
};

function report(item: Name, { iter }: Loop, context: RuleContext): void {
  const call = asCompletedIn(iter, context)!;
  context.report({
    at: item,
    message: `Rien n’attend \`${item.id}\`\u00a0: \`${callName(call, context)}\` donne des coroutines, pas des résultats.`,
  });
}

type Loop = For | Comprehension;

/** The name that a loop gives to each thing that `as_completed` yields. */
function itemOf({ iter, target }: Loop, context: Semantics): Name | null {
  const call = asCompletedIn(iter, context);
  if (call === null) return null;
  const item = call === iter ? target : target.kind === 'Tuple' ? target.elts[1] : undefined;
  return item?.kind === 'Name' ? item : null;
}

/** `as_completed(…)`, or the same in `enumerate(…)`. */
function asCompletedIn(iter: Expr, context: Semantics): Call | null {
  if (iter.kind !== 'Call') return null;
  const callee = context.callee(iter);
  if (callee === 'asyncio.as_completed') return iter;
  const [inner] = callee === 'enumerate' ? iter.args : [];
  const isInner = inner?.kind === 'Call' && context.callee(inner) === 'asyncio.as_completed';
  return isInner ? inner : null;
}

/** Null when others may see the name too. */
function usesInLoop(item: Name, context: Semantics): readonly Name[] | null {
  return localReads(item, context)?.filter((use) => mayRead(use, item, context)) ?? null;
}

function usesInComprehension(item: Name, node: Comprehension): readonly Name[] {
  const uses: Name[] = [];
  walk([node.parent!], (n) => {
    if (n.kind === 'Name' && n.id === item.id && n !== item) uses.push(n);
  });
  return uses;
}

function isTakenForResult(use: Name, context: Semantics): boolean {
  const how = coroutineUse(use, context);
  return how === 'value' || how === 'dropped';
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const item = node as Name;
  const loop = (item.parent?.kind === 'Tuple' ? item.parent.parent : item.parent) as Loop;
  const where = context.surroundings(item);
  if (where !== 'coroutine' && where !== 'notebook') return [];
  const uses =
    loop.kind === 'comprehension' ? usesInComprehension(item, loop) : usesInLoop(item, context)!;
  const offers = new Offers(context);
  offers.add(`Attendre \`${item.id}\``, 'safe', (edits) => {
    const [use] = uses;
    // What only a future has cannot be asked of a result.
    if (uses.some((other) => isAsked(other))) edits.abandon();
    if (use === undefined) {
      edits.insertLinesBefore((loop as For).body[0]!, [`await ${item.id}`]);
    } else if (uses.length === 1 && isOnce(use, loop)) {
      const read = resultRead(use);
      if (read === null) edits.awaitExpr(use);
      else edits.awaitInstead(read, use);
    } else if (loop.kind === 'For') {
      const result = edits.freshName('resultat', item);
      edits.insertLinesBefore(loop.body[0]!, [`${result} = await ${item.id}`]);
      for (const other of uses) edits.replace(resultRead(other) ?? other, result);
    } else edits.abandon();
  });
  return offers.fixes;
}

/** `suivante.result()`. */
function resultRead(use: Name): Call | null {
  const { parent } = use;
  const call = parent?.kind === 'Attribute' && parent.attr === 'result' ? parent.parent : null;
  return call?.kind === 'Call' && call.func === parent && call.args.length === 0 ? call : null;
}

function isAsked(use: Name): boolean {
  return (
    use.parent?.kind === 'Attribute' &&
    resultRead(use) === null &&
    /^(?:exception|done|cancel|cancelled|get_name|add_done_callback)$/.test(use.parent.attr)
  );
}

/** Does a turn of the loop evaluate it once, where `await` may stand? */
function isOnce(use: Name, loop: Loop): boolean {
  if (loop.kind !== 'For') return true;
  const statement = statementOf(use)!;
  const isSimple = ['Expr', 'Assign', 'AugAssign', 'Return', 'AnnAssign'].includes(statement.kind);
  const isInner = ['Lambda', 'ListComp', 'SetComp', 'DictComp', 'GeneratorExp'];
  for (let n = use.parent; n !== null && n !== statement; n = n.parent)
    if (isInner.includes(n.kind)) return false;
  return isSimple && loop.body.includes(statement);
}
