import { blockingRule, untilAnswered } from './blocking-rule.ts';
import type { RuleContext } from './rule.ts';
import page from './saisie-bloquante.md';
import { offerThread } from './to-thread.ts';

export const saisieBloquante = blockingRule({
  code: 'ATT205',
  slug: 'saisie-bloquante',
  level: 'warning',
  peers: ['ASYNC250', 'S7501'],
  page,
  because: untilAnswered('personne n’a répondu au clavier'),
  // A callback that reads is called when there is something to read.
  applies: (_, on) => !on.isCallback,
  isAlone: (context) =>
    COMMAND_LINE.test(context.path) && !STARTING.some((name) => isRead(name, context)),
  offer(offers, { node }) {
    if (node.kind === 'Call') offerThread(offers, node);
  },
});

/** The face of a program on the command line, by where it stands. */
const COMMAND_LINE = /(?:^|\/)(?:_?cli(?:\/|\.py$)|(?:__main__|setup)\.py$)/;

/** What starts something beside the coroutine that calls it. */
const STARTING = ['create_task', 'ensure_future', 'gather', 'TaskGroup', 'start_server'];

function isRead(name: string, context: RuleContext): boolean {
  return context.isAttributeReadAnywhere(name) || context.isNameReadElsewhere(name);
}
