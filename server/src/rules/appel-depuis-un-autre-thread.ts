import {
  handoverAround,
  handoverOf,
  OWN_LOOP,
  type Reached,
  runBy,
  setOffBy,
  shortName,
} from '../semantics/index.ts';
import type { Call } from '../syntax/index.ts';
import page from './appel-depuis-un-autre-thread.md';
import { calls, chain } from './chain.ts';
import type { Edits } from './edits.ts';
import { loopAt } from './known-loop.ts';
import {
  isPlainPath,
  kindInThread,
  loopThreadOnly,
  type OtherThread,
  otherThread,
  TOUCHES_LOOP,
} from './loop-thread.ts';
import { Offers } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Related, Rule, RuleContext } from './rule.ts';
import { isCoroutine, isFuture, isLoop } from './tasks.ts';
import { callName } from './wording.ts';

export const appelDepuisUnAutreThread: Rule = {
  code: 'ATT505',
  slug: 'appel-depuis-un-autre-thread',
  level: 'warning',
  peers: [],
  page,
  handlers: {
    Call(call, context) {
      checkHandover(call, context);
      const thread = otherThread(call, context);
      if (thread !== undefined) checkCall(call, thread, context);
    },
  },
  fixes,
};

function checkCall(call: Call, thread: OtherThread, context: RuleContext): void {
  const work = loopThreadOnly(call, context);
  const reached = work === undefined ? reachedBy(call, context) : undefined;
  if (work === undefined && reached === undefined) return;
  const name = `\`${callName(call, context)}\``;
  const consequence =
    work === 'function'
      ? `${name} y lève une \`RuntimeError\`, faute de boucle`
      : work === 'method'
        ? `${name} n’y est pas sûr, et ne réveille pas la boucle`
        : `${name} y mène à \`${reached!.what}\`, réservé au thread de la boucle`;
  context.report({
    at: call,
    message: `${subject(thread)} s’exécute dans un autre thread que la boucle d’évènements\u00a0: ${consequence}.`,
    related: [...origin(thread), ...(reached === undefined ? [] : chain(reached))],
  });
}

/** A function that is not judged where it is defined: another file's, or one that others call as well. */
function checkHandover(call: Call, context: RuleContext): void {
  const callable = handoverOf(call, context)?.callable;
  const id = callable === undefined ? undefined : runBy(callable, context);
  if (id === undefined || context.inThread(id) !== undefined) return;
  const reached = context.reach(id, TOUCHES_LOOP);
  if (reached === undefined || context.reach(id, OWN_LOOP) !== undefined) return;
  context.report({
    at: callable!,
    message: `\`${shortName(id)}()\` s’exécutera dans un autre thread que la boucle d’évènements, et mène à \`${reached.what}\`, réservé au thread de la boucle.`,
    related: chain(reached),
  });
}

/** By way of functions that are not judged themselves. */
function reachedBy(call: Call, context: RuleContext): Reached | undefined {
  for (const id of setOffBy(call, context)) {
    const reached = context.inThread(id) ? undefined : context.reach(id, TOUCHES_LOOP);
    if (reached !== undefined) return reached;
  }
  return undefined;
}

function subject({ fn }: OtherThread): string {
  return fn.kind === 'Lambda' ? 'Cette fonction `lambda`' : `\`${fn.name}()\``;
}

/** Who hands it to a thread, and through whom. */
function origin({ fn, way: { by, from, through } }: OtherThread): readonly Related[] {
  const [first] = through;
  if (first === undefined) return [{ at: fn, message: `Elle est donnée ici à \`${by}()\`.` }];
  const name = `\`${shortName(first)}()\``;
  const handing: Related =
    from === null
      ? { at: { definition: first }, message: `${name} s’exécute dans un thread\u00a0: \`${by}\`.` }
      : {
          at: { definition: from },
          message: `\`${shortName(from)}()\` donne ${name} à \`${by}()\`.`,
        };
  return [handing, ...calls(through)];
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const offers = new Offers(context);
  if (node.kind !== 'Call' || handoverAround(node, context) !== undefined) return [];
  const { func, args, keywords } = node;
  const work = loopThreadOnly(node, context);
  const isPlain = keywords.length === 0 && args.every((arg) => arg.kind !== 'Starred');
  const isAlone = node.parent?.kind === 'Expr' || node.parent?.kind === 'Lambda';
  const attr = func.kind === 'Attribute' ? func.attr : '';
  if (attr === 'create_task' || work === 'function') {
    const [coroutine] = args;
    const isTask = args.length === 1 && isPlain && isCoroutine(coroutine!, context);
    if (isTask) offers.add(RUN_COROUTINE, 'review', (edits) => runCoroutine(edits, node, isAlone));
  } else if (work === 'method' && attr === 'call_soon')
    offers.add('Remplacer par `call_soon_threadsafe()`', 'safe', (edits) =>
      edits.replaceRange(node, node.func.end - attr.length, node.func.end, 'call_soon_threadsafe'),
    );
  else if (isPlain && isAlone && isPlainPath(func))
    offers.add(
      'Passer par `call_soon_threadsafe()`',
      work === 'method' ? 'safe' : 'review',
      (edits) => passToLoop(edits, node),
    );
  return offers.fixes;
}

const RUN_COROUTINE = 'Utiliser `asyncio.run_coroutine_threadsafe()`';

/** In the thread, waiting for the result blocks nobody else, and gets the exception. */
function runCoroutine(edits: Edits, call: Call, waits: boolean): void {
  const run = edits.name('asyncio', 'run_coroutine_threadsafe', call);
  const loop = loopFor(call, edits);
  edits.replace(call.func, `${run}`);
  edits.insertAfter(call.args[0]!, `, ${loop}`);
  if (waits) edits.insertAfter(call, '.result()');
}

/** `f(x)` → `loop.call_soon_threadsafe(f, x)`. */
function passToLoop(edits: Edits, call: Call): void {
  const { func, args } = call;
  const start = args[0]?.start ?? call.end;
  const semantics = edits.file.at(call);
  if (semantics.chunk.text.slice(func.end, start).includes('#')) edits.abandon();
  edits.insertBefore(func, `${loopFor(call, edits)}.call_soon_threadsafe(`);
  edits.replaceRange(call, func.end, start, args.length > 0 ? ', ' : ')');
}

/** The loop that the call is about: a future knows its own. */
function loopFor(call: Call, edits: Edits): string | undefined {
  const semantics = edits.file.at(call);
  if (call.func.kind !== 'Attribute') return loopAt(call, edits);
  const receiver = call.func.value;
  const kind = kindInThread(receiver, semantics);
  if (isLoop(kind, semantics)) return semantics.text(receiver);
  return isFuture(kind, semantics) ? `${semantics.text(receiver)}.get_loop()` : loopAt(call, edits);
}
