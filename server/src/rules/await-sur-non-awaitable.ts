import {
  atLeast,
  bodyFacts,
  every,
  isProjectId,
  type Kind,
  membersOf,
  type Semantics,
  shortName,
} from '../semantics/index.ts';
import type { Await, Expr, FunctionDef } from '../syntax/index.ts';
import page from './await-sur-non-awaitable.md';
import { isAskedAbout, isErrorExpected } from './foreseen.ts';
import { insideGeneratorExpression, Offers } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule } from './rule.ts';
import { callName } from './wording.ts';

export const awaitSurNonAwaitable: Rule = {
  code: 'ATT106',
  slug: 'await-sur-non-awaitable',
  level: 'error',
  peers: ['reportGeneralTypeIssues', 'invalid-await', 'not-async', 'misc'],
  page,
  handlers: {
    Await(node, context) {
      const { value } = node;
      const kind = context.kindOf(value);
      if (!every(kind, (member) => isRefused(member, context))) return;
      if (isUncertain(value, kind, context) || isErrorExpected(node, 'TypeError', context)) return;
      context.report({
        at: node,
        message: `${subject(value, context)} ${what(kind)}, que \`await\` n’accepte pas\u00a0: une \`TypeError\` sera levée${advice(kind)}.`,
      });
    },
  },
  fixes,
};

/** Is it certain that no value of the kind can be awaited? */
function isRefused(kind: Kind, context: Semantics): boolean {
  switch (kind.k) {
    case 'none':
    case 'asyncGenerator':
      return true;
    case 'function':
      // Those that give a coroutine lack their brackets: something else is said of them.
      return every(context.called(kind), (result) => isRefused(result, context));
    case 'instance':
      if (/^asyncio\.locks\./.test(kind.cls) && !atLeast(context.target, [3, 9])) return false;
      return context.member(kind, '__await__') === undefined;
    default:
      return false;
  }
}

/** May it be something else when the program runs, or is that looked at first? */
function isUncertain(value: Expr, kind: Kind, context: Semantics): boolean {
  const asked = value.kind === 'Call' ? [value, value.func] : [value];
  if (asked.some((expr) => isAskedAbout(expr, QUESTIONS, context))) return true;
  if (value.kind === 'Call') {
    const mayDiffer = (member: Kind) =>
      member.k === 'callable'
        ? !isLambda(value.func, context)
        : member.k === 'function' &&
          isProjectId(member.fn) &&
          context.summary(member.fn, 'may give an awaitable', mayGiveAwaitable);
    return membersOf(context.kindOf(value.func)).some(mayDiffer);
  }
  // What is empty here may be filled from elsewhere.
  const isLocal = value.kind === 'Name' && context.reaching(value) !== null;
  return value.kind !== 'Constant' && !isLocal && membersOf(kind).some(({ k }) => k === 'none');
}

/** Is what the callable gives seen, not merely annotated `Callable[…, None]`? */
function isLambda(func: Expr, context: Semantics): boolean {
  if (func.kind === 'Lambda') return true;
  const bindings = func.kind === 'Name' ? (context.reaching(func)?.bindings ?? []) : [];
  return bindings.some(({ origin }) => origin.how === 'assign' && origin.value.kind === 'Lambda');
}

/** An empty method is there for others to define; and an annotation may be wrong. */
function mayGiveAwaitable(fn: FunctionDef, inside: Semantics): boolean {
  const { isStub, returns } = bodyFacts(fn);
  const given: Expr[] = returns.flatMap(({ value }) => value ?? []);
  for (const expr of given)
    if (expr.kind === 'IfExp') given.push(expr.body, expr.orelse);
    else if (expr.kind === 'BoolOp') given.push(...expr.values);
  return (
    isStub ||
    given.some((expr) =>
      membersOf(inside.kindOf(expr)).some((k) => k.k !== 'unknown' && !isRefused(k, inside)),
    )
  );
}

const QUESTIONS = /^(?:isawaitable|iscoroutine|iscoroutinefunction|isfuture|isinstance|hasattr)$/;

/** The beginning of a message: what is awaited. */
function subject(value: Expr, context: Semantics): string {
  if (value.kind === 'Call') return `\`${callName(value, context)}\` rend`;
  const written = context.text(value);
  return value.kind !== 'Constant' && /^[^\s`]{1,40}$/.test(written)
    ? `\`${written}\` est`
    : 'Cette valeur est';
}

function what(kind: Kind): string {
  const words = new Set(membersOf(kind).map(describe));
  return words.size === 1 ? [...words][0]! : 'une valeur';
}

function describe(kind: Kind): string {
  switch (kind.k) {
    case 'none':
      return '`None`';
    case 'function':
      return 'une fonction';
    case 'asyncGenerator':
      return 'un générateur asynchrone';
    case 'instance':
      return kind.cls === 'types.GeneratorType'
        ? 'un générateur'
        : `un objet \`${shortName(kind.cls)}\``;
    default:
      return 'une valeur';
  }
}

function advice(kind: Kind): string {
  const isGenerator = every(kind, ({ k }) => k === 'asyncGenerator');
  return isGenerator ? '. Il se parcourt avec `async for`' : '';
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const outer = node as Await;
  const { value } = outer;
  const offers = new Offers(context);
  const kind = context.kindOf(value);
  if (value.kind === 'Call' && context.callee(value) === 'time.sleep') {
    if (!insideGeneratorExpression(value) && context.surroundings(value) === 'coroutine')
      offers.add('Remplacer par `asyncio.sleep()`', 'safe', (edits) =>
        edits.replace(value.func, `${edits.name('asyncio', 'sleep', value)}`),
      );
    return offers.fixes;
  }
  if (every(kind, (member) => holdsAwaitables(member, context)))
    offers.add('Attendre ses éléments avec `asyncio.gather()`', 'review', (edits) => {
      const gather = `${edits.name('asyncio', 'gather', value)}(`;
      if ('elts' in value && value.kind !== 'Set') {
        edits.replaceRange(value, value.start, value.start + 1, gather);
        edits.replaceRange(value, value.end - 1, value.end, ')');
      } else {
        edits.insertBefore(value, `${gather}*`);
        edits.insertAfter(value, ')');
      }
    });
  const isUseful = value.kind === 'Call' || outer.parent?.kind !== 'Expr';
  const isPlain = every(kind, (member) => member.k === 'none' || member.k === 'instance');
  if (isUseful && isPlain)
    offers.add('Retirer `await`', offers.fixes.length > 0 ? 'review' : 'safe', (edits) => {
      const [keyword] = /^await\s*/.exec(context.text(outer))!;
      edits.replaceRange(outer, outer.start, outer.start + keyword.length, '');
    });
  return offers.fixes;
}

/** A collection, or a generator, of what could be awaited one by one. */
function holdsAwaitables(kind: Kind, context: Semantics): boolean {
  if (kind.k !== 'instance' || !COLLECTIONS.has(shortName(kind.cls)) || kind.args.length === 0)
    return false;
  return kind.args.every((item) =>
    every(
      item,
      (k) =>
        k.k === 'coroutine' ||
        (k.k === 'instance' && (context.member(k, '__await__')?.k ?? 'unknown') !== 'unknown'),
    ),
  );
}

const COLLECTIONS: ReadonlySet<string> = new Set(['list', 'tuple', 'set', 'GeneratorType']);
