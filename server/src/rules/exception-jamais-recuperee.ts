import { atLeast, type Binding, Flow } from '../semantics/index.ts';
import type { Attribute, Call, Expr, Name, Node, Stmt } from '../syntax/index.ts';
import type { Edits } from './edits.ts';
import page from './exception-jamais-recuperee.md';
import { blockOf, callName, Offers, openTaskGroup, statementOf } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule, RuleContext } from './rule.ts';
import { mayRead, startedBy, useOf } from './tasks.ts';

export const exceptionJamaisRecuperee: Rule = {
  code: 'ATT302',
  slug: 'exception-jamais-recuperee',
  level: 'warning',
  peers: [],
  page,
  handlers: {
    Assign(statement, context) {
      const [target] = statement.targets;
      if (statement.targets.length === 1) checkBinding(target!, statement.value, context);
    },
    AnnAssign(statement, context) {
      if (statement.value !== null) checkBinding(statement.target, statement.value, context);
    },
    NamedExpr(node, context) {
      if (node.parent?.kind === 'Expr') checkBinding(node.target, node.value, context);
    },
    Expr(statement, context) {
      const call = statement.value;
      const name = call.kind === 'Call' ? addedTo(call) : null;
      const [added] = call.kind === 'Call' ? call.args : [];
      if (name === null || added?.kind !== 'Call' || !startsCoroutine(added, context)) return;
      if (isForgottenCollection(name, context)) reportAll(added, name, context);
    },
  },
  fixes,
};

function checkBinding(target: Node, value: Expr, context: RuleContext): void {
  const [first, ...others] = heldCalls(value);
  if (first === undefined || ![first, ...others].every((call) => startsCoroutine(call, context)))
    return;
  if (value.kind !== 'Call') {
    if (target.kind === 'Name' && isForgottenCollection(target, context))
      reportAll(first, target, context);
    return;
  }
  const isForgotten =
    (target.kind === 'Name' && isForgottenLocal(target, context)) ||
    (target.kind === 'Attribute' && isForgottenAttribute(target, context));
  if (!isForgotten) return;
  const coroutine = startedBy(first, context)!.coroutine!;
  const what = coroutine.kind === 'Call' ? callName(coroutine, context) : context.text(coroutine);
  context.report({
    at: first,
    message: `La tâche \`${context.text(target)}\` n’est jamais attendue : si \`${what}\` lève une exception, personne ne la verra.`,
  });
}

function reportAll(at: Call, collection: Name, context: RuleContext): void {
  context.report({
    at,
    message: `Les tâches de \`${collection.id}\` ne sont jamais attendues : si l’une d’elles lève une exception, personne ne la verra.`,
  });
}

/** The calls whose results a binding keeps: the value itself, or a collection's items. */
function heldCalls(value: Expr): readonly Call[] {
  const items = itemsOf(value);
  return items.every((item) => item.kind === 'Call') ? (items as Call[]) : [];
}

function itemsOf(value: Expr): readonly Expr[] {
  switch (value.kind) {
    case 'List':
    case 'Tuple':
    case 'Set':
      return value.elts;
    case 'ListComp':
    case 'SetComp':
      return [value.elt];
    case 'Dict':
      return value.values;
    case 'DictComp':
      return [value.value];
    default:
      return [value];
  }
}

function startsCoroutine(call: Call, context: RuleContext): boolean {
  const started = startedBy(call, context);
  // What `shield` gives back is spoken of by another rule.
  return started !== null && started.coroutine !== null && started.name !== 'asyncio.shield';
}

/** Is what this assignment binds never looked at by any use that it may reach? */
function isForgottenLocal(target: Name, context: RuleContext): boolean {
  const reads = readsOf(target, context)?.filter((use) => mayRead(use, target, context));
  // Cancelled: to be waited for afterwards, which is another rule's business.
  return reads?.every((use) => useOf(use, context) === 'ignored') ?? false;
}

/** A local collection that is filled, and whose items nobody looks at. */
function isForgottenCollection(name: Name, context: RuleContext): boolean {
  const bindings = context.scopeAround(name).bindings.get(name.id) ?? [];
  return (
    bindings.length === 1 &&
    isFreshCollection(bindings[0]!) &&
    (readsOf(name, context)?.every(isUnlooked) ?? false)
  );
}

