import {
  bodyFacts,
  generatorAround,
  leftSuspendedBy,
  type Semantics,
  steppedBy,
  yieldsUnderCleanup,
} from '../semantics/index.ts';
import { type Call, type FunctionDef, walk } from '../syntax/index.ts';
import type { Related, Rule, RuleContext } from './rule.ts';
import page from './yield-sous-contexte.md';

export const yieldSousContexte: Rule = {
  code: 'ATT409',
  slug: 'yield-sous-contexte',
  level: 'hint',
  peers: ['ASYNC119'],
  yieldsTo: ['ATT408'],
  page,
  handlers: {
    AsyncFunctionDef(fn, context) {
      const [first] = bodyFacts(fn).yields;
      if (first === undefined) return;
      const yields = yieldsUnderCleanup(fn, context);
      const leaving = yields.length === 0 ? null : consumersLeaving(fn, context);
      if (leaving === null) return;
      // What its file goes through is no manager, whatever it looks like.
      if (leaving.length === 0 && generatorAround(first, context) === null) return;
      for (const node of yields)
        context.report({
          at: node,
          message: `Si la boucle qui parcourt \`${fn.name}()\` s’arrête à ce \`yield\`, ce qui doit être libéré ne le sera que plus tard, dans une autre tâche, sauf avec \`aclosing()\`.`,
          related: leaving,
        });
    },
  },
};

/**
 * Who, in the file, may leave the generator half-way without closing it; empty when nobody there calls it, null
 * when all who do see to it, or do something else.
 */
function consumersLeaving(fn: FunctionDef, context: RuleContext): readonly Related[] | null {
  const id = context.idOf(fn);
  const callers = id === undefined ? [] : context.callers(id);
  const leaving = callers.filter((caller) =>
    context.summary(caller, `leaves ${id} suspended`, (consumer, inside) =>
      leaves(consumer, inside, id!),
    ),
  );
  if (callers.length > 0 && leaving.length === 0) return null;
  return leaving.map((definition) => ({
    at: { definition },
    message: `Cette fonction peut quitter \`${fn.name}()\` en chemin, sans fermer le générateur.`,
  }));
}

function leaves(consumer: FunctionDef, inside: Semantics, id: string): boolean {
  let found = false;
  walk(consumer.body, (node) => {
    if (node.kind === 'Call' && isCallOf(node, inside, id) && isLeft(node, inside)) found = true;
  });
  return found;
}

function isCallOf(call: Call, inside: Semantics, id: string): boolean {
  const kind = inside.kindOf(call);
  return kind.k === 'asyncGenerator' && kind.fn === id;
}

/** `async for … break`, or `anext(…)`, of the generator as it is made. */
function isLeft(call: Call, inside: Semantics): boolean {
  const { parent } = call;
  if (parent?.kind === 'AsyncFor')
    return parent.iter === call && leftSuspendedBy(parent, inside) !== null;
  const step = parent?.kind === 'Attribute' ? parent.parent : parent;
  return step?.kind === 'Call' && steppedBy(step, inside) === call;
}
