import { atLeast, every, isAsyncGenerator, leftSuspendedBy } from '../semantics/index.ts';
import {
  ancestors,
  type Call,
  type Comprehension,
  type DictComp,
  type Expr,
  type For,
  type ListComp,
  type Node,
  type Starred,
} from '../syntax/index.ts';
import type { Edits } from './edits.ts';
import { aclosingName, enterAround } from './enter-manager.ts';
import page from './for-sans-async.md';
import { isErrorExpected } from './foreseen.ts';
import { bracket } from './groups.ts';
import { isOnlyAsync, needOf } from './iterations.ts';
import { makeAsync } from './make-async.ts';
import { Offers, statementOf } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule, RuleContext } from './rule.ts';
import { nameOf } from './wording.ts';

export const forSansAsync: Rule = {
  code: 'ATT406',
  slug: 'for-sans-async',
  level: 'error',
  peers: ['E1133', 'not-an-iterable', 'not-iterable', 'S3862'],
  yieldsTo: ['ATT407'],
  page,
  handlers: {
    For: ({ iter }, context) => check(iter, '`for`', context),
    comprehension({ iter, is_async }, context) {
      if (!is_async) check(iter, 'cette compréhension', context);
    },
    Call(call, context) {
      const { func, args } = call;
      const isNext = func.kind === 'Name' && func.id === 'next';
      for (const argument of args)
        if (isNext ? isNextOf(call, argument, context) : needOf(call, argument, context) !== null)
          check(argument, `\`${(context.callee(call) ?? '').replace(/^.*\./, '')}()\``, context);
    },
    Starred(starred, context) {
      if (!isTarget(starred)) check(starred.value, 'ce dépaquetage', context);
    },
    Assign({ targets, value }, context) {
      if (targets.some(({ kind }) => kind === 'Tuple' || kind === 'List'))
        check(value, 'cette affectation', context);
    },
    YieldFrom(node, context) {
      if (context.surroundings(node) === 'function') check(node.value, '`yield from`', context);
    },
  },
  fixes,
};

function isNextOf(call: Call, argument: Expr, context: RuleContext): boolean {
  return (
    argument === call.args[0] &&
    context.callee(call) === 'next' &&
    isAsyncGenerator(context.kindOf(argument))
  );
}

/** `first, *others = …` */
function isTarget({ parent: holder }: Starred): boolean {
  let child: Node | null = holder;
  while (child?.parent?.kind === 'Tuple' || child?.parent?.kind === 'List') child = child.parent;
  const parent = child?.parent;
  return (
    (parent?.kind === 'Assign' && parent.targets.includes(child as Expr)) ||
    (parent != null && 'target' in parent && parent.target === child)
  );
}

function check(iterated: Expr, how: string, context: RuleContext): void {
  const kind = context.kindOf(iterated);
  if (!every(kind, (member) => isOnlyAsync(member, context))) return;
  if (isErrorExpected(iterated, 'TypeError', context)) return;
  const noun = isAsyncGenerator(kind) ? 'un générateur asynchrone' : 'un itérable asynchrone';
  context.report({
    at: iterated,
    message: `${nameOf(iterated, context)} est ${noun}\u00a0: ${how} lèvera une \`TypeError\`, il faut \`async for\`.`,
  });
}

/** Puts the asynchronous form in place; answers `review` when it does more than the other would have. */
type Repair = (edits: Edits) => 'review' | undefined;

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const iterated = node as Expr;
  const offers = new Offers(context);
  const found = repairOf(iterated, context);
  if (found === null) return [];
  const where = context.surroundings(iterated);
  const enclosing = context.functionAround(iterated);
  if (where === 'coroutine' || where === 'notebook') offers.add(found.title, 'safe', found.repair);
  else if (where === 'function' && enclosing !== null && enclosing.kind !== 'Lambda')
    offers.add(`${found.title} et rendre \`${enclosing.name}()\` asynchrone`, 'review', (edits) => {
      found.repair(edits);
      makeAsync(edits, enclosing);
    });
  return offers.fixes;
}

