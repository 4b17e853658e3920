/** The repair that has another thread run a call. */
import { atLeast } from '../semantics/index.ts';
import type { Call } from '../syntax/index.ts';
import type { Edits } from './edits.ts';
import { insideGeneratorExpression, type Offers } from './repairs.ts';
import type { Fix } from './rule.ts';

/** Offers `await asyncio.to_thread(f, …)` for `f(…)`, where a coroutine can await it. */
export function offerThread(
  offers: Offers,
  call: Call,
  applicability: Fix['applicability'] = 'safe',
): void {
  const { context } = offers;
  if (context.surroundings(call) !== 'coroutine' || insideGeneratorExpression(call)) return;
  if (atLeast(context.target, [3, 9]))
    offers.add('Exécuter dans un fil avec `asyncio.to_thread()`', applicability, (edits) => {
      const thread = edits.name('asyncio', 'to_thread', call);
      handOver(edits, call, `${thread}(`, ')');
    });
  else
    offers.add('Exécuter dans un fil avec `run_in_executor()`', applicability, (edits) =>
      handOverTo('None', edits, call),
    );
}

/** Offers to give `f(…)` to a process, where Python computes beside the loop. */
export function offerProcesses(offers: Offers, call: Call): void {
  const { context } = offers;
  if (context.surroundings(call) !== 'coroutine' || insideGeneratorExpression(call)) return;
  offers.add('Exécuter dans un processus', 'review', (edits) => {
    const pool = edits.name('concurrent.futures', 'ProcessPoolExecutor', call);
    const name = edits.freshName('executeur');
    edits.insertModuleLines([`${name} = ${pool}()`]);
    handOverTo(name, edits, call);
  });
}

/** `f(x)` → `await loop.run_in_executor(executor, f, x)`. */
function handOverTo(executor: string, edits: Edits, call: Call): void {
  const loop = edits.name('asyncio', 'get_running_loop', call);
  const bound = call.keywords.length > 0 && edits.name('functools', 'partial', call);
  const before = `${loop}().run_in_executor(${executor}, ${bound ? `${bound}(` : ''}`;
  handOver(edits, call, before, bound ? '))' : ')');
}

/** `f(x)` → `await before f, x after`. */
function handOver(edits: Edits, call: Call, before: string, after: string): void {
  const { text } = edits.file.at(call).chunk;
  const isPlain =
    call.start === call.func.start &&
    text.slice(call.func.end, call.openParen).trim() === '' &&
    // It would run here all the same, and needs parentheses beside another argument.
    call.args.every(({ kind }) => kind !== 'GeneratorExp');
  if (!isPlain) {
    edits.abandon();
    return;
  }
  const isGiven = call.args.length + call.keywords.length > 0;
  const space = /\s/.test(text[call.openParen + 1] ?? '') ? '' : ' ';
  if (call.parent?.kind === 'Await') edits.insertBefore(call, before);
  else edits.awaitExpr(call, `await ${before}`);
  edits.replaceRange(call, call.func.end, call.openParen + 1, isGiven ? `,${space}` : '');
  if (after !== ')') edits.replaceRange(call, call.end - 1, call.end, after);
}
