import { leavesUnread, type Reached, runBy, type Semantics } from '../semantics/index.ts';
import { type Call, type Expr, walk } from '../syntax/index.ts';
import { chain } from './chain.ts';
import { loopAt } from './known-loop.ts';
import { isPlainPath, loopThreadOnly, TOUCHES_LOOP } from './loop-thread.ts';
import { Offers } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule } from './rule.ts';
import page from './signal-sans-boucle.md';
import { callName } from './wording.ts';

export const signalSansBoucle: Rule = {
  code: 'ATT512',
  slug: 'signal-sans-boucle',
  level: 'hint',
  peers: [],
  page,
  handlers: {
    Call(call, context) {
      const handler = handlerOf(call, context);
      const reached = handler === undefined ? undefined : touched(handler, context);
      // Next to `add_signal_handler`, it is for Windows, which has nothing else.
      if (reached === undefined || context.isAttributeReadAnywhere('add_signal_handler')) return;
      context.report({
        at: call,
        message: `Cette fonction de signal appelle \`${reached.what}\`, mais ne réveille pas la boucle d’évènements, qui peut ne s’en apercevoir que plus tard.`,
        related: chain(reached),
      });
    },
  },
  fixes,
};

function handlerOf(call: Call, context: Semantics): Expr | undefined {
  const { func, args } = call;
  const mayBe = func.kind === 'Name' || (func.kind === 'Attribute' && func.attr === 'signal');
  return mayBe && args.length === 2 && context.callee(call) === 'signal.signal'
    ? args[1]
    : undefined;
}

/** What the handler does that wakes up no loop. */
function touched(handler: Expr, context: Semantics): Reached | undefined {
  if (handler.kind !== 'Lambda') {
    const id = runBy(handler, context);
    return id === undefined ? undefined : context.reach(id, TOUCHES_LOOP);
  }
  let what: string | undefined;
  walk([handler.body], (node) => {
    if (node.kind !== 'Call' || context.functionAround(node) !== handler) return;
    if (loopThreadOnly(node, context) === 'method') what ??= callName(node, context);
  });
  return what === undefined ? undefined : { what, through: [] };
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const offers = new Offers(context);
  if (node.kind !== 'Call' || node.parent?.kind !== 'Expr') return [];
  const [signal, handler] = node.args;
  // The handler goes on being given a signal, and no frame.
  if (signal === undefined || handler === undefined || !isPlainPath(signal)) return [];
  if (!leavesUnread(handler, 1, context)) return [];
  const number = context.text(signal);
  const isRead = !leavesUnread(handler, 0, context);
  offers.add('Utiliser `loop.add_signal_handler()`', 'review', (edits) => {
    edits.replace(node.func, `${loopAt(node, edits)}.add_signal_handler`);
    edits.insertAfter(handler, `, ${isRead ? number : 'None'}, None`);
  });
  return offers.fixes;
}
