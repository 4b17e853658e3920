import { ancestors, type Call, type Expr, type Node, type Stmt } from '../syntax/index.ts';
import { canBeTask } from './coroutine-uses.ts';
import { keepingLines } from './keep-task.ts';
import { Offers, statementOf } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule } from './rule.ts';
import page from './shield-sans-reference.md';
import { isCoroutine } from './tasks.ts';
import { callName } from './wording.ts';

export const shieldSansReference: Rule = {
  code: 'ATT309',
  slug: 'shield-sans-reference',
  level: 'warning',
  peers: [],
  page,
  handlers: {
    Call(call, context) {
      const [given] = call.args;
      if (given === undefined || context.callee(call) !== 'asyncio.shield') return;
      if (!isCoroutine(given, context)) return;
      const what =
        given.kind === 'Call' ? `\`${callName(given, context)}\`` : `\`${context.text(given)}\``;
      context.report({
        at: call,
        message: `Rien ne conserve la tâche que \`${callName(call, context)}\` crée pour ${what}\u00a0: après une annulation, elle peut disparaître avant d’avoir fini.`,
      });
    },
  },
  fixes,
};

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const call = node as Call;
  const given = call.args[0]!;
  const statement = statementOf(call)!;
  const where = context.surroundings(call);
  const isMovable = given.kind !== 'Call' || canBeTask(given, context);
  if ((where !== 'coroutine' && where !== 'notebook') || !isMovable) return [];
  const offers = new Offers(context);
  // The task is to start where `shield` would have started it.
  if (isFirst(call, statement))
    offers.add('Conserver la tâche, puis la protéger', 'safe', (edits) => {
      const name = edits.freshName('tache', statement);
      const createTask = edits.name('asyncio', 'create_task', statement);
      edits.insertLinesBefore(statement, [
        `${name} = ${createTask}(${context.text(given)})`,
        ...keepingLines(edits, statement, name),
      ]);
      edits.replace(given, name);
    });
  return offers.fixes;
}

/** Does the statement begin by evaluating the call, whatever happens? */
function isFirst(call: Call, statement: Stmt): boolean {
  if (!SIMPLE.has(statement.kind)) return false;
  let child: Node = call;
  for (const around of ancestors(call)) {
    if (around === statement) return true;
    const passes =
      around.kind === 'Await' || (around.kind === 'Call' && around.args[0] === (child as Expr));
    if (!passes) return false;
    child = around;
  }
  return false;
}

const SIMPLE: ReadonlySet<string> = new Set(['Expr', 'Assign', 'AnnAssign', 'Return']);
