import { isOpenerName, type Opener, openerOf } from '../knowledge/sessions.ts';
import { localReads, type Semantics } from '../semantics/index.ts';
import type { AnnAssign, Assign, Call, Expr, Name, Stmt } from '../syntax/index.ts';
import type { Edits } from './edits.ts';
import { enterAround, enterFromBinding, isAwaitedOnce } from './enter-manager.ts';
import { blockOf, Offers, statementOf } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule, RuleContext } from './rule.ts';
import page from './session-non-fermee.md';
import { callName } from './wording.ts';

export const sessionNonFermee: Rule = {
  code: 'ATT412',
  slug: 'session-non-fermee',
  level: 'information',
  peers: [],
  page,
  handlers: {
    Assign: checkBinding,
    AnnAssign: checkBinding,
    Call(call, context) {
      // `aiohttp.ClientSession().get(…)`: nobody will ever see this session again.
      const { parent } = call;
      if (parent?.kind !== 'Attribute' || parent.parent?.kind !== 'Call') return;
      if (parent.parent.func !== parent || !isOpenerName(lastName(call.func))) return;
      const opener = openerOf(context.callee(call) ?? '');
      if (opener === undefined || opener.isAwaited || isClosing(parent.attr, opener)) return;
      context.report({
        at: call,
        message: `Rien ne conserve cet objet \`${callName(call, context)}\`\u00a0: personne ne pourra le fermer, et ses connexions resteront ouvertes.`,
      });
    },
  },
  fixes,
};

function checkBinding(statement: Assign | AnnAssign, context: RuleContext): void {
  const opened = openedBy(statement, context);
  if (opened === undefined || context.scopeAround(opened.name).kind !== 'function') return;
  const { name, call, opener } = opened;
  if (localReads(name, context)?.every((use) => leavesOpen(use, opener)) !== true) return;
  context.report({
    at: call,
    message: `Rien ne ferme \`${name.id}\`\u00a0: la connexion ouverte par \`${callName(call, context)}\` reste ouverte.`,
  });
}

interface Opened {
  readonly name: Name;
  readonly call: Call;
  readonly opener: Opener;
}

/** `session = ClientSession()`, `reader, writer = await open_connection(…)`. */
function openedBy(statement: Assign | AnnAssign, context: Semantics): Opened | undefined {
  const targets = statement.kind === 'Assign' ? statement.targets : [statement.target];
  const [target, ...others] = targets;
  const { value } = statement;
  const call = value?.kind === 'Await' ? value.value : value;
  if (call?.kind !== 'Call' || others.length > 0) return undefined;
  const opener = openerOf(context.callee(call) ?? '');
  if (opener === undefined || opener.isAwaited !== (value?.kind === 'Await')) return undefined;
  const name =
    opener.place === null ? target : target?.kind === 'Tuple' ? target.elts[opener.place] : null;
  return name?.kind === 'Name' ? { name, call, opener } : undefined;
}

/** A use that calls a method other than those that close: whatever else is done, others may close. */
function leavesOpen({ parent }: Name, opener: Opener): boolean {
  if (parent?.kind !== 'Attribute') return false;
  const isCalled = parent.parent?.kind === 'Call' && parent.parent.func === parent;
  return isCalled && !isClosing(parent.attr, opener);
}

function isClosing(method: string, { closers }: Opener): boolean {
  return closers.includes(method) || method.startsWith('__');
}

function lastName(func: Expr): string {
  return func.kind === 'Attribute' ? func.attr : func.kind === 'Name' ? func.id : '';
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const call = node as Call;
  const statement = statementOf(call);
  const offers = new Offers(context);
  if (statement === null || context.surroundings(call) !== 'coroutine') return offers.fixes;
  const written = context.text(call);
  if (statement.kind !== 'Assign' || call.parent?.kind === 'Attribute') {
    const isHeader = statement.kind === 'AsyncWith' && statement.items[0]!.start === call.start;
    if (isHeader || isAwaitedOnce(call, statement))
      offers.add(OPEN, 'review', (edits) =>
        enterAround(edits, statement, call, written, 'session'),
      );
    return offers.fixes;
  }
  const { name, opener } = openedBy(statement, context)!;
  if (opener.isManager)
    offers.add(OPEN, 'review', (edits) => enterFromBinding(edits, statement, written));
  else
    offers.add(`Fermer \`${name.id}\` dans un \`finally\``, 'review', (edits) =>
      closeAfter(edits, statement, name, opener),
    );
  return offers.fixes;
}

const OPEN = 'Ouvrir avec `async with`';

/** Puts what follows in the block under `try`, and the closing under `finally`. */
function closeAfter(edits: Edits, statement: Stmt, name: Name, { closing }: Opener): void {
  const semantics = edits.file.at(statement);
  const block = blockOf(statement, edits.file);
  const after = block.slice(block.indexOf(statement) + 1);
  const last = block.at(-1)!;
  const uses = semantics.reads(name.id, semantics.scopeAround(name));
  if (after.length === 0 || uses.some((use) => use.start > last.end)) {
    edits.abandon();
    return;
  }
  edits.wrap('try:', after);
  edits.insertLinesAfter(last, [
    'finally:',
    ...closing.map((line) => edits.indentUnit + line.replace('$', name.id)),
  ]);
}
