import { knownEntry } from '../knowledge/stdlib.ts';
import {
  every,
  type FileSemantics,
  isProjectId,
  type Kind,
  type KindOf,
  type Semantics,
} from '../semantics/index.ts';
import type { Expr } from '../syntax/index.ts';
import page from './coroutine-non-appelee.md';
import { awaitablesGiven } from './coroutine-uses.ts';
import { isAskedAbout, isErrorExpected } from './foreseen.ts';
import { Offers } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule, RuleContext } from './rule.ts';

export const coroutineNonAppelee: Rule = {
  code: 'ATT112',
  slug: 'coroutine-non-appelee',
  level: 'error',
  peers: ['reportArgumentType', 'reportGeneralTypeIssues', 'arg-type', 'misc', 'invalid-await'],
  page,
  handlers: {
    Await: ({ value }, context) => check(value, context),
    Call(call, context) {
      for (const given of awaitablesGiven(call, context)) check(given, context);
    },
  },
  fixes,
};

function check(expr: Expr, context: RuleContext): void {
  if (expr.kind !== 'Name' && expr.kind !== 'Attribute') return;
  const kind = context.kindOf(expr);
  if (!every(kind, (member) => givesCoroutine(member, context))) return;
  if (isAskedAbout(expr, QUESTIONS, context)) return;
  if (isErrorExpected(expr, 'TypeError|ValueError', context)) return;
  const name = context.text(expr);
  context.report({
    at: expr,
    message: `\`${name}\` est ici la fonction elle-même, pas une coroutine\u00a0: il faut l’appeler, \`${name}()\`.`,
  });
}

const QUESTIONS = /^(?:isawaitable|iscoroutine|iscoroutinefunction|isfuture|callable|isfunction)$/;

/** A function, or what holds one and its arguments, whose call gives a coroutine. */
function givesCoroutine(kind: Kind, context: Semantics): boolean {
  return (
    (kind.k === 'function' || kind.k === 'partial') &&
    every(context.called(kind), (result) => result.k === 'coroutine')
  );
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const offers = new Offers(context);
  const kind = context.kindOf(node as Expr);
  if (every(kind, (member) => needsNothing(member, context.file)))
    offers.add('Ajouter `()`', 'safe', (edits) => edits.insertAfter(node, '()'));
  return offers.fixes;
}

/** Can it be called without arguments? */
function needsNothing(kind: Kind, file: FileSemantics): boolean {
  if (kind.k === 'partial') return true;
  if (kind.k !== 'function') return false;
  return isProjectId(kind.fn) ? isFreeOfArguments(kind, file) : takesNothing(kind.fn);
}

function isFreeOfArguments({ fn, self }: KindOf<'function'>, file: FileSemantics): boolean {
  const args = file.facts.functionNode(fn)?.item.args;
  if (args === undefined) return false;
  const needed = args.posonlyargs.length + args.args.length - args.defaults.length;
  return needed <= (self === null ? 0 : 1) && args.kw_defaults.every((value) => value !== null);
}

function takesNothing(id: string): boolean {
  const entry = knownEntry(id);
  return (
    entry?.kind === 'function' &&
    entry.signatures.some(({ parameters }) =>
      parameters.every(({ kind, hasDefault }) => hasDefault || kind.startsWith('var-')),
    )
  );
}
