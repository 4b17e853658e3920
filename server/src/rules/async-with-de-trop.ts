import {
  every,
  isProjectId,
  type Kind,
  membersOf,
  type Semantics,
  shortName,
  splitProjectId,
} from '../semantics/index.ts';
import { type Expr, type FunctionDef, type With, type WithItem, walk } from '../syntax/index.ts';
import page from './async-with-de-trop.md';
import { aclosingName } from './enter-manager.ts';
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
        if (isErrorExpected(statement, 'TypeError', context)) continue;
        const generator = generatorOf(context_expr, context);
        if (generator !== undefined)
          context.report({
            at: statement,
            span: context_expr,
            message: `\`${shortName(generator)}()\` donne un générateur asynchrone, qui n’est pas un gestionnaire de contexte\u00a0: \`async with\` lèvera une exception, il lui faut \`@asynccontextmanager\` ou \`aclosing()\`.`,
            related: [
              { at: { definition: generator }, message: 'Elle est définie ici, avec `yield`.' },
            ],
          });
        if (!isSync(context_expr, context)) continue;
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

/** The function of the project whose generator is entered as it is, if that is what happens. */
function generatorOf(manager: Expr, context: Semantics): string | undefined {
  const kind = context.kindOf(manager);
  const [member] = membersOf(kind);
  if (member?.k !== 'asyncGenerator' || !every(kind, ({ k }) => k === 'asyncGenerator')) return;
  return member.fn !== null && isProjectId(member.fn) ? member.fn : undefined;
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const statement = node as With;
  const offers = new Offers(context);
  for (const item of statement.items) {
    const generator = generatorOf(item.context_expr, context);
    if (generator === undefined) continue;
    if (isIterated(item, statement)) offerClosing(offers, item.context_expr, statement);
    else offerManager(offers, generator);
    return offers.fixes;
  }
  const managers = statement.items.map(({ context_expr }) => context_expr);
  if (managers.some((manager) => isSync(manager, context) && mayWait(manager, context))) return [];
  const isAsync = managers.map((manager) => !isSync(manager, context));
  offers.add('Remplacer par `with`', 'safe', (edits) => openEach(edits, statement, isAsync));
  return offers.fixes;
}

/** Does the block go through what it enters? */
function isIterated({ optional_vars: target }: WithItem, { body }: With): boolean {
  let found = false;
  walk(body, (node) => {
    if (node.kind !== 'AsyncFor' || target?.kind !== 'Name') return;
    if (node.iter.kind === 'Name' && node.iter.id === target.id) found = true;
  });
  return found;
}

/** What was meant: to close it at the end of the block. */
function offerClosing(offers: Offers, generator: Expr, statement: With): void {
  offers.add('Fermer le générateur avec `aclosing()`', 'review', (edits) => {
    edits.insertBefore(generator, `${aclosingName(edits, statement)}(`);
    edits.insertAfter(generator, ')');
  });
}

/** What was forgotten where the function is defined. */
function offerManager(offers: Offers, generator: string): void {
  const { file } = offers.context;
  const found = file.facts.functionNode(generator);
  if (found === undefined || splitProjectId(generator).path !== file.path) return;
  const fn = found.item as FunctionDef;
  if (fn.decorator_list.length > 0) return;
  const name = shortName(generator);
  offers.add(`Ajouter \`@asynccontextmanager\` à \`${name}()\``, 'review', (edits) => {
    const decorator = edits.name('contextlib', 'asynccontextmanager', fn);
    edits.insertBefore(fn, `@${decorator}\n${edits.indentOf(fn)}`);
  });
}

/** A lock of threads, an executor: `with` blocks the loop, at its start or at its end. */
function mayWait(manager: Expr, context: Semantics): boolean {
  const kind = context.kindOf(manager);
  return ['acquire', 'shutdown'].some((method) => context.member(kind, method) !== undefined);
}