/** Bound by `taches = []`, not to a collection that others know. */
function isFreshCollection({ node, origin }: Binding): boolean {
  const { parent } = node;
  const isAlone =
    parent?.kind === 'AnnAssign' || (parent?.kind === 'Assign' && parent.targets.length === 1);
  const value = origin.how === 'assign' || origin.how === 'annotated' ? origin.value : null;
  if (!isAlone || value === null) return false;
  if (value.kind !== 'Call') return itemsOf(value)[0] !== value;
  const { func, args } = value;
  return func.kind === 'Name' && (func.id === 'list' || func.id === 'set') && args.length === 0;
}

/** A use that looks at no item: `taches.append(…)`, `len(taches)`. */
function isUnlooked(use: Name): boolean {
  const { parent } = use;
  if (parent?.kind === 'Expr') return true;
  if (parent?.kind === 'Call')
    return parent.func.kind === 'Name' && parent.func.id === 'len' && parent.args.length === 1;
  const call = parent?.parent;
  return call?.kind === 'Call' && addedTo(call) === use && call.parent?.kind === 'Expr';
}

/** `taches` of `taches.append(…)`. */
function addedTo({ func }: Call): Name | null {
  const adds = func.kind === 'Attribute' && (func.attr === 'append' || func.attr === 'add');
  return adds && func.value.kind === 'Name' ? func.value : null;
}

/** All the reads of a local variable; null when other code may read it too. */
function readsOf(target: Name, context: RuleContext): readonly Name[] | null {
  if (target.id === '_') return null;
  const scope = context.scopeAround(target);
  if (scope.kind !== 'function' && !(context.notebook && scope.kind === 'module')) return null;
  if (scope.globals.has(target.id) || scope.nonlocals.has(target.id)) return null;
  if (scope.kind === 'module' && context.isNameReadElsewhere(target.id)) return null;
  return callsLocals(context) ? null : context.reads(target.id, scope);
}

