import { localReads, type Semantics } from '../semantics/index.ts';
import { type Call, type Expr, type FunctionDef, type Node, walk } from '../syntax/index.ts';
import page from './interblocage-inter-threads.md';
import { Offers } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule } from './rule.ts';
import { isCoroutine } from './tasks.ts';
import { callName } from './wording.ts';

export const interblocageInterThreads: Rule = {
  code: 'ATT506',
  slug: 'interblocage-inter-threads',
  level: 'error',
  peers: [],
  page,
  handlers: {
    Call(call, context) {
      const sent = sentTo(call, context);
      const fn = context.functionAround(call);
      if (sent === undefined || fn === null || fn.kind === 'Lambda') return;
      if (!isLoopOf(fn, loopGiven(sent), context)) return;
      const [coroutine] = sent.args;
      const what =
        coroutine?.kind === 'Call' ? `\`${callName(coroutine, context)}\`` : 'la coroutine';
      const end = isTimed(call) ? 'le délai expire toujours' : 'le programme se fige';
      context.report({
        at: call,
        message: `\`${fn.name}()\` bloque ici le thread de la boucle d’évènements jusqu’à la fin de ${what}, que seule cette boucle peut exécuter\u00a0: ${end}.`,
        related:
          sent === receiverOf(call)
            ? []
            : [{ at: sent, message: 'Elle est confiée ici à la boucle.' }],
      });
    },
  },
  fixes,
};

/** `run_coroutine_threadsafe(…)`, whose result the call waits for, with nothing awaited in the meantime. */
function sentTo(call: Call, context: Semantics): Call | undefined {
  const receiver = receiverOf(call);
  if (receiver === undefined) return undefined;
  if (receiver.kind === 'Call') return isSending(receiver, context) ? receiver : undefined;
  if (receiver.kind !== 'Name') return undefined;
  const [binding, ...others] = context.reaching(receiver)?.bindings ?? [];
  if (binding?.origin.how !== 'assign' || others.length > 0) return undefined;
  const { value, path } = binding.origin;
  if (value.kind !== 'Call' || path.length > 0 || !isSending(value, context)) return undefined;
  const fn = context.functionAround(call);
  if (fn === null || fn !== context.functionAround(value) || binding.node.kind !== 'Name')
    return undefined;
  // Whoever else knows the future may see that it is done.
  const reads = localReads(binding.node, context);
  const isFirst = reads?.every((read) => read.start >= receiver.start) ?? false;
  return isFirst && !suspendsBetween(value.end, call.start, fn.body) ? value : undefined;
}

function receiverOf({ func }: Call): Expr | undefined {
  const waits = func.kind === 'Attribute' && (func.attr === 'result' || func.attr === 'exception');
  return waits ? func.value : undefined;
}

function isSending(call: Call, context: Semantics): boolean {
  return context.callee(call) === 'asyncio.run_coroutine_threadsafe';
}

function suspendsBetween(start: number, end: number, body: Node | readonly Node[]): boolean {
  let found = false;
  walk(body as readonly Node[], (node) => {
    if (SUSPENDS.has(node.kind) && node.start >= start && node.start < end) found = true;
  });
  return found;
}

const SUSPENDS: ReadonlySet<string> = new Set(['Await', 'AsyncFor', 'AsyncWith', 'Yield']);

function loopGiven({ args, keywords }: Call): Expr | undefined {
  return args[1] ?? keywords.find(({ arg }) => arg === 'loop')?.value;
}

/** Is it certainly the loop that runs the function: asked for there? */
function isLoopOf(fn: FunctionDef, loop: Expr | undefined, context: Semantics): boolean {
  const isCallback = fn.kind === 'FunctionDef' && context.isLoopCallback(context.idOf(fn) ?? '');
  if (loop === undefined || (fn.kind === 'FunctionDef' && !isCallback)) return false;
  if (loop.kind === 'Name') {
    const bindings = context.reaching(loop)?.bindings ?? [];
    return (
      bindings.length > 0 &&
      bindings.every(
        ({ origin }) =>
          origin.how === 'assign' &&
          origin.path.length === 0 &&
          origin.value.kind === 'Call' &&
          isLoopOf(fn, origin.value, context),
      )
    );
  }
  if (loop.kind !== 'Call' || context.functionAround(loop) !== fn) return false;
  return /^asyncio\.get_(running|event)_loop$/.test(context.callee(loop) ?? '');
}

function isTimed({ args, keywords }: Call): boolean {
  return args.length + keywords.length > 0;
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const offers = new Offers(context);
  if (node.kind !== 'Call' || context.surroundings(node) !== 'coroutine') return [];
  const receiver = receiverOf(node);
  const isResult = node.func.kind === 'Attribute' && node.func.attr === 'result';
  if (receiver === undefined || !isResult) return [];
  if (receiver.kind === 'Name') {
    if (!isTimed(node))
      offers.add('Attendre le futur avec `await asyncio.wrap_future()`', 'safe', (edits) => {
        edits.awaitExpr(node);
        edits.insertBefore(receiver, `${edits.name('asyncio', 'wrap_future', node)}(`);
        edits.replaceRange(node, receiver.end, node.end, ')');
      });
    return offers.fixes;
  }
  const coroutine = receiver.kind === 'Call' ? receiver.args[0] : undefined;
  if (coroutine === undefined || !isCoroutine(coroutine, context)) return [];
  if (!isTimed(node))
    offers.add('Remplacer par `await`', 'safe', (edits) => edits.awaitInstead(node, coroutine));
  else {
    const delay = node.args[0] ?? node.keywords[0]!.value;
    offers.add('Attendre avec `asyncio.wait_for()`', 'safe', (edits) => {
      const before = node.start;
      if (context.text(node).includes('#')) edits.abandon();
      edits.awaitExpr(node);
      edits.replaceRange(
        node,
        before,
        node.end,
        `${edits.name('asyncio', 'wait_for', node)}(${context.text(coroutine)}, ${context.text(delay)})`,
      );
    });
  }
  return offers.fixes;
}
