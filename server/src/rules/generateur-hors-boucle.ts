import {
  advanceOf,
  bothRun,
  Flow,
  isAsyncGenerator,
  isRerun,
  type Semantics,
  steppedBy,
} from '../semantics/index.ts';
import { ancestors, type Call, type Expr, type FunctionDef, type Name } from '../syntax/index.ts';
import page from './generateur-hors-boucle.md';
import { isStatement, Offers } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule, RuleContext } from './rule.ts';
import { moveIntoMain } from './run-as-main.ts';
import { runsLoop } from './running-loop.ts';
import { callName, nameOf } from './wording.ts';

export const generateurHorsBoucle: Rule = {
  code: 'ATT402',
  slug: 'generateur-hors-boucle',
  level: 'warning',
  peers: [],
  page,
  handlers: { Call: check },
  fixes,
};

function check(call: Call, context: RuleContext): void {
  const generator = steppedBy(call, context);
  if (generator !== null) checkStep(call, generator, context);
  else if (/(?:^|\.)run$/.test(lastName(call)) && context.callee(call) === 'asyncio.run')
    checkRun(call, context);
}

function lastName({ func }: Call): string {
  return func.kind === 'Attribute' ? func.attr : func.kind === 'Name' ? func.id : '';
}

/** `runner.run(anext(g))`: the step is begun before the loop runs. */
function checkStep(step: Call, generator: Expr, context: RuleContext): void {
  const run = isOutside(step, context) ? runAround(step, context) : null;
  if (run === null || !isAsyncGenerator(context.kindOf(generator))) return;
  if (generator.kind === 'Name' && earlierUses(generator, context).some(isHandedOver)) return;
  const what = generator.kind === 'Call' ? callName(generator, context) : null;
  context.report({
    at: step,
    message: `Le générateur asynchrone ${what === null ? nameOf(generator, context) : `\`${what}\``} avance avant que \`${callName(run, context)}\` ne lance la boucle d’évènements\u00a0: elle ne le connaîtra pas et ne pourra pas le fermer.`,
    related: [{ at: run, message: 'La boucle ne tourne qu’à partir d’ici.' }],
  });
}

function isOutside(node: Expr, context: Semantics): boolean {
  const where = context.surroundings(node);
  return where === 'function' || where === 'module';
}

/** The call that runs a loop, and computes the node before. */
function runAround(node: Call, context: Semantics): Call | null {
  for (const parent of ancestors(node)) {
    if (isStatement(parent) || parent.kind === 'Lambda' || parent.kind === 'GeneratorExp')
      return null;
    if (parent.kind === 'Call' && runsLoop(parent, context)) return parent;
  }
  return null;
}

/** A loop that a coroutine runs in may have been the first to advance it. */
function isHandedOver(use: Name): boolean {
  const { parent } = use;
  return parent?.kind === 'Call' && parent.args.includes(use) && lastName(parent) !== 'anext';
}

function earlierUses(use: Name, context: Semantics): readonly Name[] {
  const holder = context.reaching(use)?.holder ?? context.scopeAround(use);
  return context.reads(use.id, holder).filter(({ start }) => start < use.start);
}

/** `asyncio.run(f(g))` where another `asyncio.run()` has closed the generator. */
function checkRun(run: Call, context: RuleContext): void {
  const [coroutine] = run.args;
  if (coroutine?.kind !== 'Call' || !isOutside(run, context)) return;
  for (const use of coroutine.args) {
    if (use.kind !== 'Name' || !isAsyncGenerator(context.kindOf(use))) continue;
    if (advanceOf(coroutine, use, context) === null) continue;
    const flow = flowAround(use, context);
    if (flow === undefined) continue;
    const holder = context.reaching(use)?.holder ?? context.scopeAround(use);
    const cuts = new Set((holder.bindings.get(use.id) ?? []).map(({ node }) => flow.pointOf(node)));
    const isCut = (point: Parameters<Flow['pointOf']>[0]) => cuts.has(point as never);
    const first = earlierUses(use, context).find(
      (earlier) => isRunWith(earlier, context) && bothRun(earlier, use, flow, isCut),
    );
    if (first === undefined && !isRerun(use, flow, isCut)) continue;
    const fate = 'l’a fermé en se terminant, il ne donnera plus rien';
    context.report({
      at: use,
      message: `Le générateur asynchrone \`${use.id}\` a déjà avancé sous un autre \`asyncio.run()\`\u00a0: celui-ci ${fate}.`,
      related:
        first === undefined ? [] : [{ at: first, message: 'Il avance ici une première fois.' }],
    });
  }
}

function flowAround(use: Name, context: Semantics): Flow | undefined {
  const fn = context.functionAround(use);
  if (fn?.kind === 'Lambda') return undefined;
  return fn === null ? Flow.of(context.chunk.body) : context.flow(fn as FunctionDef);
}

function isRunWith(use: Name, context: Semantics): boolean {
  const { parent } = use;
  const run = parent?.parent;
  return (
    parent?.kind === 'Call' &&
    run?.kind === 'Call' &&
    advanceOf(parent, use, context) !== null &&
    context.callee(run) === 'asyncio.run'
  );
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const offers = new Offers(context);
  const found = node as Call | Name;
  const generator = found.kind === 'Name' ? found : steppedBy(found, context);
  if (generator?.kind === 'Name')
    offers.add('Réunir dans une seule coroutine', 'review', (edits) =>
      moveIntoMain(edits, generator, context),
    );
  return offers.fixes;
}
