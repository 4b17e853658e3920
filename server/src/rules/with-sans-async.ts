import { every, isProjectId, type Kind, type Semantics } from '../semantics/index.ts';
import type { With } from '../syntax/index.ts';
import { makeAsync } from './make-async.ts';
import { Offers } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule } from './rule.ts';
import { openEach } from './with-groups.ts';
import page from './with-sans-async.md';
import { nameOf } from './wording.ts';

export const withSansAsync: Rule = {
  code: 'ATT404',
  slug: 'with-sans-async',
  level: 'error',
  peers: ['S7515', 'E1145', 'not-context-manager', 'E1129', 'invalid-context-manager'],
  page,
  handlers: {
    With(statement, context) {
      for (const { context_expr } of statement.items) {
        const kind = context.kindOf(context_expr);
        if (!every(kind, (member) => isOnlyAsync(member, context))) continue;
        context.report({
          at: statement,
          span: context_expr,
          message: `${nameOf(context_expr, context)} est un gestionnaire de contexte asynchrone\u00a0: \`with\` lèvera une exception, il faut \`async with\`.`,
        });
      }
    },
  },
  fixes,
};

function isOnlyAsync(kind: Kind, context: Semantics): boolean {
  if (kind.k !== 'instance') return false;
  const enter = context.member(kind, '__aenter__');
  if (enter === undefined || enter.k === 'unknown') return false;
  const sync = context.member(kind, '__enter__');
  return sync === undefined || alwaysRaises(sync, context);
}

/** An `__enter__` that is only there to say « use async with ». */
function alwaysRaises(method: Kind, context: Semantics): boolean {
  return (
    method.k === 'function' &&
    isProjectId(method.fn) &&
    context.summary(method.fn, 'always raises', (fn) => {
      const [first, second] = fn.body;
      const isDocstring = first?.kind === 'Expr' && first.value.kind === 'Constant';
      return (isDocstring ? second : first)?.kind === 'Raise';
    })
  );
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const statement = node as With;
  const offers = new Offers(context);
  const isAsync = statement.items.map(({ context_expr }) =>
    every(context.kindOf(context_expr), (kind) => isOnlyAsync(kind, context)),
  );
  const where = context.surroundings(statement);
  const enclosing = context.functionAround(statement);
  if (where === 'coroutine' || where === 'notebook')
    offers.add('Remplacer par `async with`', 'safe', (edits) =>
      openEach(edits, statement, isAsync),
    );
  else if (where === 'function' && enclosing !== null && enclosing.kind !== 'Lambda')
    offers.add(
      `Remplacer par \`async with\` et rendre \`${enclosing.name}()\` asynchrone`,
      'review',
      (edits) => {
        openEach(edits, statement, isAsync);
        makeAsync(edits, enclosing);
      },
    );
  return offers.fixes;
}
