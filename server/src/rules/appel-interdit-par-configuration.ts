import type { Call } from '../syntax/index.ts';
import page from './appel-interdit-par-configuration.md';
import { onLoop } from './on-loop.ts';
import { insideGeneratorExpression, Offers } from './repairs.ts';
import type { Fix, FixContext, ForbiddenCall, FoundNode, Rule, RuleContext } from './rule.ts';
import { callName } from './wording.ts';

export const appelInterditParConfiguration: Rule = {
  code: 'ATT215',
  slug: 'appel-interdit-par-configuration',
  level: 'warning',
  peers: ['ASYNC200'],
  page,
  handlers: {
    Call(call, context) {
      if (context.forbiddenCalls.length === 0 || call.parent?.kind === 'Await') return;
      const forbidden = forbiddenBy(call, context);
      const on = forbidden && onLoop(call, context);
      if (on === undefined) return;
      const { replacement } = forbidden!;
      const instead = replacement === '' ? '' : `\u00a0: appelez plutôt \`${replacement}\``;
      context.report({
        at: call,
        message: `\`${callName(call, context)}\` bloque toute la boucle d’évènements dans \`${on.fn.name}()\`, selon la configuration du projet${instead}.`,
        data: { replacement },
      });
    },
  },
  fixes,
};

/** By the name that it has where it is defined, else as the reader wrote it: the user knows what it is. */
function forbiddenBy(call: Call, context: RuleContext): ForbiddenCall | undefined {
  const names = [context.callee(call), context.text(call.func)];
  return context.forbiddenCalls.find(({ matches }) =>
    names.some((name) => name !== undefined && matches(name)),
  );
}

function fixes({ node, data }: FoundNode, context: FixContext): readonly Fix[] {
  const call = node as Call;
  const offers = new Offers(context);
  const [, module, name] = /^([\w.]+)\.(\w+)$/.exec(String(data.replacement)) ?? [];
  if (module === undefined || name === undefined) return [];
  if (context.surroundings(call) !== 'coroutine' || insideGeneratorExpression(call)) return [];
  offers.add(`Remplacer par \`await ${module}.${name}()\``, 'review', (edits) => {
    const callee = edits.name(module, name, call);
    edits.awaitExpr(call);
    edits.replace(call.func, `${callee}`);
  });
  return offers.fixes;
}
