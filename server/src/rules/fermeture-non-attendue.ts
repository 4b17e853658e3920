import { ancestors, type Call, type Expr, type Node } from '../syntax/index.ts';
import page from './fermeture-non-attendue.md';
import { Offers, statementOf } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule, RuleContext } from './rule.ts';
import { mayFollow, receiverOf } from './streams.ts';

export const fermetureNonAttendue: Rule = {
  code: 'ATT605',
  slug: 'fermeture-non-attendue',
  level: 'warning',
  peers: [],
  page,
  handlers: {
    Call(call, context) {
      const { func } = call;
      if (func.kind !== 'Attribute' || func.attr !== 'close') return;
      if (context.surroundings(call) !== 'coroutine' || call.parent?.kind !== 'Expr') return;
      const closed = closedBy(call, context);
      const receiver = receiverOf(call);
      if (closed === null || receiver === null) return;
      const written = context.text(receiver);
      // What reads the input of a process ends with it: the process is what is waited for.
      if (/stdin$/i.test(written) || isEntered(call, written, context)) return;
      if (mayFollow(call, 'wait_closed', context)) return;
      context.report({
        at: call,
        message: `\`${written}.close()\` ne fait que demander la fermeture\u00a0: rien n’attend \`${written}.wait_closed()\`, et ${FATES[closed]}.`,
        // After an error there may be nobody left to write to.
        ...(closed === 'writer' &&
          (isAfterError(call, context) || isUnwritten(receiver, context)) && {
            level: 'information',
          }),
      });
    },
  },
  fixes,
};

type Closed = 'writer' | 'server';

const FATES: Record<Closed, string> = {
  writer: 'les dernières données peuvent être perdues',
  server: 'le programme continue alors que le serveur n’est pas encore arrêté',
};

function closedBy(call: Call, context: RuleContext | FixContext): Closed | null {
  switch (context.callee(call)) {
    case 'asyncio.StreamWriter.close':
      return 'writer';
    case 'asyncio.Server.close':
    case 'asyncio.AbstractServer.close':
      return 'server';
    default:
      return null;
  }
}

function isAfterError(call: Node, context: RuleContext): boolean {
  const fn = context.functionAround(call);
  for (const parent of ancestors(call)) {
    if (parent === fn) return false;
    if (parent.kind === 'ExceptHandler') return true;
  }
  return false;
}

/** Is it a writer opened here, to which nothing was written? */
function isUnwritten(writer: Expr, context: RuleContext): boolean {
  const reaching = writer.kind === 'Name' ? context.reaching(writer) : null;
  if (writer.kind !== 'Name' || reaching === null) return false;
  if (reaching.bindings.some(({ origin }) => origin.how === 'parameter')) return false;
  return context
    .reads(writer.id, reaching.holder)
    .every(({ parent }) =>
      parent?.kind === 'Attribute' ? !/^write/.test(parent.attr) : parent?.kind !== 'Call',
    );
}

/** `async with server:` waits by itself at its end. */
function isEntered(call: Node, written: string, context: RuleContext): boolean {
  for (const parent of ancestors(call)) {
    if (parent.kind !== 'AsyncWith') continue;
    for (const { context_expr: entered, optional_vars: name } of parent.items)
      if ([entered, name].some((expr) => expr !== null && context.text(expr) === written))
        return true;
  }
  return false;
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const call = node as Call;
  const offers = new Offers(context);
  const receiver = receiverOf(call);
  const statement = statementOf(call);
  if (receiver === null || statement === null) return [];
  const waiting = `await ${context.text(receiver)}.wait_closed()`;
  // Since Python 3.12, a server waits for its last connection too.
  const applicability = closedBy(call, context) === 'writer' ? 'safe' : 'review';
  offers.add(`Ajouter \`${waiting}\``, applicability, (edits) =>
    edits.insertLinesAfter(statement, [waiting]),
  );
  return offers.fixes;
}
