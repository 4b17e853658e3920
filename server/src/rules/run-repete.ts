import {
  atLeast,
  isUnavoidable,
  type Question,
  type Semantics,
  setOffBy,
} from '../semantics/index.ts';
import { ancestors, type Call, type Node, walk } from '../syntax/index.ts';
import { chain } from './chain.ts';
import { Offers, statementOf } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule, RuleContext } from './rule.ts';
import page from './run-repete.md';
import { isTestCode } from './test-code.ts';
import { callName } from './wording.ts';

export const runRepete: Rule = {
  code: 'ATT511',
  slug: 'run-repete',
  level: 'information',
  peers: [],
  page,
  handlers: {
    Call(call, context) {
      if (loopAround(call) === null) return;
      const where = context.surroundings(call);
      if (where === 'function' || where === 'module') check(call, context);
    },
  },
  fixes,
};

function check(call: Call, context: RuleContext): void {
  const isRun = opensLoop(call, context);
  const reached = isRun
    ? undefined
    : setOffBy(call, context).flatMap((id) => context.reach(id, OPENS_LOOP) ?? [])[0];
  if ((!isRun && reached === undefined) || isTestCode(context)) return;
  const name = `\`${callName(call, context)}\``;
  context.report({
    at: call,
    message: `${name} ${reached === undefined ? '' : `mène à \`${reached.what}\`, qui `}ouvre et ferme une boucle d’évènements à chaque tour\u00a0: les tours ne partagent ni connexion ni tâche, et s’exécutent l’un après l’autre.`,
    related: reached === undefined ? [] : chain(reached),
  });
}

const OPENS_LOOP: Question = {
  key: 'opens a loop and closes it',
  found: (call, inside) => (opensLoop(call, inside) ? callName(call, inside) : undefined),
  counts: isUnavoidable,
};

function opensLoop(call: Call, context: Semantics): boolean {
  return context.callee(call) === 'asyncio.run';
}

/** The loop over several things at each turn of which the node runs; null too for one that stops at the first success. */
function loopAround(node: Node): Node | null {
  let child = node;
  for (const parent of ancestors(node)) {
    switch (parent.kind) {
      case 'For':
        if (!parent.body.includes(child as never)) break;
        return leavesEarly(parent.body) ? null : parent;
      case 'ListComp':
      case 'SetComp':
      case 'DictComp':
        if (child.kind !== 'comprehension') return parent;
        break;
      case 'FunctionDef':
      case 'AsyncFunctionDef':
      case 'Lambda':
      case 'ClassDef':
        return null;
    }
    child = parent;
  }
  return null;
}

function leavesEarly(body: readonly Node[]): boolean {
  let found = false;
  walk(body, ({ kind }) => {
    if (kind === 'Break' || kind === 'Return') found = true;
  });
  return found;
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const offers = new Offers(context);
  const loop = loopAround(node);
  const statement = loop === null ? null : statementOf(loop);
  if (node.kind !== 'Call' || statement === null || !opensLoop(node, context)) return [];
  if (!atLeast(context.target, [3, 11]) || node.keywords.length > 0) return [];
  offers.add('Ouvrir un `asyncio.Runner` autour de la boucle', 'review', (edits) => {
    const name = edits.freshName('executant', statement);
    edits.wrap(`with ${edits.name('asyncio', 'Runner', statement)}() as ${name}:`, [statement]);
    walk([statement], (inner) => {
      if (inner.kind !== 'Call' || !opensLoop(inner, context)) return;
      if (context.functionAround(inner) !== context.functionAround(node)) edits.abandon();
      if (inner.keywords.length > 0) edits.abandon();
      edits.replace(inner.func, `${name}.run`);
    });
  });
  return offers.fixes;
}
