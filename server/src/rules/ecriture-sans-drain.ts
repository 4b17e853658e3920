import type { Call } from '../syntax/index.ts';
import page from './ecriture-sans-drain.md';
import { Offers, statementOf } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule, RuleContext } from './rule.ts';
import { isNext, mayFollow, receiverOf } from './streams.ts';

export const ecritureSansDrain: Rule = {
  code: 'ATT604',
  slug: 'ecriture-sans-drain',
  level: 'warning',
  peers: [],
  page,
  handlers: {
    Call(call, context) {
      if (!isWriting(call, context) || context.surroundings(call) !== 'coroutine') return;
      const receiver = receiverOf(call);
      if (receiver === null || mayFollow(call, 'drain', context)) return;
      // What is closed is written out first, and waiting for the end waits for that.
      if (isNext(call, 'close', context) || isWrittenToAgain(call, context)) return;
      const written = context.text(receiver);
      context.report({
        at: call,
        message: `Rien n’attend \`${written}.drain()\` après cette écriture\u00a0: si le destinataire lit lentement, les données s’accumulent en mémoire.`,
      });
    },
  },
  fixes,
};

function isWriting(call: Call, context: RuleContext): boolean {
  const { func } = call;
  if (func.kind !== 'Attribute' || (func.attr !== 'write' && func.attr !== 'writelines'))
    return false;
  return /^asyncio\.StreamWriter\.write(?:lines)?$/.test(context.callee(call) ?? '');
}

/** Of several writings in a row, the last one speaks for all. */
function isWrittenToAgain(call: Call, context: RuleContext): boolean {
  const fn = context.functionAround(call);
  const flow = fn?.kind === 'AsyncFunctionDef' ? context.flow(fn) : undefined;
  const written = context.text(receiverOf(call)!);
  for (const point of flow?.after(flow.pointOf(call)!) ?? []) {
    const again = point.kind === 'Expr' && point.start > call.end ? point.value : null;
    if (again?.kind !== 'Call' || !isWriting(again, context)) continue;
    const receiver = receiverOf(again);
    if (receiver !== null && context.text(receiver) === written) return true;
  }
  return false;
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const call = node as Call;
  const offers = new Offers(context);
  const statement = statementOf(call);
  const receiver = receiverOf(call);
  if (statement?.kind !== 'Expr' || receiver === null) return [];
  const waiting = `await ${context.text(receiver)}.drain()`;
  offers.add(`Ajouter \`${waiting}\``, 'safe', (edits) =>
    edits.insertLinesAfter(statement, [waiting]),
  );
  return offers.fixes;
}
