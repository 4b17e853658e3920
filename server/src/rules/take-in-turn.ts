/** Repairs of a generator that several tasks advance at once: each has its turn. */
import { atLeast, type Binding, steppedBy } from '../semantics/index.ts';
import type { Assign, Call, Name } from '../syntax/index.ts';
import type { Edits } from './edits.ts';
import { aclosingName, enterFromBinding } from './enter-manager.ts';
import type { FixContext } from './rule.ts';

/** `await asyncio.gather(anext(g), anext(g))` → `[await anext(g), await anext(g)]`. */
export function awaitInTurn(
  edits: Edits,
  gather: Call | null,
  generator: Name,
  context: FixContext,
): void {
  const outer = gather?.parent;
  const [first] = gather?.args ?? [];
  const isGather = gather !== null && context.callee(gather) === 'asyncio.gather';
  const isAllSteps = gather?.args.every(
    (arg) => arg.kind === 'Call' && steppedBy(arg, context) !== null,
  );
  if (outer?.kind !== 'Await' || first === undefined || !isGather || !isAllSteps) {
    edits.abandon();
    return;
  }
  const last = gather.args.at(-1)!;
  const { text } = context.chunk;
  if (/#/.test(text.slice(outer.start, first.start) + text.slice(last.end, outer.end)))
    edits.abandon();
  if (gather.keywords.length > 0) edits.abandon();
  edits.replaceRange(outer, outer.start, first.start, '[await ');
  for (const step of gather.args.slice(1)) edits.insertBefore(step, 'await ');
  edits.replaceRange(outer, last.end, outer.end, ']');
  closeAfter(edits, generator, context);
}

/** A generator that is only ever stepped is left half-way: it is closed where its block ends. */
function closeAfter(edits: Edits, generator: Name, context: FixContext): void {
  const { holder, bindings } = context.reaching(generator)!;
  const made = bindings[0]!.node.parent;
  const isOnlyStepped = context.reads(generator.id, holder).every((read) => {
    const call = read.parent?.kind === 'Attribute' ? read.parent.parent : read.parent;
    return call?.kind === 'Call' && steppedBy(call, context) === read;
  });
  if (made?.kind === 'Assign' && isOnlyStepped)
    enterFromBinding(edits, made, `${aclosingName(edits, made)}(${context.text(made.value)})`);
}

/** Each task goes through a generator of its own, which takes values of the shared one under a lock. */
export function takeInTurn(
  edits: Edits,
  uses: readonly Name[],
  { node }: Binding,
  context: FixContext,
): void {
  const made = node.parent;
  if (made?.kind !== 'Assign' || made.targets[0] !== node) {
    edits.abandon();
    return;
  }
  const lock = edits.freshName('verrou', made);
  const sharing = edits.freshName('tour_a_tour');
  edits.insertLinesAfter(made as Assign, [`${lock} = ${edits.name('asyncio', 'Lock', made)}()`]);
  for (const use of uses) edits.replace(use, `${sharing}(${use.id}, ${lock})`);
  const step = atLeast(context.target, [3, 10]) ? 'anext(generateur)' : 'generateur.__anext__()';
  const unit = edits.indentUnit;
  edits.insertModuleLines([
    `async def ${sharing}(generateur, verrou):`,
    `${unit}while True:`,
    `${unit.repeat(2)}async with verrou:`,
    `${unit.repeat(3)}try:`,
    `${unit.repeat(4)}valeur = await ${step}`,
    `${unit.repeat(3)}except StopAsyncIteration:`,
    `${unit.repeat(4)}return`,
    `${unit.repeat(2)}yield valeur`,
  ]);
}
