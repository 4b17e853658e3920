import {
  type Cleanup,
  cleanupOf,
  earlyExit,
  isAsyncGenerator,
  isRepeated,
  leftSuspendedBy,
  type Semantics,
  steppedBy,
} from '../semantics/index.ts';
import type { Call, Name } from '../syntax/index.ts';
import type { Edits } from './edits.ts';
import { aclosingName, enterAround, enterFromBinding, isAwaitedOnce } from './enter-manager.ts';
import page from './generateur-asynchrone-non-ferme.md';
import { Offers, statementOf } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule, RuleContext } from './rule.ts';
import { callName } from './wording.ts';

export const generateurAsynchroneNonFerme: Rule = {
  code: 'ATT401',
  slug: 'generateur-asynchrone-non-ferme',
  level: 'warning',
  peers: ['ASYNC900'],
  yieldsTo: ['ATT402'],
  page,
  handlers: {
    AsyncFor(loop, context) {
      if (loop.iter.kind !== 'Call' || !isAsyncGenerator(context.kindOf(loop.iter))) return;
      const exit = leftSuspendedBy(loop, context);
      if (exit === 'jump') report(loop.iter, 'Cette boucle peut quitter', context);
      else if (exit === 'exception')
        report(loop.iter, 'Une exception dans cette boucle peut faire quitter', context);
    },
    Call(call, context) {
      // `anext(flux())`, `flux().__anext__()`: nobody will ever see this generator again.
      const generator = steppedBy(call, context);
      if (generator?.kind === 'Call' && isAsyncGenerator(context.kindOf(generator)))
        report(generator, 'Cet appel fait avancer, puis abandonne', context);
    },
    Assign({ targets, value }, context) {
      const [target] = targets;
      if (targets.length !== 1 || target?.kind !== 'Name' || value.kind !== 'Call') return;
      if (isAsyncGenerator(context.kindOf(value)) && isAbandoned(target, context))
        report(value, 'Cette fonction abandonne en chemin', context);
    },
  },
  fixes,
};

function report(generator: Call, how: string, context: RuleContext): void {
  const cleanup = cleanupOf(context.kindOf(generator), context);
  context.report({
    at: generator,
    level: LEVELS[cleanup],
    message: `${how} le générateur asynchrone \`${callName(generator, context)}\` sans le fermer\u00a0: ${FATES[cleanup]}.`,
  });
}

const LEVELS = { yes: 'warning', unknown: 'information', no: 'hint' } as const;

const FATES: Record<Cleanup, string> = {
  yes: 'son nettoyage (`finally`, `with`) s’exécutera plus tard, dans une autre tâche',
  unknown: 'son nettoyage éventuel s’exécutera plus tard, dans une autre tâche',
  no: 'il reste suspendu jusqu’à ce que la boucle d’évènements le ferme',
};

/** A local generator that its function advances, and neither finishes, closes nor hands on. */
function isAbandoned(target: Name, context: Semantics): boolean {
  const scope = context.scopeAround(target);
  const bindings = scope.bindings.get(target.id) ?? [];
  if (scope.kind !== 'function') return false;
  if (bindings.filter(({ origin }) => origin.how !== 'other').length !== 1) return false;
  const uses = context.reads(target.id, scope);
  return uses.length > 0 && uses.every((use) => leavesSuspended(use, context));
}

/** A use after which the generator still waits at a `yield`: a loop that may be left, a single step. */
function leavesSuspended(use: Name, context: Semantics): boolean {
  const { parent } = use;
  if (parent?.kind === 'AsyncFor' && parent.iter === use) return earlyExit(parent) === 'jump';
  const call = parent?.kind === 'Attribute' ? parent.parent : parent;
  if (call?.kind !== 'Call' || steppedBy(call, context) !== use) return false;
  // Advanced in a loop, it may well be exhausted there.
  return call.parent?.kind === 'Await' && !isRepeated(call);
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const generator = node as Call;
  const statement = statementOf(generator);
  const where = context.surroundings(generator);
  if (statement === null || (where !== 'coroutine' && where !== 'notebook')) return [];
  const offers = new Offers(context);
  const closing = (edits: Edits) => `${aclosingName(edits, statement)}(${context.text(generator)})`;
  const closeAround = (edits: Edits) =>
    enterAround(edits, statement, generator, closing(edits), 'generateur');
  if (statement.kind === 'AsyncFor' && statement.iter === generator)
    offers.add('Entourer la boucle de `aclosing()`', 'safe', closeAround);
  else if (statement.kind === 'Assign' && statement.value === generator && where === 'coroutine')
    offers.add(OPEN, 'safe', (edits) => enterFromBinding(edits, statement, closing(edits)));
  else if (isAwaitedOnce(generator, statement)) offers.add(OPEN, 'safe', closeAround);
  return offers.fixes;
}

const OPEN = 'Ouvrir le générateur avec `aclosing()`';
