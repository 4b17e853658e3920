import { isCancellingManager } from '../knowledge/cancelling.ts';
import { every, generatorAround, type Semantics } from '../semantics/index.ts';
import { ancestors, type FunctionDef, type WithItem, walk, type Yield } from '../syntax/index.ts';
import type { Rule } from './rule.ts';
import { nameOf } from './wording.ts';
import page from './yield-dans-un-groupe.md';

export const yieldDansUnGroupe: Rule = {
  code: 'ATT408',
  slug: 'yield-dans-un-groupe',
  level: 'warning',
  peers: ['ASYNC101'],
  page,
  handlers: {
    Yield(node, context) {
      const item = managerAround(node, context);
      const generator = item === undefined ? null : generatorAround(node, context);
      if (item === undefined || generator === null || isSuspended(item, generator)) return;
      context.report({
        at: node,
        message: `Ce \`yield\` rend la main alors que le bloc ${nameOf(item.context_expr, context)} est ouvert\u00a0: c’est le code qui parcourt \`${generator.name}()\` qu’il annulera.`,
        related: [
          {
            at: item,
            message: 'Le bloc s’ouvre ici, dans la tâche qui parcourt le générateur.',
          },
        ],
      });
    },
  },
};

/** The group or the delay in which the generator waits at the yield. */
function managerAround(node: Yield, context: Semantics): WithItem | undefined {
  let child: unknown = node;
  for (const parent of ancestors(node)) {
    if (/FunctionDef$|^Lambda$|^ClassDef$/.test(parent.kind)) return undefined;
    if (
      (parent.kind === 'AsyncWith' || parent.kind === 'With') &&
      parent.body.includes(child as never)
    )
      for (const item of parent.items) if (cancels(item, context)) return item;
    child = parent;
  }
  return undefined;
}

function cancels({ context_expr: manager }: WithItem, context: Semantics): boolean {
  const kind = context.kindOf(manager);
  const isOfAsyncio = every(
    kind,
    (k) =>
      k.k === 'instance' &&
      (context.derives(k.cls, 'asyncio.TaskGroup') || context.derives(k.cls, 'asyncio.Timeout')),
  );
  if (isOfAsyncio) return true;
  return manager.kind === 'Call' && isCancellingManager(context.callee(manager) ?? '');
}

/** `delai.reschedule(None)`: the delay does not run while the generator waits. */
function isSuspended({ optional_vars: target }: WithItem, generator: FunctionDef): boolean {
  let found = false;
  if (target?.kind !== 'Name') return false;
  walk(generator.body, (node) => {
    if (node.kind === 'Attribute' && node.attr === 'reschedule' && node.value.kind === 'Name')
      if (node.value.id === target.id) found = true;
  });
  return found;
}