function repairOf(
  iterated: Expr,
  context: FixContext,
): { readonly title: string; readonly repair: Repair } | null {
  const { parent } = iterated;
  if (isInComprehension(parent?.kind === 'comprehension' ? parent.parent! : iterated)) return null;
  switch (parent?.kind) {
    case 'For':
      return {
        title: 'Remplacer par `async for`',
        repair: (edits) => makeLoopAsync(edits, parent, context),
      };
    case 'comprehension':
      return {
        title: 'Remplacer par `async for`',
        repair: (edits) => makeComprehensionAsync(edits, parent, context),
      };
    case 'Call':
      if (parent.func.kind === 'Name' && parent.func.id === 'next')
        return iterated.kind === 'Call' || !atLeast(context.target, [3, 10])
          ? null
          : { title: 'Remplacer par `await anext()`', repair: (edits) => awaitNext(edits, parent) };
      return {
        title: COLLECT,
        repair: (edits) => collectFor(edits, parent, iterated, context),
      };
    case 'Starred':
    case 'Assign':
      return { title: COLLECT, repair: (edits) => collect(edits, iterated) };
    default:
      return null;
  }
}

const COLLECT = 'Recueillir les valeurs avec `async for`';

/** Inside another comprehension, an asynchronous one changes that one too. */
function isInComprehension(node: Node): boolean {
  const statement = statementOf(node);
  for (const parent of ancestors(node)) {
    if (parent === statement) return false;
    if (/Comp$|^GeneratorExp$/.test(parent.kind)) return true;
  }
  return false;
}

function makeLoopAsync(edits: Edits, loop: For, context: FixContext): undefined {
  const { iter } = loop;
  edits.insertBefore(loop, 'async ');
  const isGenerator = isAsyncGenerator(context.kindOf(iter));
  if (isGenerator && iter.kind === 'Call' && leftSuspendedBy(loop, context) !== null)
    enterAround(
      edits,
      loop,
      iter,
      `${aclosingName(edits, loop)}(${context.text(iter)})`,
      'generateur',
    );
}

function makeComprehensionAsync(
  edits: Edits,
  part: Comprehension,
  context: FixContext,
): 'review' | undefined {
  const whole = part.parent as ListComp | DictComp;
  edits.insertBefore(part, 'async ');
  if (whole.kind !== 'GeneratorExp') return undefined;
  // Whoever goes through the generator would have to do it with `async for`.
  const call = whole.parent;
  const need = call?.kind === 'Call' ? needOf(call, whole, context) : null;
  if (need === null) edits.abandon();
  else bracket(edits, whole, '[', ']');
  return need === 'lazy' ? 'review' : undefined;
}

/** `list(g)` → `[valeur async for valeur in g]`; elsewhere the list takes the place of `g`. */
function collectFor(
  edits: Edits,
  call: Call,
  iterated: Expr,
  context: FixContext,
): 'review' | undefined {
  const need = needOf(call, iterated, context);
  const callee = context.callee(call);
  const brackets = callee === 'list' ? '[]' : callee === 'set' ? '{}' : null;
  // These are used on what has no end.
  if (callee === 'iter' || callee === 'itertools.islice') edits.abandon();
  else if (brackets === null) collect(edits, iterated);
  else {
    const { open } = asList(edits, iterated);
    edits.reduce(call, iterated, brackets[0] + open, brackets[1]);
  }
  return need === 'lazy' ? 'review' : undefined;
}

function collect(edits: Edits, iterated: Expr): undefined {
  const { open } = asList(edits, iterated);
  edits.insertBefore(iterated, `[${open}`);
  edits.insertAfter(iterated, ']');
}

function asList(edits: Edits, iterated: Expr): { readonly open: string } {
  if (!['Call', 'Name', 'Attribute', 'Subscript'].includes(iterated.kind)) edits.abandon();
  const name = edits.freshName('valeur', iterated);
  return { open: `${name} async for ${name} in ` };
}

function awaitNext(edits: Edits, call: Call): undefined {
  if (edits.file.table.bindings.has('anext') || edits.isShadowed('anext', call)) edits.abandon();
  edits.awaitExpr(call);
  edits.replace(call.func, 'anext');
}
