import { localReads, type Semantics } from '../semantics/index.ts';
import { type Attribute, ancestors, type Call, type Name, type Stmt } from '../syntax/index.ts';
import page from './boucle-jamais-arretee.md';
import type { Edits } from './edits.ts';
import { blockOf, Offers, statementOf } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule, RuleContext } from './rule.ts';
import { offerToRunMain } from './run-main.ts';
import { isLoop } from './tasks.ts';

export const boucleJamaisArretee: Rule = {
  code: 'ATT502',
  slug: 'boucle-jamais-arretee',
  level: 'information',
  peers: [],
  page,
  handlers: {
    Call(call, context) {
      const { func } = call;
      const name = func.kind === 'Attribute' ? func.attr : 'new_event_loop';
      if (func.kind === 'Attribute' && name === 'run_forever') checkForever(call, func, context);
      else if (name === 'new_event_loop') checkMade(call, context);
    },
  },
  fixes,
};

/** A loop that runs until it is stopped, which nothing does. */
function checkForever(call: Call, func: Attribute, context: RuleContext): void {
  if (!isOnlyKnownHere(func.value, context) || !isLoop(context.kindOf(func.value), context)) return;
  if (MEANS.some((name) => context.isAttributeReadAnywhere(name)) || isCaught(call)) return;
  if (context.surroundings(call) === 'coroutine') return;
  const statement = statementOf(call);
  const next = statement === null ? undefined : nextOf(statement);
  context.report({
    at: call,
    message: `Rien n’arrête cette boucle\u00a0: \`${context.text(func)}()\` ne rend jamais la main, et la boucle n’est jamais fermée.`,
    related:
      next === undefined ? [] : [{ at: next, message: 'Cette instruction n’est jamais exécutée.' }],
  });
}

/** How a loop comes to be stopped. */
const MEANS = ['stop', 'add_signal_handler'];

/** The loop of this function, or of this module, that is given to nobody who might stop it. */
function isOnlyKnownHere(loop: Attribute['value'], context: Semantics): boolean {
  if (loop.kind === 'Call') return MAKERS.test(context.callee(loop) ?? '');
  if (loop.kind !== 'Name') return false;
  const reaching = context.reaching(loop);
  if (reaching === null) {
    const isImported = context.resolve(loop) !== undefined;
    if (isImported || context.functionAround(loop) !== null) return false;
    return !context.isNameGivenElsewhere(loop.id);
  }
  const [binding] = reaching.bindings;
  if (binding?.origin.how !== 'assign' || binding.origin.value.kind !== 'Call') return false;
  if (!MAKERS.test(context.callee(binding.origin.value) ?? '')) return false;
  return binding.node.kind === 'Name' && usesHere(binding.node, context) !== null;
}

const MAKERS = /^asyncio\.(?:get|new)_event_loop$/;

/** The reads of the variable, when all of them use the loop in this function; null when some hand it on. */
function usesHere(name: Name, context: Semantics): readonly Name[] | null {
  if (context.scopeAround(name).bindings.get(name.id)?.length !== 1) return null;
  const fn = context.functionAround(name);
  const reads = localReads(name, context);
  const isHere = (read: Name) => {
    if (context.functionAround(read) !== fn) return false;
    const call = read.parent?.kind === 'keyword' ? read.parent.parent : read.parent;
    const isGiven = call?.kind === 'Call' && /^asyncio\.\w+$/.test(context.callee(call) ?? '');
    return isGiven || methodOn(read) !== '';
  };
  return reads?.every(isHere) ? reads : null;
}

/** `m` of `loop.m(…)`; empty for any other use. */
function methodOn({ parent }: Name): string {
  return parent?.kind === 'Attribute' && parent.parent?.kind === 'Call' ? parent.attr : '';
}

/** Is something done however the call ends? */
function isCaught(call: Call): boolean {
  return [...ancestors(call)].some(({ kind }) => kind === 'Try' || kind === 'With');
}

function nextOf(statement: Stmt): Stmt | undefined {
  const blocks = Object.values(statement.parent ?? {}).filter(Array.isArray) as Stmt[][];
  const block = blocks.find((statements) => statements.includes(statement)) ?? [];
  return block[block.indexOf(statement) + 1];
}

/** A loop that is made and run here, and left open. */
function checkMade(call: Call, context: RuleContext): void {
  if (context.callee(call) !== 'asyncio.new_event_loop') return;
  const { parent } = call;
  const [target] = parent?.kind === 'Assign' ? parent.targets : [];
  const uses = target?.kind === 'Name' ? usesHere(target, context) : null;
  const methods = uses?.map(methodOn) ?? (parent?.kind === 'Attribute' ? [parent.attr] : []);
  if (!methods.includes('run_until_complete')) return;
  // Whoever asks for the loop may close it, and a loop that runs forever is spoken of there.
  if (methods.some((method) => method === 'close' || method === 'run_forever')) return;
  if (context.isAttributeReadAnywhere('get_event_loop')) return;
  // In a coroutine it cannot be run anyway.
  if (context.surroundings(call) === 'coroutine') return;
  context.report({
    at: call,
    message:
      'Cette boucle n’est jamais fermée\u00a0: ce qu’elle a ouvert le reste jusqu’à la fin du programme.',
  });
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const call = node as Call;
  const offers = new Offers(context);
  const isRun = call.func.kind === 'Attribute' && call.func.attr === 'run_forever';
  if (!isRun) offerToRunMain(offers, call, 'review');
  const statement = isRun ? statementOf(call) : runStatement(call, context);
  const loop = isRun ? (call.func as Attribute).value : loopName(call);
  if (statement !== null && loop?.kind === 'Name')
    offers.add('Fermer la boucle dans un `finally`', 'review', (edits) =>
      closeAfter(edits, statement, loop.id),
    );
  return offers.fixes;
}

function loopName({ parent }: Call): Name | null {
  const [target] = parent?.kind === 'Assign' ? parent.targets : [];
  return target?.kind === 'Name' ? target : null;
}

/** The statement, beside the one that makes the loop, where it is first run. */
function runStatement(made: Call, context: FixContext): Stmt | null {
  const name = loopName(made);
  const run =
    name && usesHere(name, context)?.find((use) => methodOn(use) === 'run_until_complete');
  return run ? statementOf(run) : null;
}

/** Puts the statement, and those below it that use the loop, in a `try` that closes the loop. */
function closeAfter(edits: Edits, statement: Stmt, loop: string): void {
  const block = blockOf(statement, edits.file);
  const below = block.slice(block.indexOf(statement));
  const text = (s: Stmt) => edits.file.at(s).text(s);
  const closing = below.find((s) => text(s) === `${loop}.close()`);
  const uses = below.filter((s) => s !== closing && new RegExp(`\\b${loop}\\b`).test(text(s)));
  const wrapped = below.slice(0, below.indexOf(uses.at(-1) ?? statement) + 1);
  if (closing !== undefined) edits.removeLines(closing);
  edits.wrap('try:', wrapped);
  edits.insertLinesAfter(wrapped.at(-1)!, ['finally:', `${edits.indentUnit}${loop}.close()`]);
}