/** `locals()`, `vars()`, `eval` see every name. */
function callsLocals(context: RuleContext): boolean {
  return /\b(?:locals|vars|eval|exec|globals)\(/.test(context.chunk.text);
}

/** `self.x = create_task(…)` where nothing in the module ever reads an attribute `x`. */
function isForgottenAttribute(target: Attribute, context: RuleContext): boolean {
  if (target.value.kind !== 'Name' || context.classAround(target) === undefined) return false;
  // A public attribute may be read from any other module.
  if (!target.attr.startsWith('_') || target.attr.startsWith('__')) return false;
  return (
    !context.isAttributeReadAnywhere(target.attr) &&
    !context.isAttributeReadAnywhere('__dict__') &&
    !/\b(?:getattr|vars)\(/.test(context.chunk.text) &&
    !context.isNameReadElsewhere('getattr') &&
    !context.isNameReadElsewhere('vars')
  );
}

/** What is kept, and by which statement. */
interface Held {
  readonly name: Name | Attribute;
  readonly binder: Stmt;
  /** The calls that start the tasks; several when the name is that of a collection. */
  readonly calls: readonly Call[];
  /** How to write all the tasks of a collection; null when the name is that of the task. */
  readonly all: string | null;
}

function heldIn(statement: Stmt, call: Call, context: FixContext): Held | null {
  if (statement.kind === 'Assign' || statement.kind === 'AnnAssign') {
    const name = statement.kind === 'Assign' ? statement.targets[0]! : statement.target;
    const { value } = statement;
    if ((name.kind !== 'Name' && name.kind !== 'Attribute') || value === null) return null;
    const isMapping = value.kind === 'Dict' || value.kind === 'DictComp';
    const written = context.text(name);
    const all = value === call ? null : isMapping ? `${written}.values()` : written;
    return { name, binder: statement, calls: heldCalls(value), all };
  }
  if (statement.kind !== 'Expr') return null;
  const { value } = statement;
  if (value.kind === 'NamedExpr')
    return { name: value.target, binder: statement, calls: [call], all: null };
  const collection = value.kind === 'Call' ? addedTo(value) : null;
  if (collection === null) return null;
  const [binding] = context.scopeAround(collection).bindings.get(collection.id)!;
  return {
    name: collection,
    binder: statementOf(binding!.node)!,
    calls: [call],
    all: collection.id,
  };
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const call = node as Call;
  const statement = statementOf(call);
  const held = statement === null ? null : heldIn(statement, call, context);
  if (statement === null || held === null) return [];
  const offers = new Offers(context);
  const { binder, all } = held;
  const name = context.text(held.name);
  const isLocal = held.name.kind === 'Name' && context.surroundings(call) === 'coroutine';
  // What another thread's loop runs is no awaitable.
  const isForeign = held.calls.some(
    (start) => startedBy(start, context)?.name === 'asyncio.run_coroutine_threadsafe',
  );
  const end = isLocal ? endOfBlock(held, context) : null;
  if (end !== null && !(isForeign && all !== null))
    offers.add(`Attendre \`${name}\` à la fin du bloc`, 'review', (edits) => {
      const helper = all !== null ? 'gather' : isForeign ? 'wrap_future' : null;
      const waited =
        helper === null
          ? name
          : `${edits.name('asyncio', helper, binder)}(${all === null ? name : `*${all}`})`;
      if (end.before) edits.insertLinesBefore(end.statement, [`await ${waited}`]);
      else edits.insertLinesAfter(end.statement, [`await ${waited}`]);
    });
  if (binder === statement)
    offers.add('Journaliser son exception dans une fonction de rappel', 'review', (edits) => {
      const report = reporterIn(edits, statement);
      const task = all === null ? name : edits.freshName('tache', statement);
      const added = `${task}.add_done_callback(${report})`;
      const lines = all === null ? [added] : [`for ${task} in ${all}:`, edits.indentUnit + added];
      edits.insertLinesAfter(statement, lines);
    });
  if (isLocal && !isForeign && atLeast(context.target, [3, 11]))
    offers.add('Ouvrir un `asyncio.TaskGroup` autour de la suite', 'review', (edits) => {
      const group = openTaskGroup(edits, binder);
      if (group === null) {
        edits.abandon();
        return;
      }
      for (const start of held.calls) {
        const { name: starter, coroutine } = startedBy(start, context)!;
        if (starter.endsWith('create_task')) edits.replace(start.func, `${group}.create_task`);
        else edits.reduce(start, coroutine!, `${group}.create_task(`, ')');
      }
    });
  return offers.fixes;
}

/**
 * Where the block that binds the name can still wait: after its last statement, or before the one that
 * leaves it. Null when the name means something else by then, or when the block never ends.
 */
function endOfBlock(
  { name, binder, all }: Held,
  context: FixContext,
): { readonly statement: Stmt; readonly before: boolean } | null {
  const last = blockOf(binder, context.file).at(-1)!;
  const bindings = context.scopeAround(name).bindings.get(context.text(name)) ?? [];
  const isRebound = ({ node }: Binding) => binder.end <= node.start && node.end <= last.end;
  if (all === null && bindings.some(isRebound)) return null;
  if (last === binder || Flow.of([last])?.fallsThrough) return { statement: last, before: false };
  const leaves = ['Return', 'Raise', 'Break', 'Continue'].includes(last.kind);
  return leaves ? { statement: last, before: true } : null;
}

/** The module's function that logs the exception of a task, written there if need be. */
function reporterIn(edits: Edits, at: Stmt): string {
  for (const [name, bindings] of edits.file.table.bindings)
    if (/^signaler_echec(_\d+)?$/.test(name) && !edits.isShadowed(name, at))
      if (bindings.every(({ item }) => item.origin.how === 'function')) return name;
  const getLogger = edits.name('logging', 'getLogger', at);
  const name = edits.freshName('signaler_echec');
  const unit = edits.indentUnit;
  edits.insertModuleLines([
    `def ${name}(tache):`,
    `${unit}if not tache.cancelled() and tache.exception() is not None:`,
    `${unit}${unit}${getLogger}(__name__).error("Échec de %r", tache, exc_info=tache.exception())`,
  ]);
  return name;
}
