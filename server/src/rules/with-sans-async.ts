import {
  every,
  isProjectId,
  type Kind,
  membersOf,
  type Semantics,
  shortName,
} from '../semantics/index.ts';
import type { With } from '../syntax/index.ts';
import type { Edits } from './edits.ts';
import { makeAsync } from './make-async.ts';
import { Offers } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule } from './rule.ts';
import page from './with-sans-async.md';

export const withSansAsync: Rule = {
  code: 'ATT404',
  slug: 'with-sans-async',
  level: 'error',
  peers: ['S7515', 'E1145', 'not-context-manager', 'E1129'],
  page,
  handlers: {
    With(statement, context) {
      for (const { context_expr } of statement.items) {
        const kind = context.kindOf(context_expr);
        if (!every(kind, (member) => isOnlyAsync(member, context))) continue;
        const written = context.text(context_expr).replace(/\s+/g, ' ');
        context.report({
          at: statement,
          span: context_expr,
          message: `${describe(kind, written)} est un gestionnaire de contexte asynchrone\u00a0: \`with\` lèvera une exception, il faut \`async with\`.`,
        });
      }
    },
  },
  fixes,
};

function describe(kind: Kind, written: string): string {
  const [member] = membersOf(kind);
  if (written.length <= 50) return `\`${written}\``;
  return member?.k === 'instance' ? `Cet objet \`${shortName(member.cls)}\`` : 'Cet objet';
}

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
  const where = context.surroundings(statement);
  const enclosing = context.functionAround(statement);
  if (where === 'coroutine' || where === 'notebook')
    offers.add('Remplacer par `async with`', 'safe', (edits) => open(edits, statement, context));
  else if (where === 'function' && enclosing !== null && enclosing.kind !== 'Lambda')
    offers.add(
      `Remplacer par \`async with\` et rendre \`${enclosing.name}()\` asynchrone`,
      'review',
      (edits) => {
        open(edits, statement, context);
        makeAsync(edits, enclosing);
      },
    );
  return offers.fixes;
}

/** Writes `async with`; beside synchronous managers, each group of a kind has, in turn, its own `with`. */
function open(edits: Edits, statement: With, context: Semantics): void {
  const { items, body } = statement;
  const isAsync = items.map(({ context_expr }) =>
    every(context.kindOf(context_expr), (kind) => isOnlyAsync(kind, context)),
  );
  if (isAsync[0]) edits.insertBefore(statement, 'async ');
  const cuts = items.flatMap((_, at) => (at > 0 && isAsync[at] !== isAsync[at - 1] ? [at] : []));
  let indent = edits.indentOf(statement);
  for (const at of cuts) {
    const [start, end] = [items[at - 1]!.end, items[at]!.start];
    const { text } = context.chunk;
    // In parentheses or on several lines, the managers would have to be moved.
    const isPlain = /^with[ \t]+[^(\s].*$/.test(text.slice(statement.keywordStart, start));
    if (!isPlain || !/^[ \t]*,[ \t]*$/.test(text.slice(start, end))) {
      edits.abandon();
      return;
    }
    indent += edits.indentUnit;
    edits.replaceRange(
      statement,
      start,
      end,
      `:\n${indent}${isAsync[at] ? 'async with' : 'with'} `,
    );
    edits.indentBelow(edits.file.placeOf(statement).start + statement.headerEnd, body);
  }
}
