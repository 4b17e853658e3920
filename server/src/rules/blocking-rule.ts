/** The rules that speak of blocking calls: one for each sort of calls. */
import type { BlockingCode } from '../knowledge/blocking.ts';
import type { Call, WithItem } from '../syntax/index.ts';
import { type Blocking, blockingAt } from './blocking.ts';
import { isFixture, type OnLoop, onLoop } from './on-loop.ts';
import { Offers } from './repairs.ts';
import type { Fix, Report, Rule, RuleContext } from './rule.ts';

/** What the rules that speak of one kind of calls differ in. */
export interface BlockingRule extends Pick<Rule, 'slug' | 'level' | 'peers' | 'yieldsTo' | 'page'> {
  readonly code: BlockingCode;
  /** Why it blocks: ends the sentence « … bloque toute la boucle d’évènements : … ». */
  because(blocking: Blocking, on: OnLoop): string;
  /** Does the call block there, after all? By default it does. */
  applies?(blocking: Blocking, on: OnLoop, context: RuleContext): boolean;
  /** Does nothing run beside the code of the file, by all that it shows? */
  isAlone?(context: RuleContext): boolean;
  /** Adds the repairs. */
  offer?(offers: Offers, blocking: Blocking): void;
}

/** « aucune autre tâche n’avance tant que le serveur n’a pas répondu (équivalent asynchrone : `httpx.AsyncClient`) ». */
export function untilAnswered(answered: string): BlockingRule['because'] {
  return (blocking) => {
    const twin = twinOf(blocking);
    const instead = twin === undefined ? '' : ` (équivalent asynchrone\u00a0: \`${twin}\`)`;
    return `aucune autre tâche n’avance tant que ${answered}${instead}`;
  };
}

function twinOf({ group: { twin, names }, node }: Blocking): string | undefined {
  if (!twin?.includes('*')) return twin;
  const name = node.kind === 'Call' && node.func.kind === 'Attribute' ? node.func.attr : '';
  return names.has(name) ? twin.replace('*', name) : undefined;
}

/** A rule about the blocking calls of one code, in coroutines and in the loop's callbacks. */
export function blockingRule(made: BlockingRule): Rule {
  const check = (node: Call | WithItem, context: RuleContext) => {
    const blocking = blockingAt(node, context);
    if (blocking?.group.code !== made.code) return;
    const on = onLoop(node, context);
    if (on === undefined || made.applies?.(blocking, on, context) === false) return;
    const because = on.isCallback
      ? `\`${on.fn.name}()\` est une fonction de rappel que la boucle exécute elle-même`
      : made.because(blocking, on);
    context.report({
      at: node,
      message: `\`${blocking.shown}\` bloque toute la boucle d’évènements\u00a0: ${because}.`,
      ...levelOf(blocking, on, made, context),
    });
  };
  const { code, slug, level, peers, yieldsTo, page, offer } = made;
  return {
    code,
    slug,
    level,
    peers,
    // Awaited, or given where a function should be, the call has a worse fault.
    yieldsTo: ['ATT106', 'ATT111', ...(yieldsTo ?? [])],
    page,
    handlers: { Call: check, withitem: check },
    ...(offer && {
      fixes: ({ node }, context): readonly Fix[] => {
        const blocking = blockingAt(node as Call | WithItem, context);
        const offers = new Offers(context);
        if (blocking !== undefined) offer(offers, blocking);
        return offers.fixes;
      },
    }),
  };
}

function levelOf(
  { isBrief }: Blocking,
  { fn }: OnLoop,
  { level, isAlone }: BlockingRule,
  context: RuleContext,
): Pick<Report, 'level'> {
  const isHarmless = isBrief || isFixture(fn, context) || (isAlone?.(context) ?? false);
  return isHarmless && level === 'warning' ? { level: 'information' } : {};
}
