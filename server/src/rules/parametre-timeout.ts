import type { Semantics } from '../semantics/index.ts';
import { type Arg, type FunctionDef, type Node, walk } from '../syntax/index.ts';
import page from './parametre-timeout.md';
import type { Rule } from './rule.ts';

export const parametreTimeout: Rule = {
  code: 'ATT320',
  slug: 'parametre-timeout',
  level: 'off',
  since: [3, 11],
  peers: ['ASYNC109', 'S7483'],
  page,
  handlers: {
    AsyncFunctionDef(fn, context) {
      const parameter = parameterOf(fn);
      if (parameter === undefined || !isOwn(fn, context) || isHandedOn(fn)) return;
      context.report({
        at: fn,
        span: parameter,
        message: `\`${fn.name}()\` reçoit un paramètre \`timeout\`\u00a0: son appelant peut fixer lui-même le délai, avec \`asyncio.timeout()\`.`,
      });
    },
  },
};

function parameterOf({ args }: FunctionDef): Arg | undefined {
  return [...args.posonlyargs, ...args.args, ...args.kwonlyargs].find(
    ({ arg }) => arg === 'timeout',
  );
}

/** Is the signature the function's own choice: not that of a base class, nor of what decorates it? */
function isOwn(fn: FunctionDef, context: Semantics): boolean {
  const isBare = fn.decorator_list.every(
    (decorator) => context.resolve(decorator) === 'abc.abstractmethod',
  );
  if (!isBare || context.surroundings(fn) !== 'class') return isBare;
  const cls = context.classAround(fn);
  if (cls === undefined) return false;
  return context.member({ k: 'super', cls }, fn.name) === undefined;
}

/** `session.get(url, timeout=timeout)`: the delay is what is called's own, which is told of where it is defined. */
function isHandedOn({ body }: FunctionDef): boolean {
  let isHanded = false;
  walk(body, (node) => {
    if (node.kind === 'keyword' && node.arg === 'timeout' && node.value.kind === 'Name')
      isHanded ||= node.value.id === 'timeout' && !isLimit(node.parent);
  });
  return isHanded;
}

/** `asyncio.wait_for(g(), timeout=timeout)`. */
function isLimit(call: Node | null): boolean {
  const func = call?.kind === 'Call' ? call.func : null;
  const name = func?.kind === 'Attribute' ? func.attr : func?.kind === 'Name' ? func.id : '';
  return /^(?:wait|wait_for|as_completed)$/.test(name);
}
