import { localReads, mayRead, type Semantics } from '../semantics/index.ts';
import {
  type Await,
  ancestors,
  type Call,
  type Expr,
  type Name,
  type Node,
  type Stmt,
} from '../syntax/index.ts';
import type { Edits } from './edits.ts';
import page from './gather-exceptions-ignorees.md';
import { cleansUp, isAnyLeftTo, keywordOf, mayFailUnseen } from './groups.ts';
import { Offers, statementOf } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule } from './rule.ts';
import { callName } from './wording.ts';

export const gatherExceptionsIgnorees: Rule = {
  code: 'ATT306',
  slug: 'gather-exceptions-ignorees',
  level: 'warning',
  peers: [],
  page,
  handlers: {
    Await(node, context) {
      if (!collectsExceptions(node, context) || !isDropped(node, context)) return;
      const call = node.value as Call;
      if (cleansUp(node) || !isAnyLeftTo(call, context, mayFailUnseen)) return;
      context.report({
        at: call,
        message: `Le résultat de \`${callName(call, context)}\` n’est pas lu\u00a0: avec \`return_exceptions=True\`, les exceptions s’y trouvent, et personne ne les verra.`,
      });
    },
    Call(call, context) {
      const [value, type] = call.args;
      if (call.func.kind !== 'Name' || call.func.id !== 'isinstance') return;
      if (value?.kind !== 'Name' || type?.kind !== 'Name' || type.id !== 'Exception') return;
      if (context.callee(call) !== 'isinstance' || !isCollected(value, context)) return;
      const fn = context.functionAround(call);
      if (cleansUp(call) || !servesOtherwise(value, call, context)) return;
      if (fn === null || /\bCancelledError\b|\bBaseException\b/.test(context.text(fn))) return;
      context.report({
        at: call,
        message: `\`${context.text(call)}\` ne reconnaît pas \`CancelledError\`\u00a0: une tâche annulée passera pour un résultat.`,
        level: 'information',
      });
    },
  },
  fixes,
};

/** `await gather(…, return_exceptions=True)`. */
function collectsExceptions({ value }: Await, context: Semantics): boolean {
  if (value.kind !== 'Call') return false;
  const wanted = keywordOf(value, 'return_exceptions');
  const isTrue = wanted?.kind === 'Constant' && wanted.value === 'True';
  return isTrue && context.callee(value) === 'asyncio.gather';
}

function isDropped({ parent }: Await, context: Semantics): boolean {
  if (parent?.kind === 'Expr') return true;
  if (parent?.kind !== 'Assign' || parent.targets.length !== 1) return false;
  const [target] = parent.targets;
  if (target?.kind !== 'Name') return false;
  return localReads(target, context)?.every((use) => !mayRead(use, target, context)) ?? false;
}

/** Does a loop take the value from what such a `gather` gives? */
function isCollected(value: Name, context: Semantics): boolean {
  const { bindings } = context.reaching(value) ?? { bindings: [] };
  const origin = bindings.length === 1 ? bindings[0]!.origin : null;
  if (origin?.how !== 'for' || origin.async) return false;
  const iterable = iteratedBy(origin.iter, origin.path, context);
  if (iterable?.kind === 'Await') return collectsExceptions(iterable, context);
  if (iterable?.kind !== 'Name') return false;
  const bound = context.reaching(iterable)?.bindings ?? [];
  return (
    bound.length > 0 &&
    bound.every(
      ({ origin: from }) =>
        from.how === 'assign' &&
        from.path.length === 0 &&
        from.value.kind === 'Await' &&
        collectsExceptions(from.value, context),
    )
  );
}

/** Is the value looked at where it is taken for a result, not only under `if isinstance(…)`? */
function servesOtherwise(value: Name, call: Call, context: Semantics): boolean {
  const { holder, bindings } = context.reaching(value)!;
  const [binding] = bindings;
  const asks = (test: Expr): boolean =>
    test === call || (test.kind === 'BoolOp' && test.op === 'and' && test.values.includes(call));
  const isGuarded = (use: Name) => {
    let child: Node = use;
    return [...ancestors(use)].some((around) => {
      const inner = child;
      child = around;
      // `isinstance(r, Exception) and not isinstance(r, OSError)`
      if (around.kind === 'BoolOp') return around.op === 'and' && asks(around);
      if (around.kind === 'If') return asks(around.test) && around.body.includes(inner as Stmt);
      const isComprehension = around.kind === 'GeneratorExp' || around.kind === 'ListComp';
      return isComprehension && around.generators.some(({ ifs }) => ifs.some(asks));
    });
  };
  return context.reads(value.id, holder).some(
    (use) =>
      use.parent !== call &&
      // `if …: … elif isinstance(…)`: what comes before has another test.
      (holder.kind === 'comprehension' || use.start > call.end) &&
      context.reaching(use)?.bindings.includes(binding!) &&
      !isGuarded(use),
  );
}

/** What a target of the loop goes through: `results` of `for name, result in zip(names, results)`. */
function iteratedBy(
  iter: Expr,
  path: readonly (number | '*')[],
  context: Semantics,
): Expr | undefined {
  const callee = iter.kind === 'Call' ? context.callee(iter) : undefined;
  if (iter.kind !== 'Call' || (callee !== 'zip' && callee !== 'enumerate'))
    return path.length === 0 ? iter : undefined;
  const [at, ...inner] = path;
  if (typeof at !== 'number' || inner.length > 0) return undefined;
  return callee === 'zip' ? iter.args[at] : at === 1 ? iter.args[0] : undefined;
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const call = node as Call;
  const offers = new Offers(context);
  if (context.callee(call) === 'isinstance') {
    offers.add('Remplacer `Exception` par `BaseException`', 'review', (edits) =>
      edits.replace(call.args[1]!, 'BaseException'),
    );
    return offers.fixes;
  }
  offerToRead(offers, call, 'Lever la première exception quand tout est fini', (result) => [
    `raise ${result}`,
  ]);
  offerToRead(offers, call, 'Journaliser les exceptions', (result, edits) => [
    `${edits.name('logging', 'getLogger', call)}(__name__).error("Échec", exc_info=${result})`,
  ]);
  return offers.fixes;
}

/** Offers to go through the results, with lines for what is an exception among them. */
function offerToRead(
  offers: Offers,
  call: Call,
  title: string,
  linesFor: (result: string, edits: Edits) => readonly string[],
): void {
  const statement = statementOf(call)!;
  offers.add(title, 'review', (edits) => {
    const target = statement.kind === 'Assign' ? (statement.targets[0] as Name) : null;
    const isNamed = target !== null && target.id !== '_';
    const results = isNamed ? target.id : edits.freshName('resultats', call);
    if (target === null) edits.insertBefore(statement, `${results} = `);
    else if (!isNamed) edits.replace(target, results);
    const result = edits.freshName('resultat', call);
    const unit = edits.indentUnit;
    edits.insertLinesAfter(statement, [
      `for ${result} in ${results}:`,
      `${unit}if isinstance(${result}, BaseException):`,
      ...linesFor(result, edits).map((line) => unit + unit + line),
    ]);
  });
}
