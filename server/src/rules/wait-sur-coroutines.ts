import { addedTo, atLeast, itemsFound, type Semantics } from '../semantics/index.ts';
import type { Call, Expr, Name } from '../syntax/index.ts';
import { canBeTask, isProvoked } from './coroutine-uses.ts';
import type { Edits } from './edits.ts';
import { bracket, collectionOf, itemsWritten } from './groups.ts';
import { Offers } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule } from './rule.ts';
import { isCoroutine } from './tasks.ts';
import page from './wait-sur-coroutines.md';
import { callName } from './wording.ts';

export const waitSurCoroutines: Rule = {
  code: 'ATT304',
  slug: 'wait-sur-coroutines',
  level: 'error',
  peers: [],
  page,
  handlers: {
    Call(call, context) {
      if (call.args.length === 0 || context.callee(call) !== 'asyncio.wait') return;
      const items = call.args.flatMap((arg) => itemsGiven(arg, context));
      const coroutine = items.find((item) => isCoroutine(item, context));
      const isHeld = coroutine === undefined && call.args.some((arg) => holdsAll(arg, context));
      if ((coroutine === undefined && !isHeld) || isProvoked(call)) return;
      const what =
        coroutine?.kind === 'Call'
          ? `la coroutine \`${callName(coroutine, context)}\``
          : 'des coroutines';
      const isForbidden = atLeast(context.target, [3, 11]);
      const fate = isForbidden
        ? 'depuis Python 3.11, il n’accepte que des tâches'
        : 'c’est interdit depuis Python 3.11, donnez-lui des tâches';
      context.report({
        at: call.args[0]!,
        message: `\`${callName(call, context)}\` reçoit ${what}\u00a0: ${fate}.`,
        level: isForbidden ? 'error' : 'warning',
        related:
          coroutine !== undefined && !isWithin(coroutine, call)
            ? [{ at: coroutine, message: 'Cette coroutine n’est pas encore une tâche.' }]
            : [],
      });
    },
  },
  fixes,
};

/** The expressions whose values `wait` is given by an argument, as far as they can be seen. */
function itemsGiven(arg: Expr, context: Semantics): readonly Expr[] {
  const value = arg.kind === 'Starred' ? arg.value : arg;
  if (value.kind === 'Name') {
    const found = itemsFound(value, context);
    return found.length > 0 || arg.kind === 'Starred' ? found : [value];
  }
  return itemsWritten(value);
}

/** Does it hold nothing but coroutines, wherever these come from? */
function holdsAll(arg: Expr, context: Semantics): boolean {
  const value = arg.kind === 'Starred' ? arg.value : arg;
  return collectionOf(value, context)?.items.k === 'coroutine';
}

function isWithin(inner: Expr, outer: Expr): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const call = (node as Expr).parent as Call;
  const offers = new Offers(context);
  const where = context.surroundings(call);
  if (where !== 'coroutine' && where !== 'notebook') return [];
  offers.add('Faire une tâche de chaque coroutine', 'safe', (edits) =>
    makeTasks(edits, call, context),
  );
  if (isResultDropped(call) && call.keywords.length === 0)
    offers.add('Remplacer par `asyncio.gather()`', 'review', (edits) => {
      edits.replace(call.func, `${edits.name('asyncio', 'gather', call)}`);
      const [only, ...others] = call.args as readonly [Expr, ...Expr[]];
      if (others.length > 0 || only.kind === 'Starred' || isCoroutine(only, context)) return;
      if (only.kind === 'GeneratorExp') bracket(edits, only, '*[', ']');
      else if (only.kind === 'List') bracket(edits, only, '', '');
      else edits.insertBefore(only, '*');
    });
  return offers.fixes;
}

function isResultDropped(call: Call): boolean {
  return call.parent?.kind === 'Await' && call.parent.parent?.kind === 'Expr';
}

/** Leaves one collection, of tasks only. */
function makeTasks(edits: Edits, call: Call, context: FixContext): void {
  const [first, ...others] = call.args as readonly [Expr, ...Expr[]];
  const wrap = (item: Expr) => {
    if (!isCoroutine(item, context)) return;
    if (item.kind === 'Call' && !canBeTask(item, context)) edits.abandon();
    edits.insertBefore(item, `${edits.name('asyncio', 'create_task', item)}(`);
    edits.insertAfter(item, ')');
  };
  const isLone = others.length === 0 && first.kind !== 'Starred' && isCoroutine(first, context);
  if (isLone || others.length > 0) edits.insertBefore(first, '[');
  for (const arg of call.args) {
    const value = arg.kind === 'Starred' ? arg.value : arg;
    if (arg.kind === 'Starred' && others.length === 0)
      edits.replaceRange(arg, arg.start, arg.value.start, '');
    if (value.kind === 'GeneratorExp') bracket(edits, value, '[', ']');
    const isName = value.kind === 'Name' && !isCoroutine(value, context);
    if (!isName || isOnlyForWait(value, context)) itemsGiven(arg, context).forEach(wrap);
    else if (holdsAll(arg, context)) {
      const item = edits.freshName('coroutine', call);
      const createTask = edits.name('asyncio', 'create_task', call);
      edits.replace(value, `[${createTask}(${item}) for ${item} in ${value.id}]`);
    } else edits.abandon();
  }
  if (isLone || others.length > 0) edits.insertAfter(call.args.at(-1)!, ']');
}

/** Is the collection filled in this coroutine, and then only waited for? */
function isOnlyForWait(name: Name, context: Semantics): boolean {
  const reads = context.reads(name.id, context.scopeAround(name));
  const isFilled = (read: Name) => {
    const call = read.parent?.parent;
    return call?.kind === 'Call' && addedTo(call) === read;
  };
  const found = itemsFound(name, context);
  return found.length > 0 && reads.every((read) => read === name || isFilled(read));
}
