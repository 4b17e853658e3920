/** The repairs of awaits that stand one after the other and could go on together. */
import { addedTo, atLeast } from '../semantics/index.ts';
import {
  type Assign,
  ancestors,
  type Call,
  type Comprehension,
  type Expr,
  type For,
  type Node,
} from '../syntax/index.ts';
import type { Offers } from './repairs.ts';

/** `nom = await lire(…)`. */
export interface Step {
  readonly statement: Assign;
  readonly call: Call;
}

/** One `gather`, or one task group, in the place of neighbouring `nom = await …`. */
export function offerForSeries(offers: Offers, series: readonly Step[]): void {
  const { context } = offers;
  const [first] = series;
  const last = series.at(-1);
  if (first === undefined || last === undefined) return;
  const { start } = first.statement;
  const { end } = last.statement;
  const targets = series.map(({ statement }) => context.text(statement.targets[0]!));
  const calls = series.map(({ call }) => context.text(call));
  const isPlainText = !context.chunk.text.slice(start, end).includes('#');
  const isWhole = series.every(({ call }) => !context.text(call).includes('\n'));
  if (!isPlainText || !isWhole) return;
  offers.add('Les attendre ensemble avec `gather()`', 'review', (edits) => {
    const gather = edits.name('asyncio', 'gather', first.statement);
    const indent = edits.indentOf(first.statement);
    const inside = calls.map((call) => `\n${indent}${edits.indentUnit}${call},`).join('');
    edits.replaceRange(
      first.statement,
      start,
      end,
      `${targets.join(', ')} = await ${gather}(${inside}\n${indent})`,
    );
  });
  if (!atLeast(context.target, [3, 11])) return;
  offers.add('Les attendre ensemble dans un `TaskGroup`', 'review', (edits) => {
    const group = edits.freshName('groupe', first.statement);
    const indent = edits.indentOf(first.statement);
    const tasks = targets.map((target) => edits.freshName(`tache_${target}`, first.statement));
    const lines = [
      `async with ${edits.name('asyncio', 'TaskGroup', first.statement)}() as ${group}:`,
      ...calls.map((call, i) => `${edits.indentUnit}${tasks[i]} = ${group}.create_task(${call})`),
      ...targets.map((target, i) => `${target} = ${tasks[i]}.result()`),
    ];
    edits.replaceRange(first.statement, start, end, lines.join(`\n${indent}`));
  });
}

/** One `gather` in the place of a comprehension, or of a loop. */
export function offerForTurns(offers: Offers, awaited: Expr, around: Node): void {
  const { context } = offers;
  const loop = around.kind === 'ListComp' ? around : [...ancestors(around)].find(isFor);
  if (loop === undefined || context.text(loop).includes('#')) return;
  if (loop.kind === 'ListComp' && /^(?:Attribute|Subscript|Call)$/.test(loop.parent!.kind)) return;
  const over: Comprehension | For = loop.kind === 'For' ? loop : loop.generators[0]!;
  const iter = context.text(over.iter);
  const all =
    awaited.kind === 'Name'
      ? `*${iter}`
      : `*(${context.text(awaited)} for ${context.text(over.target)} in ${iter})`;
  offers.add('Les attendre ensemble avec `gather()`', 'review', (edits) => {
    const together = `await ${edits.name('asyncio', 'gather', awaited)}(${all})`;
    const list = around.kind === 'Call' ? addedTo(around) : null;
    const method =
      list?.parent?.kind === 'Attribute' && list.parent.attr === 'add' ? 'update' : 'extend';
    edits.replace(loop, list === null ? together : `${list.id}.${method}(${together})`);
  });
}

function isFor(node: Node): node is For & { readonly kind: 'For' } {
  return node.kind === 'For';
}
