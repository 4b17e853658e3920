import {
  type Assign,
  ancestors,
  type Expr,
  type ExprStmt,
  type For,
  type ListComp,
  type Node,
} from '../syntax/index.ts';
import page from './attentes-en-serie.md';
import { offerForSeries, offerForTurns } from './await-together.ts';
import { Offers, statementOf } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule, RuleContext } from './rule.ts';
import { seriesFrom } from './series.ts';
import { isTestCode } from './test-code.ts';
import { turnsOf } from './turns.ts';
import { callName } from './wording.ts';

export const attentesEnSerie: Rule = {
  code: 'ATT308',
  slug: 'attentes-en-serie',
  level: 'hint',
  peers: [],
  page,
  handlers: { Assign: checkSeries, Expr: checkSeries, ListComp: checkTurns, For: checkTurns },
  fixes,
};

function checkSeries(statement: Assign | ExprStmt, context: RuleContext): void {
  const series = seriesFrom(statement, context);
  if (series.length === 0 || isTestCode(context)) return;
  const names = new Set(series.map(({ call, context: own }) => `\`${callName(call, own)}\``));
  const which = names.size > 1 ? `(${[...names].join(', ')})` : `de ${[...names]}`;
  const other = series.length > 2 ? 'les uns des autres' : 'l’un de l’autre';
  context.report({
    at: series[0]!.call,
    message: `Les ${series.length} appels ${which} ne dépendent pas ${other}${IN_TURN}`,
  });
}

function checkTurns(loop: For | ListComp, context: RuleContext): void {
  const turns = turnsOf(loop, context);
  if (turns === null || isTestCode(context)) return;
  const { over, awaiting } = turns;
  const at = awaiting.value;
  if (at.kind === 'Call') {
    const message = `Les appels de \`${callName(at, context)}\` sont attendus un à un${IN_TURN}`;
    context.report({ at, message });
    return;
  }
  const which =
    over.iter.kind === 'Name' ? `Les coroutines de \`${over.iter.id}\`` : 'Ces coroutines';
  context.report({
    at,
    message: `${which} sont attendues une à une\u00a0: une coroutine ne commence que lorsqu’on l’attend, celles-ci n’avancent donc pas ensemble.`,
  });
}

const IN_TURN =
  '\u00a0: chacun attend la fin du précédent, alors qu’ils pourraient avancer ensemble.';

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const offers = new Offers(context);
  const awaited = node as Expr;
  const loop = [...ancestors(awaited)].find(isLoop);
  const turns = loop === undefined ? null : turnsOf(loop, context);
  if (turns?.awaiting.value === awaited) offerForTurns(offers, turns);
  else offerForSeries(offers, seriesFrom(statementOf(awaited)!, context));
  return offers.fixes;
}

function isLoop(node: Node): node is For | ListComp {
  return node.kind === 'For' || node.kind === 'ListComp';
}
