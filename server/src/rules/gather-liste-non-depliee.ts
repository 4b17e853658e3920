import { atLeast, type Semantics } from '../semantics/index.ts';
import type { Call, Expr, Starred } from '../syntax/index.ts';
import { isProvoked } from './coroutine-uses.ts';
import page from './gather-liste-non-depliee.md';
import { bracket, collectionOf, isAwaitable } from './groups.ts';
import { Offers } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule, RuleContext } from './rule.ts';
import { isCoroutine, isFuture } from './tasks.ts';
import { callName } from './wording.ts';

export const gatherListeNonDepliee: Rule = {
  code: 'ATT303',
  slug: 'gather-liste-non-depliee',
  level: 'error',
  peers: [],
  page,
  handlers: {
    Call(call, context) {
      if (call.args.length === 0) return;
      switch (context.callee(call)) {
        case 'asyncio.gather':
          checkGather(call, context);
          break;
        case 'asyncio.wait':
        case 'asyncio.as_completed':
          checkCollection(call, context);
      }
    },
  },
  fixes,
};

function checkGather(call: Call, context: RuleContext): void {
  const packed = call.args.find((arg) => collectionOf(arg, context) !== null);
  if (packed === undefined || isProvoked(call)) return;
  const { noun } = collectionOf(packed, context)!;
  context.report({
    at: packed,
    message: `\`${callName(call, context)}\` reçoit ${noun} au lieu de ses éléments${INSTEAD}.`,
  });
}

const INSTEAD = '\u00a0: il prend des tâches ou des coroutines, une par argument';

function checkCollection(call: Call, context: RuleContext): void {
  const problem = collectionProblem(call, context);
  if (problem === null || isProvoked(call)) return;
  context.report({
    at: call.args[0]!,
    message: `\`${callName(call, context)}\` ${PROBLEMS[problem]}.`,
    data: { problem },
  });
}

const PROBLEMS = {
  unpacked:
    'reçoit les éléments un par un au lieu de leur collection\u00a0: l’étoile `*` est de trop',
  several: 'n’accepte qu’un argument positionnel\u00a0: réunissez ces tâches dans une collection',
  alone: 'prend une collection, et ne reçoit ici qu’un seul élément',
  generator: 'n’accepte pas de générateur avant Python 3.12\u00a0: donnez-lui une liste',
} as const;

/** What is wrong with what `wait()` or `as_completed()` is given, their coroutines apart: another rule speaks of these. */
function collectionProblem(call: Call, context: Semantics) {
  const [first, ...others] = call.args as readonly [Expr, ...Expr[]];
  const takesCoroutines = context.callee(call) === 'asyncio.as_completed';
  const isItem = (expr: Expr) =>
    isFuture(context.kindOf(expr), context) || (takesCoroutines && isCoroutine(expr, context));
  if (others.length > 0)
    return call.args.every((arg) => isItem(arg) || isUnpacked(arg, takesCoroutines, context))
      ? 'several'
      : null;
  if (first.kind === 'Starred')
    return isUnpacked(first, takesCoroutines, context) ? 'unpacked' : null;
  if (isItem(first)) return 'alone';
  const isEarly = !takesCoroutines && !atLeast(context.target, [3, 12]);
  const held = isEarly && first.kind === 'GeneratorExp' ? context.kindOf(first.elt) : null;
  return held !== null && isFuture(held, context) ? 'generator' : null;
}

/** `*taches`, of what certainly holds no collection. */
function isUnpacked(arg: Expr, takesCoroutines: boolean, context: Semantics): boolean {
  const collection = arg.kind === 'Starred' ? collectionOf(arg.value, context) : null;
  if (collection === null) return false;
  const { noun, items } = collection;
  // A tuple may be arguments that are handed on: `wait(*args)`.
  if (items.k === 'unknown') return noun !== 'un tuple';
  return takesCoroutines ? isAwaitable(items, context) : isFuture(items, context);
}

function fixes({ node, data }: FoundNode, context: FixContext): readonly Fix[] {
  const arg = node as Expr;
  const call = arg.parent as Call;
  const offers = new Offers(context);
  switch (data.problem as keyof typeof PROBLEMS | undefined) {
    case undefined:
      offerToUnpack(offers, call);
      break;
    case 'unpacked':
      offers.add('Retirer `*`', 'safe', (edits) =>
        edits.replaceRange(arg, arg.start, (arg as Starred).value.start, ''),
      );
      break;
    case 'several':
    case 'alone':
      offers.add('Mettre dans une liste', 'safe', (edits) => {
        edits.insertBefore(arg, '[');
        edits.insertAfter(call.args.at(-1)!, ']');
      });
      break;
    case 'generator':
      offers.add('En faire une liste', 'safe', (edits) => bracket(edits, arg, '[', ']'));
  }
  return offers.fixes;
}

function offerToUnpack(offers: Offers, call: Call): void {
  const { context } = offers;
  const packed = call.args.filter((arg) => collectionOf(arg, context) !== null);
  const nouns = packed.map((arg) => collectionOf(arg, context)!.noun);
  const sure = nouns.includes('un dictionnaire') ? 'review' : 'safe';
  offers.add('Déplier avec `*`', sure, (edits) => {
    for (const [at, arg] of packed.entries())
      if (arg.kind === 'GeneratorExp') bracket(edits, arg, '*[', ']');
      else if (nouns[at] === 'un générateur asynchrone') edits.abandon();
      else {
        edits.insertBefore(arg, '*');
        if (nouns[at] === 'un dictionnaire') edits.insertAfter(arg, '.values()');
      }
  });
}
