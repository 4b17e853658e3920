import { every, type Kind, type Semantics } from '../semantics/index.ts';
import type { Expr, With } from '../syntax/index.ts';
import page from './async-with-de-trop.md';
import { isErrorExpected } from './foreseen.ts';
import { Offers } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule } from './rule.ts';
import { openEach } from './with-groups.ts';
import { nameOf } from './wording.ts';

export const asyncWithDeTrop: Rule = {
  code: 'ATT405',
  slug: 'async-with-de-trop',
  level: 'error',
  peers: ['E1701', 'not-async-context-manager', 'invalid-context-manager'],
  page,
  handlers: {
    AsyncWith(statement, context) {
      const { items, start } = statement;
      const where = context.surroundings(statement);
      // Once without `async`, the statement may stand in any function: this is all there is to say.
      const isAll =
        where !== 'coroutine' &&
        where !== 'notebook' &&
        items.every(({ context_expr }) => isSync(context_expr, context));
      for (const { context_expr } of items) {
        if (!isSync(context_expr, context)) continue;
        if (isErrorExpected(statement, 'TypeError', context)) continue;
        context.report({
          at: statement,
          span: isAll ? { start, end: context_expr.end } : context_expr,
          message: `${nameOf(context_expr, context)} n’est pas un gestionnaire de contexte asynchrone\u00a0: \`async with\` lèvera une exception, il faut \`with\`.`,
        });
      }
    },
  },
  fixes,
};

function isSync(manager: Expr, context: Semantics): boolean {
  return every(context.kindOf(manager), (member) => isOnlySync(member, context));
}

function isOnlySync(kind: Kind, context: Semantics): boolean {
  if (kind.k !== 'instance') return false;
  const enter = context.member(kind, '__enter__');
  return (
    enter !== undefined && enter.k !== 'unknown' && context.member(kind, '__aenter__') === undefined
  );
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const statement = node as With;
  const offers = new Offers(context);
  const managers = statement.items.map(({ context_expr }) => context_expr);
  if (managers.some((manager) => isSync(manager, context) && mayWait(manager, context))) return [];
  const isAsync = managers.map((manager) => !isSync(manager, context));
  offers.add('Remplacer par `with`', 'safe', (edits) => openEach(edits, statement, isAsync));
  return offers.fixes;
}

/** A lock of threads, an executor: `with` blocks the loop, at its start or at its end. */
function mayWait(manager: Expr, context: Semantics): boolean {
  const kind = context.kindOf(manager);
  return ['acquire', 'shutdown'].some((method) => context.member(kind, method) !== undefined);
}
