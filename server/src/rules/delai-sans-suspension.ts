import { isUnreadable, type Semantics, suspends } from '../semantics/index.ts';
import { type Call, type Node, SKIP, type With, walk } from '../syntax/index.ts';
import page from './delai-sans-suspension.md';
import type { Rule } from './rule.ts';
import { isTimeLimit, limitName } from './time-limits.ts';

export const delaiSansSuspension: Rule = {
  code: 'ATT317',
  slug: 'delai-sans-suspension',
  level: 'warning',
  peers: ['ASYNC100', 'ASYNC912', 'S7490'],
  page,
  handlers: {
    AsyncWith(statement, context) {
      const { items, body } = statement;
      const areLimits = items.map(({ context_expr }) => isTimeLimit(context_expr, context));
      // What is opened after a time limit is under it.
      const idle = items.slice(areLimits.lastIndexOf(false) + 1);
      if (idle.length === 0 || maySuspend(body, context)) return;
      for (const { context_expr } of idle)
        context.report({
          at: statement,
          span: context_expr,
          message: `Ce bloc n’attend rien\u00a0: \`${limitName(context_expr as Call, context)}\` n’aura jamais l’occasion de l’interrompre.`,
        });
    },
  },
};

/** May anything in the block suspend the coroutine? Entering and leaving a time limit does not. */
function maySuspend(body: With['body'], context: Semantics): boolean {
  let found = false;
  walk(body, (node) => {
    if (found || DEFERS.has(node.kind)) return SKIP;
    if (isUnreadable(node) || (suspends(node) && !onlyTimes(node, context))) found = true;
    return undefined;
  });
  return found;
}

function onlyTimes(node: Node, context: Semantics): boolean {
  return (
    node.kind === 'AsyncWith' &&
    node.items.every(({ context_expr }) => isTimeLimit(context_expr, context))
  );
}

const DEFERS: ReadonlySet<string> = new Set([
  'FunctionDef',
  'AsyncFunctionDef',
  'ClassDef',
  'Lambda',
]);
