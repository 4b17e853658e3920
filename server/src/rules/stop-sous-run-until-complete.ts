import {
  bodyFacts,
  type Flow,
  type FlowPoint,
  type Run,
  type Semantics,
} from '../semantics/index.ts';
import { type Call, type FunctionDef, walk } from '../syntax/index.ts';
import { Offers, removeStatement } from './repairs.ts';
import type { Rule } from './rule.ts';
import page from './stop-sous-run-until-complete.md';
import { isLoop } from './tasks.ts';
import { callName } from './wording.ts';

export const stopSousRunUntilComplete: Rule = {
  code: 'ATT513',
  slug: 'stop-sous-run-until-complete',
  level: 'error',
  peers: [],
  page,
  handlers: {
    Call(call, context) {
      const { func } = call;
      if (func.kind !== 'Attribute' || func.attr !== 'stop') return;
      const fn = context.functionAround(call);
      if (fn?.kind !== 'AsyncFunctionDef' || !isLoop(context.kindOf(func.value), context)) return;
      const run = runOf(fn, context);
      // Another part of the file may run that loop in another way.
      if (run === undefined || context.isAttributeReadAnywhere('run_forever')) return;
      if (!isSuspendedAfter(call, fn, context)) return;
      const runner = run.by.split('.').at(-1);
      context.report({
        at: call,
        message: `\`${callName(call, context)}\` arrête la boucle avant la fin de \`${fn.name}()\`, que \`${runner}()\` attend\u00a0: Python lève une \`RuntimeError\`.`,
      });
    },
  },
  fixes({ node }, context) {
    const offers = new Offers(context);
    const { parent } = node;
    if (parent?.kind === 'Expr')
      offers.add(`Retirer \`${context.text(node)}\``, 'safe', (edits) =>
        removeStatement(edits, parent),
      );
    return offers.fixes;
  },
};

function runOf(fn: FunctionDef, context: Semantics): Run | undefined {
  const id = context.idOf(fn);
  return context.runs().find((run) => run.id === id);
}

/** Does every path that goes on after the call give the loop, now stopping, its turn? */
function isSuspendedAfter(call: Call, fn: FunctionDef, context: Semantics): boolean {
  const flow = context.flow(fn);
  const from = flow?.pointOf(call);
  if (flow === undefined || from === undefined || bodyFacts(fn).isDamaged) return false;
  const points = suspensionsOf(fn, flow, context);
  return !points.has(from) && !flow.canAvoid(from, (point) => points.has(point));
}

/** Where the function certainly suspends. */
function suspensionsOf(fn: FunctionDef, flow: Flow, context: Semantics): ReadonlySet<FlowPoint> {
  const points = new Set<FlowPoint>();
  walk(fn.body, (node) => {
    if (node.kind !== 'Await' || node.value.kind !== 'Call') return;
    if (context.functionAround(node) !== fn) return;
    const { args } = node.value;
    const suspends = SUSPENDS.has(context.callee(node.value) ?? '') && args.length > 0;
    const { parent } = node;
    const isWhole =
      parent?.kind === 'Expr' || parent?.kind === 'Assign' || parent?.kind === 'Return';
    const point = flow.pointOf(node);
    if (suspends && isWhole && point !== undefined) points.add(point);
  });
  return points;
}

const SUSPENDS: ReadonlySet<string> = new Set(['asyncio.sleep', 'asyncio.wait']);
