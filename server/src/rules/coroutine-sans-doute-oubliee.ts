import { isTelling, type Semantics, scopesOf } from '../semantics/index.ts';
import type {
  AnnAssign,
  Assign,
  Attribute,
  Call,
  Chunk,
  Expr,
  Name,
  NamedExpr,
} from '../syntax/index.ts';
import { offerToAwait } from './await-call.ts';
import page from './coroutine-sans-doute-oubliee.md';
import { discardedCalls } from './discarded.ts';
import {
  callsToAwait,
  droppedIn,
  forgottenIn,
  misuseOfCall,
  misuseOfName,
} from './lost-coroutines.ts';
import { Offers } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Related, Rule, RuleContext } from './rule.ts';
import { callName } from './wording.ts';

export const coroutineSansDouteOubliee: Rule = {
  code: 'ATT118',
  slug: 'coroutine-sans-doute-oubliee',
  level: 'warning',
  peers: [],
  page,
  handlers: {
    Expr(statement, context) {
      if (!discardedCalls(statement.value).some((call) => isUnsure(call, context))) return;
      for (const call of droppedIn(statement, context.presuming))
        report(call, call, 'jamais attendue', context);
    },
    Assign: checkBinding,
    AnnAssign: checkBinding,
    NamedExpr: checkBinding,
    Call(call, context) {
      if (!isUnsure(call, context)) return;
      const use = misuseOfCall(call, context.presuming);
      if (use !== null) report(call, call, 'prise pour son résultat', context);
    },
    Name(name, context) {
      if (!namesOfUnsure(context.chunk).has(name.id)) return;
      const call = misuseOfName(name, context.presuming)?.held[0];
      if (call === undefined) return;
      const related = [{ at: call, message: 'La coroutine est créée ici, sans être attendue.' }];
      report(name, call, `et \`${name.id}\` n’en est pas le résultat`, context, related);
    },
  },
  fixes,
};

function checkBinding(statement: Assign | AnnAssign | NamedExpr, context: RuleContext): void {
  const { value } = statement;
  const parts = value?.kind === 'Tuple' ? value.elts : [value];
  if (!parts.some((part) => part?.kind === 'Call' && isUnsure(part, context))) return;
  for (const { call, target } of forgottenIn(statement, context.presuming)) {
    const where = target.id === '_' ? 'jetée dans `_`' : `gardée dans \`${target.id}\``;
    report(call, call, `${where} et jamais attendue`, context);
  }
}

function report(
  at: Call | Name,
  call: Call,
  fate: string,
  context: RuleContext,
  related: readonly Related[] = [],
): void {
  // What is sure is told by others.
  if (!isUnsure(call, context)) return;
  const name = (call.func as Attribute).attr;
  const definition = context.methodOfProject(name);
  const message = `\`${name}()\` est définie ici, avec \`async def\`.`;
  context.report({
    at,
    message: `\`${callName(call, context)}\` donne sans doute une coroutine, ${fate}\u00a0: dans ce projet, \`${name}()\` est toujours définie avec \`async def\`.`,
    related: [...related, ...(definition === undefined ? [] : [{ at: { definition }, message }])],
  });
}

/** A call of which nothing is known but a telling name. */
function isUnsure(call: Call, context: Semantics): boolean {
  return isOfMethod(call) && context.kindOf(call).k === 'unknown';
}

function isOfMethod(value: Expr | null): boolean {
  return value?.kind === 'Call' && value.func.kind === 'Attribute' && isTelling(value.func.attr);
}

const unsureNames = new WeakMap<Chunk, ReadonlySet<string>>();

/** The names that a chunk binds to what such calls give: the others, most by far, are not looked at twice. */
function namesOfUnsure(chunk: Chunk): ReadonlySet<string> {
  let names = unsureNames.get(chunk);
  if (names === undefined) {
    const { root, opened } = scopesOf(chunk);
    const bindings = [root, ...opened.values()].flatMap((scope) => [...scope.bindings.values()]);
    const unsure = bindings
      .flat()
      .filter(({ origin }) => 'value' in origin && isOfMethod(origin.value));
    names = new Set(unsure.map(({ name }) => name));
    unsureNames.set(chunk, names);
  }
  return names;
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const offers = new Offers(context);
  const found = callsToAwait(node as Call | Name, context);
  if (found !== null && !found.isMixed) offerToAwait(offers, found.calls, 'review');
  return offers.fixes;
}
