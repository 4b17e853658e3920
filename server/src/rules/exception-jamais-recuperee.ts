import { atLeast, type Binding } from '../semantics/index.ts';
import type { Call, Name, Node, Stmt } from '../syntax/index.ts';
import page from './exception-jamais-recuperee.md';
import { blockOf, callName, Offers, openTaskGroup, statementOf } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule, RuleContext } from './rule.ts';
import { startedBy, useOf } from './tasks.ts';

export const exceptionJamaisRecuperee: Rule = {
  code: 'ATT302',
  slug: 'exception-jamais-recuperee',
  level: 'warning',
  peers: [],
  page,
  handlers: {
    Assign(statement, context) {
      const [target] = statement.targets;
      if (statement.targets.length !== 1 || target === undefined || statement.value.kind !== 'Call')
        return;
      checkTask(target, statement.value, context);
    },
    AnnAssign(statement, context) {
      if (statement.value?.kind === 'Call') checkTask(statement.target, statement.value, context);
    },
    NamedExpr(node, context) {
      if (node.value.kind === 'Call' && node.parent?.kind === 'Expr')
        checkTask(node.target, node.value, context);
    },
  },
  fixes,
};

function checkTask(target: Node, call: Call, context: RuleContext): void {
  const started = startedBy(call, context);
  // What gather, shield and executors give back is spoken of by other rules.
  if (started === null || started.coroutine === null || started.name === 'asyncio.shield') return;
  const held =
    target.kind === 'Name'
      ? isForgottenLocal(target, context)
      : target.kind === 'Attribute'
        ? isForgottenAttribute(target, context)
        : false;
  if (!held) return;
  const coroutine =
    started.coroutine.kind === 'Call'
      ? callName(started.coroutine, context)
      : context.text(started.coroutine);
  context.report({
    at: call,
    message: `La tâche \`${context.text(target)}\` n’est jamais attendue : si \`${coroutine}\` lève une exception, personne ne la verra.`,
  });
}

/** Is what this assignment binds never looked at by any use that it may reach? */
function isForgottenLocal(target: Name, context: RuleContext): boolean {
  if (target.id === '_') return false;
  const scope = context.scopeAround(target);
  if (scope.kind !== 'function' && !(context.notebook && scope.kind === 'module')) return false;
  if (scope.globals.has(target.id) || scope.nonlocals.has(target.id)) return false;
  if (scope.kind === 'module' && context.isNameReadElsewhere(target.id)) return false;
  if (callsLocals(context)) return false;
  const uses = context.reads(target.id, scope).filter((use) => mayRead(use, target, context));
  // Cancelled: to be waited for afterwards, which is another rule's business.
  return uses.every((use) => useOf(use) === 'ignored');
}

function mayRead(use: Name, target: Name, context: RuleContext): boolean {
  const reaching = context.reaching(use);
  return reaching === null || reaching.bindings.some((binding: Binding) => binding.node === target);
}

/** `locals()`, `vars()`, `eval` see every name. */
function callsLocals(context: RuleContext): boolean {
  return /\b(?:locals|vars|eval|exec|globals)\(/.test(context.chunk.text);
}

/** `self.x = create_task(…)` where nothing in the module ever reads an attribute `x`. */
function isForgottenAttribute(
  target: Extract<Node, { kind: 'Attribute' }>,
  context: RuleContext,
): boolean {
  if (target.value.kind !== 'Name' || context.classAround(target) === undefined) return false;
  // A public attribute may be read from any other module.
  if (!target.attr.startsWith('_') || target.attr.startsWith('__')) return false;
  return (
    !context.isAttributeReadAnywhere(target.attr) &&
    !/getattr|__dict__|vars\(/.test(context.chunk.text)
  );
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const call = node as Call;
  const statement = statementOf(call);
  if (statement === null || (statement.kind !== 'Assign' && statement.kind !== 'AnnAssign'))
    return [];
  const target = statement.kind === 'Assign' ? statement.targets[0]! : statement.target;
  const offers = new Offers(context);
  const inCoroutine = context.surroundings(call) === 'coroutine';
  const name = context.text(target);
  if (inCoroutine && target.kind === 'Name')
    offers.add(`Attendre \`${name}\` à la fin du bloc`, 'review', (edits) => {
      const last = lastPlace(statement, context);
      if (last.before) edits.insertLinesBefore(last.statement, [`await ${name}`]);
      else edits.insertLinesAfter(last.statement, [`await ${name}`]);
    });
  offers.add('Journaliser son exception dans une fonction de rappel', 'review', (edits) => {
    const getLogger = edits.name('logging', 'getLogger', statement);
    const report = edits.freshName('signaler_echec');
    edits.insertModuleLines([
      '',
      `def ${report}(tache):`,
      `${edits.indentUnit}if not tache.cancelled() and tache.exception() is not None:`,
      `${edits.indentUnit}${edits.indentUnit}${getLogger}(__name__).error("Échec de %r", tache, exc_info=tache.exception())`,
      '',
    ]);
    edits.insertLinesAfter(statement, [`${name}.add_done_callback(${report})`]);
  });
  const started = startedBy(call, context);
  if (
    inCoroutine &&
    target.kind === 'Name' &&
    started !== null &&
    started.coroutine !== null &&
    atLeast(context.target, [3, 11])
  )
    offers.add('Ouvrir un `asyncio.TaskGroup` autour de la suite', 'review', (edits) => {
      const group = openTaskGroup(edits, statement);
      if (group !== null)
        edits.replace(call, `${group}.create_task(${context.text(started.coroutine!)})`);
      else edits.abandon();
    });
  return offers.fixes;
}

/** Where the block can still wait: after its last statement, or before the one that leaves it. */
function lastPlace(
  statement: Stmt,
  context: FixContext,
): { readonly statement: Stmt; readonly before: boolean } {
  const last = blockOf(statement, context.file).at(-1)!;
  const before = last !== statement && ['Return', 'Raise', 'Break', 'Continue'].includes(last.kind);
  return { statement: last, before };
}
