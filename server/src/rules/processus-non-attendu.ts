import { isAttributeNeverRead, isRepeated } from '../semantics/index.ts';
import { ancestors, type Call, type Name, type Stmt } from '../syntax/index.ts';
import type { Edits } from './edits.ts';
import { pipesOf, readsOfProcess, startsProcess } from './processes.ts';
import page from './processus-non-attendu.md';
import { blockOf, endOfBlock, Offers, statementOf } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule, RuleContext } from './rule.ts';

export const processusNonAttendu: Rule = {
  code: 'ATT602',
  slug: 'processus-non-attendu',
  level: 'warning',
  peers: [],
  page,
  handlers: {
    Call(call, context) {
      if (call.parent?.kind !== 'Await' || !startsProcess(call, context)) return;
      // Meant to outlive the program.
      if (call.keywords.some(({ arg }) => arg !== null && DETACHING.test(arg))) return;
      const statement = call.parent.parent;
      if (statement?.kind === 'Expr')
        report(call, 'Le processus lancé ici n’est gardé nulle part', context);
      if (statement?.kind !== 'Assign' || statement.targets.length !== 1) return;
      const [target] = statement.targets;
      const isForgotten =
        (target!.kind === 'Name' && isLeftAlone(target as Name, context)) ||
        (target!.kind === 'Attribute' && isAttributeNeverRead(target, context));
      if (isForgotten)
        report(call, `Le processus \`${context.text(target!)}\` n’est jamais attendu`, context);
    },
  },
  fixes,
};

const DETACHING = /^(?:start_new_session|preexec_fn|process_group|creationflags)$/;

function report(call: Call, what: string, context: RuleContext): void {
  context.report({
    at: call,
    message: `${what}\u00a0: rien ne saura s’il s’est terminé, ni s’il a échoué.`,
  });
}

/** Kept in a local variable by which nobody waits for it, nor looks again and again whether it has ended. */
function isLeftAlone(target: Name, context: RuleContext): boolean {
  const reads = readsOfProcess(target, context);
  return (
    reads?.every(({ name, attr }) => {
      if (attr === 'returncode') return !isRepeated(name);
      return QUIET.test(attr);
    }) ?? false
  );
}

const QUIET = /^(?:pid|stdin|stdout|stderr|kill|terminate|send_signal)$/;

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const call = node as Call;
  const statement = statementOf(call);
  if (statement === null || context.surroundings(call) !== 'coroutine') return [];
  const offers = new Offers(context);
  offers.add('Attendre la fin du processus', 'review', (edits) => {
    if (statement.kind === 'Expr') keepAndWait(edits, call, statement, context);
    else if (statement.kind === 'Assign' && statement.targets[0]!.kind === 'Name')
      waitAtEnd(edits, call, statement, statement.targets[0] as Name, context);
  });
  return offers.fixes;
}

function keepAndWait(edits: Edits, call: Call, statement: Stmt, context: FixContext): void {
  const name = edits.freshName('processus', statement);
  edits.insertBefore(statement, `${name} = `);
  edits.insertLinesAfter(statement, [waitingLine(name, call, false, context)]);
}

/** Before its return code is looked at, else at the end of the block. */
function waitAtEnd(
  edits: Edits,
  call: Call,
  statement: Stmt,
  target: Name,
  context: FixContext,
): void {
  const reads = readsOfProcess(target, context) ?? [];
  const line = waitingLine(
    target.id,
    call,
    reads.some(({ attr }) => /^std/.test(attr)),
    context,
  );
  const code = reads.find(({ attr }) => attr === 'returncode')?.name;
  const block = blockOf(statement, context.file);
  const asking = code && [code, ...ancestors(code)].find((n) => block.includes(n as Stmt));
  if (asking !== undefined) {
    edits.insertLinesBefore(asking as Stmt, [line]);
    return;
  }
  const end = code === undefined ? endOfBlock(statement, target, context) : null;
  if (end === null) edits.abandon();
  else if (end.before) edits.insertLinesBefore(end.statement, [line]);
  else edits.insertLinesAfter(end.statement, [line]);
}

/** What pipes hold must be read meanwhile, unless the code does it. */
function waitingLine(name: string, call: Call, isRead: boolean, context: FixContext): string {
  const isPiped = pipesOf(call, context).size > 0 && !isRead;
  return `await ${name}.${isPiped ? 'communicate' : 'wait'}()`;
}
