import {
  every,
  type Handed,
  handedBy,
  isProjectId,
  type Kind,
  type Semantics,
} from '../semantics/index.ts';
import type { Call, FunctionDef } from '../syntax/index.ts';
import page from './appel-au-lieu-de-reference.md';
import { isProvoked } from './coroutine-uses.ts';
import type { Edits } from './edits.ts';
import { Offers } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule, RuleContext } from './rule.ts';
import { handedIn, offerToRun } from './run-handed.ts';
import { isCoroutine } from './tasks.ts';
import { callName } from './wording.ts';

export const appelAuLieuDeReference: Rule = {
  code: 'ATT111',
  slug: 'appel-au-lieu-de-reference',
  level: 'error',
  peers: ['ASYNC251'],
  page,
  handlers: { Call: check },
  fixes,
};

function check(call: Call, context: RuleContext): void {
  const handed = handedBy(call, context);
  const given = handed?.callable;
  if (handed === null || given?.kind !== 'Call') return;
  const kind = context.kindOf(given);
  const isSpokenOf = isCoroutine(given, context) || isNoCallable(kind, handed, context);
  if (!isSpokenOf || isProvoked(call)) return;
  const [outer, inner] = [callName(call, context), callName(given, context)];
  const received = isCoroutine(given, context)
    ? 'la coroutine ainsi créée'
    : every(kind, ({ k }) => k === 'none')
      ? '`None`'
      : 'son résultat';
  context.report({
    at: given,
    message: `\`${inner}\` est appelée ici, tout de suite\u00a0: \`${outer}\` reçoit ${received} au lieu d’une fonction à appeler.`,
  });
}

/** Is the value certainly nothing that can be called, where it should be? */
function isNoCallable(kind: Kind, { taker }: Handed, context: Semantics): boolean {
  // To these, None and others may mean something.
  if (taker.runs === 'caller' && taker.result !== 'dropped') return false;
  return every(kind, (member) => {
    if (member.k === 'none') return true;
    // The numbers of `SIG_IGN` and `SIG_DFL` are handlers too.
    if (member.k !== 'instance' || taker.runs === 'signal') return false;
    return context.member(member, '__call__') === undefined;
  });
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const given = node as Call;
  const found = handedIn(given, context);
  if (found === null) return [];
  const { call, handed } = found;
  const offers = new Offers(context);
  if (isCoroutine(given, context)) offerToRun(offers, call, handed);
  else {
    const passes = typeof handed.taker.passes === 'number' ? handed.taker.passes : null;
    const title = `Donner \`${context.text(given.func)}\` sans l’appeler`;
    if (passes === null) offers.add(title, 'safe', (edits) => give(edits, call, given, handed));
    else if (given.args.length + given.keywords.length === 0 && takes(given, passes, context))
      offers.add(title, 'safe', (edits) => edits.replace(given, context.text(given.func)));
    else
      offers.add('Donner une `lambda` qui fait l’appel', 'review', (edits) =>
        edits.insertBefore(given, passes === 1 ? 'lambda _: ' : 'lambda *_: '),
      );
  }
  return offers.fixes;
}

/** `f, x` for `f(x)`; where that cannot be, `partial(f, x)`. */
function give(edits: Edits, call: Call, given: Call, { taker }: Handed): void {
  const text = (node: Call['func']) => edits.file.at(call).text(node);
  const { passes, own } = taker;
  const args = given.args.map(text);
  const named = given.keywords.map((keyword) => text(keyword as never));
  const func = text(given.func);
  const isPlaced = call.args.includes(given);
  const isLast = !isPlaced || call.args.at(-1) === given;
  if (text(given).includes('#') || !isLast) {
    edits.abandon();
    return;
  }
  const all = [...args, ...named];
  if (all.length === 0) edits.replace(given, func);
  else if (passes === 'following' && isPlaced && (named.length === 0 || own === null))
    edits.replace(given, [func, ...all].join(', '));
  else if (typeof passes === 'object' && named.length === 0 && !isTold(call, passes.keywords))
    edits.replace(
      given,
      `${func}, ${passes.keywords[0]}=(${args.join(', ')}${args.length === 1 ? ',' : ''})`,
    );
  else
    edits.replace(
      given,
      `${edits.name('functools', 'partial', call)}(${[func, ...all].join(', ')})`,
    );
}

function isTold(call: Call, names: readonly string[]): boolean {
  return call.keywords.some(({ arg }) => arg === null || names.includes(arg));
}

/** Can the function that was called be called with so many arguments? */
function takes({ func }: Call, given: number, context: Semantics): boolean {
  const kind = context.kindOf(func);
  if (kind.k !== 'function' || !isProjectId(kind.fn)) return false;
  const places = given + (kind.self === null ? 0 : 1);
  return context.summary(kind.fn, `takes ${places}`, (fn) => accepts(fn, places));
}

function accepts({ args }: FunctionDef, places: number): boolean {
  const positional = args.posonlyargs.length + args.args.length;
  const required = positional - args.defaults.length;
  const isOpen = args.vararg !== null || places <= positional;
  return required <= places && isOpen && args.kw_defaults.every((value) => value !== null);
}
