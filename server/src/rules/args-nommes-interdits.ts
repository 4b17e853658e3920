import { type Handed, handedBy } from '../semantics/index.ts';
import type { Call, Keyword, Node } from '../syntax/index.ts';
import page from './args-nommes-interdits.md';
import { isProvoked } from './coroutine-uses.ts';
import type { Edits } from './edits.ts';
import { Offers } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule, RuleContext } from './rule.ts';
import { callableName } from './run-handed.ts';
import { callName } from './wording.ts';

export const argsNommesInterdits: Rule = {
  code: 'ATT116',
  slug: 'args-nommes-interdits',
  level: 'error',
  peers: [],
  page,
  handlers: { Call: check },
  fixes,
};

function check(call: Call, context: RuleContext): void {
  if (call.keywords.length === 0) return;
  const handed = handedBy(call, context);
  const [first] = handed === null ? [] : meantForCallable(call, handed);
  if (handed === null || first === undefined || isProvoked(call)) return;
  const [taker, name] = [callName(call, context), callableName(handed.callable, context)];
  const fails =
    first.arg === null
      ? `si \`${context.text(first)}\` en contient un, Python lève une \`TypeError\``
      : `avec \`${first.arg}=\`, Python lève ici une \`TypeError\``;
  context.report({
    at: first,
    message: `\`${taker}\` ne transmet pas d’arguments nommés à \`${name}\`\u00a0: ${fails}.`,
    // An empty mapping does no harm.
    ...(first.arg === null && { level: 'warning' }),
  });
}

/** The keywords that can only be for the callable, and that the taker refuses. */
function meantForCallable(call: Call, { taker }: Handed): readonly Keyword[] {
  const { passes, own } = taker;
  if (passes !== 'following' || own === null) return [];
  return call.keywords.filter(
    ({ arg }) => !(arg === null ? own.includes('context') : own.includes(arg)),
  );
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const call = node.parent as Call;
  const handed = handedBy(call, context);
  const offers = new Offers(context);
  if (handed !== null)
    offers.add('Lier les arguments avec `functools.partial()`', 'safe', (edits) =>
      bind(edits, call, handed),
    );
  return offers.fixes;
}

/** The callable with all its arguments, then what is for the taker. */
function bind(edits: Edits, call: Call, handed: Handed): void {
  const text = (node: Node) => edits.file.at(call).text(node);
  if (text(call).includes('#')) edits.abandon();
  const { callable } = handed;
  const partial = edits.name('functools', 'partial', call);
  const meant = meantForCallable(call, handed);
  const place = call.args.indexOf(callable);
  const following = place < 0 ? [] : call.args.slice(place + 1);
  const bound = `${partial}(${[callable, ...following, ...meant].map(text).join(', ')})`;
  const before = place < 0 ? call.args : call.args.slice(0, place);
  const own = call.keywords
    .filter((keyword) => !meant.includes(keyword))
    .map((keyword) => (keyword.value === callable ? `${keyword.arg}=${bound}` : text(keyword)));
  const args = [...before.map(text), ...(place < 0 ? [] : [bound]), ...own];
  edits.replaceRange(call, call.openParen, call.end, `(${args.join(', ')})`);
}
