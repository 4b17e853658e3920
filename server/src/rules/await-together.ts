/** The repairs of awaits that stand one after the other and could go on together. */
import { atLeast, localReads, mayRead, type Semantics } from '../semantics/index.ts';
import type { Attribute, Call, Comment, Expr, For, Name, Node } from '../syntax/index.ts';
import type { Edits } from './edits.ts';
import { namesIn } from './independent-calls.ts';
import { type Offers, statementOf } from './repairs.ts';
import { nameBound, type Step } from './series.ts';
import type { Turns } from './turns.ts';

const GATHER = 'Les attendre ensemble avec `gather()`';
const GROUP = 'Les attendre ensemble dans un `TaskGroup`';

/** One `gather`, or one task group, around neighbouring awaits. */
export function offerForSeries(offers: Offers, series: readonly Step[]): void {
  const { context } = offers;
  const last = series.at(-1);
  if (last === undefined) return;
  const statements = series.map(({ statement }) => statement);
  const first = statements[0]!;
  const targets = statements.map((statement) => nameBound(statement)?.id).filter((id) => id);
  offers.add(GATHER, 'review', (edits) => {
    const bound = targets.length === 0 ? '' : `${targets.join(', ')} = `;
    edits.wrap(`${bound}await ${edits.name('asyncio', 'gather', first)}(`, statements);
    for (const step of series) surround(edits, step, '', ',');
    edits.insertLinesAfter(last.statement, [')']);
  });
  if (!atLeast(context.target, [3, 11])) return;
  offers.add(GROUP, 'review', (edits) => {
    const { group, header } = newGroup(edits, first);
    const tasks = targets.map((target) => freshName(edits, `tache_${target}`, first));
    edits.wrap(header, statements);
    series.forEach((step, i) => {
      const kept = tasks[i] === undefined ? '' : `${tasks[i]} = `;
      surround(edits, step, `${kept}${group}.create_task(`, ')');
    });
    const results = targets.map((target, i) => `${target} = ${tasks[i]}.result()`);
    edits.insertLinesAfter(last.statement, results);
  });
}

/** Puts something else around the call of a step. */
function surround(edits: Edits, { statement, call }: Step, before: string, after: string): void {
  edits.replaceRange(statement, statement.start, call.start, before);
  edits.replaceRange(statement, call.end, statement.end, after);
}

/** One `gather`, or one task group, in the place of the turns. */
export function offerForTurns(offers: Offers, turns: Turns): void {
  const { context } = offers;
  const { loop, over, awaiting, keeper } = turns;
  const awaited = context.text(awaiting.value);
  const iter = bracketed(over.iter, context);
  const each = (call: string) => `${call} for ${context.text(over.target)} in ${iter}`;
  const isReplaceable = canBeReplaced(turns, context);
  if (isReplaceable)
    offers.add(GATHER, 'review', (edits) => {
      const all = awaiting.value.kind === 'Name' ? iter : `(${each(awaited)})`;
      const together = `await ${edits.name('asyncio', 'gather', loop)}(*${all})`;
      replaceTurns(edits, turns, [], together, context);
    });
  if (!atLeast(context.target, [3, 11])) return;
  if (loop.kind !== 'ListComp' && keeper === null)
    offers.add(GROUP, 'review', (edits) => {
      const { group, header } = newGroup(edits, loop);
      edits.wrap(header, [loop as For]);
      edits.replaceRange(loop, awaiting.start, awaiting.value.start, `${group}.create_task(`);
      edits.replaceRange(loop, awaiting.value.end, awaiting.end, ')');
    });
  else if (isReplaceable)
    offers.add(GROUP, 'review', (edits) => {
      const { group, header } = newGroup(edits, loop);
      const [tasks, task] = ['taches', 'tache'].map((name) => freshName(edits, name, loop));
      const made = `${tasks} = [${each(`${group}.create_task(${awaited})`)}]`;
      const results = `[${task}.result() for ${task} in ${tasks}]`;
      replaceTurns(edits, turns, [header, edits.indentUnit + made], results, context);
    });
}

/** Puts lines, then a value, in the place of the turns; the comments of a loop stand above. */
function replaceTurns(
  edits: Edits,
  { loop, keeper }: Turns,
  lines: readonly string[],
  value: string,
  context: Semantics,
): void {
  const statement = statementOf(loop)!;
  const above = [...commentsIn(loop, context).map(({ text }) => text), ...lines];
  // What a line holds before the comprehension would be evaluated after the tasks.
  if (lines.length > 0 && !WHOLE.test(loop.parent?.kind ?? '') && loop !== statement)
    edits.abandon();
  if (above.length > 0) edits.insertLinesBefore(statement, above);
  edits.replace(loop, keeper === null ? value : keeping(keeper, value));
}

/** Statements that begin with the evaluation of what they hold. */
const WHOLE = /^(?:Assign|AnnAssign|Return|Expr)$/;

/** `vus.append(await …)` for all the turns at once. */
function keeping({ func }: Call, values: string): string {
  const { value, attr } = func as Attribute;
  return `${(value as Name).id}.${attr === 'add' ? 'update' : 'extend'}(${values})`;
}

function canBeReplaced({ loop, over, awaiting }: Turns, context: Semantics): boolean {
  const comments = commentsIn(loop, context);
  if (loop.kind === 'ListComp')
    return comments.length === 0 && !/^(?:Attribute|Subscript|Call)$/.test(loop.parent!.kind);
  const isWithin = ({ start, end }: Node) => comments.some((c) => start < c.start && c.end < end);
  return !isWithin(over.iter) && !isWithin(awaiting) && !outlives(over.target, loop, context);
}

function commentsIn({ start, end }: Node, context: Semantics): readonly Comment[] {
  return context.chunk.comments.filter((comment) => start < comment.start && comment.end < end);
}

/** May what the loop binds be read once it has ended? */
function outlives(target: Expr, loop: Node, context: Semantics): boolean {
  return namesIn([target]).some((name) => {
    const uses = localReads(name, context);
    const isOutside = (use: Name) => use.start < loop.start || use.end > loop.end;
    return uses?.some((use) => isOutside(use) && mayRead(use, name, context)) ?? true;
  });
}

/** An expression as it can stand behind `in`, or `*`. */
function bracketed(iter: Expr, context: Semantics): string {
  const written = context.text(iter);
  const isBare =
    iter.kind === 'Tuple'
      ? !/\)\s*$/.test(context.chunk.text.slice(iter.elts.at(-1)?.end, iter.end))
      : LOOSE.has(iter.kind);
  return isBare ? `(${written})` : written;
}

const LOOSE: ReadonlySet<string> = new Set(['IfExp', 'Lambda', 'NamedExpr', 'BoolOp']);

interface Group {
  readonly group: string;
  readonly header: string;
}

function newGroup(edits: Edits, at: Node): Group {
  const group = freshName(edits, 'groupe', at);
  return { group, header: `async with ${edits.name('asyncio', 'TaskGroup', at)}() as ${group}:` };
}

/** A name that is free in the function around, in all the cells at the top of a notebook. */
function freshName(edits: Edits, name: string, at: Node): string {
  const isAtTop = edits.file.at(at).functionAround(at) === null;
  return edits.freshName(name, isAtTop ? undefined : at);
}
