import type { Semantics } from '../semantics/index.ts';
import {
  type FunctionDef,
  type Return,
  type SimpleStmt,
  type Stmt,
  type With,
  type WithItem,
  walk,
} from '../syntax/index.ts';
import type { Rule, RuleContext } from './rule.ts';
import page from './sortie-dans-taskgroup.md';
import { enclosing, groupOpenedBy, isRepeatedBy } from './task-group.ts';

export const sortieDansTaskgroup: Rule = {
  code: 'ATT312',
  slug: 'sortie-dans-taskgroup',
  level: 'warning',
  since: [3, 11],
  peers: ['ASYNC121', 'S7514'],
  page,
  handlers: { Return: check, Break: check, Continue: check },
};

function check(jump: Return | SimpleStmt, context: RuleContext): void {
  for (const { around, child } of enclosing(jump)) {
    // A jump that stays within the group.
    if (jump.kind !== 'Return' && isRepeatedBy(around, child)) return;
    if (around.kind !== 'AsyncWith' || !around.body.includes(child as never)) continue;
    const group = groupOpenedBy(around, context);
    if (group === undefined) continue;
    if (awaitsAtEnd(jump, around) || !mayHaveStarted(jump, around, group, context)) return;
    const keyword = jump.kind.toLowerCase();
    context.report({
      at: jump,
      // At the end of the block, it was about to wait anyway.
      ...(isEnd(jump, around) ? { level: 'information' } : {}),
      span: { start: jump.start, end: jump.start + keyword.length },
      message: `Ce \`${keyword}\` n’arrête pas les tâches du groupe\u00a0: il attend d’abord qu’elles soient toutes finies.`,
    });
    return;
  }
}

function isEnd(jump: Stmt, group: With): boolean {
  return group.body.at(-1) === jump;
}

/** `return await tache`, at the end: it does not look like leaving before the tasks. */
function awaitsAtEnd(jump: Stmt, group: With): boolean {
  let awaits = false;
  walk([jump], (node) => {
    if (node.kind === 'Await') awaits = true;
  });
  return awaits && isEnd(jump, group);
}

/** Is the group used on some path to the jump? One without a name may be anything. */
function mayHaveStarted(jump: Stmt, around: With, group: WithItem, context: Semantics): boolean {
  const name = group.optional_vars;
  if (name?.kind !== 'Name') return true;
  const flow = context.flow(context.functionAround(jump) as FunctionDef);
  const before = flow?.before(jump, (point) => point === around);
  return context.reads(name.id, context.scopeAround(name)).some((read) => {
    const point = flow?.pointOf(read);
    return point !== undefined && (point === jump || before?.has(point) === true);
  });
}
