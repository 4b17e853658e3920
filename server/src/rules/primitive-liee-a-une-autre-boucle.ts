import { atLeast, type Run, type Semantics } from '../semantics/index.ts';
import {
  type AnnAssign,
  type Assign,
  type Call,
  type Name,
  SKIP,
  type Stmt,
  walk,
} from '../syntax/index.ts';
import page from './primitive-liee-a-une-autre-boucle.md';
import { Offers } from './repairs.ts';
import type { Fix, FixContext, FoundNode, Rule, RuleContext } from './rule.ts';
import { isTestCode } from './test-code.ts';

export const primitiveLieeAUneAutreBoucle: Rule = {
  code: 'ATT510',
  slug: 'primitive-liee-a-une-autre-boucle',
  level: 'information',
  peers: [],
  page,
  handlers: { Assign: check, AnnAssign: check },
  fixes,
};

function check(statement: Assign | AnnAssign, context: RuleContext): void {
  const made = madeByImport(statement, context);
  if (made === undefined) return;
  const users = usersOf(made.name.id, context);
  const isBoundAtOnce = !atLeast(context.target, [3, 10]);
  if (isTestCode(context) || !(isBoundAtOnce ? users.length > 0 : isSeveral(users))) return;
  const name = `\`${made.name.id}\``;
  context.report({
    at: made.call,
    level: isBoundAtOnce ? 'warning' : 'information',
    message: isBoundAtOnce
      ? `${name} est lié dès l’import à une boucle d’évènements, et \`asyncio.run()\` en ouvre une autre\u00a0: Python lève une \`RuntimeError\` dès qu’une tâche doit l’attendre.`
      : `${name} sert à plusieurs \`asyncio.run()\`, donc à plusieurs boucles d’évènements\u00a0: si des tâches doivent l’attendre dans deux d’entre elles, Python lève une \`RuntimeError\`.`,
    related: users.map(({ id }) => ({
      at: { definition: id },
      message: `Cette coroutine se sert de ${name} dans une boucle d’évènements ouverte pour elle.`,
    })),
  });
}

/** `verrou = asyncio.Lock()` at the top of the module. */
function madeByImport(
  statement: Assign | AnnAssign,
  context: Semantics,
): { readonly name: Name; readonly call: Call } | undefined {
  const [name, ...others] = statement.kind === 'Assign' ? statement.targets : [statement.target];
  const { value } = statement;
  if (value?.kind !== 'Call' || name?.kind !== 'Name' || others.length > 0) return undefined;
  if (statement.parent !== null || context.surroundings(statement) !== 'module') return undefined;
  return PRIMITIVES.test(context.callee(value) ?? '') ? { name, call: value } : undefined;
}

const PRIMITIVES =
  /^asyncio\.(?:Queue|LifoQueue|PriorityQueue|Lock|Event|Condition|Semaphore|BoundedSemaphore|Barrier)$/;

/** The calls of `asyncio.run`, each with a loop of its own, that lead to a use of the module's variable. */
function usersOf(name: string, context: Semantics): readonly Run[] {
  const { path } = context;
  return context
    .runs()
    .filter(({ id, by }) => by === 'asyncio.run' && isUsedBy(id, path, name, context));
}

/** By the function or what it calls, in the file. */
function isUsedBy(id: string, path: string, name: string, context: Semantics): boolean {
  return context.summary(id, `uses ${name} of ${path}`, (fn, inside) => {
    if (inside.path !== path || isMadeAnew(fn.body, name)) return false;
    let found = false;
    walk(fn.body, (node) => {
      if (found) return SKIP;
      if (node.kind === 'Name' && node.id === name) found = inside.reaching(node) === null;
      else if (node.kind === 'Call') {
        const callee = inside.kindOf(node.func);
        found = callee.k === 'function' && isUsedBy(callee.fn, path, name, inside);
      }
      return undefined;
    });
    return found;
  });
}

/** `global verrou`, then a new one. */
function isMadeAnew(body: Parameters<typeof walk>[0], name: string): boolean {
  let found = false;
  walk(body, (node) => {
    if (node.kind === 'Global' && node.names.includes(name)) found = true;
  });
  return found;
}

/** Are there certainly several loops, one after the other? */
function isSeveral(users: readonly Run[]): boolean {
  const sure = users.filter(({ isSure }) => isSure);
  return sure.some(
    (run, i) => run.isRepeated || sure.slice(i + 1).some(({ from }) => from === run.from),
  );
}

function fixes({ node }: FoundNode, context: FixContext): readonly Fix[] {
  const offers = new Offers(context);
  const statement = node.parent;
  if (statement?.kind !== 'Assign' && statement?.kind !== 'AnnAssign') return offers.fixes;
  const made = madeByImport(statement, context);
  if (made === undefined) return offers.fixes;
  const [id, ...others] = new Set(usersOf(made.name.id, context).map((run) => run.id));
  const main = id === undefined ? undefined : context.file.facts.functionNode(id)?.item;
  // What one coroutine leaves in it may be meant for the next.
  if (main === undefined || others.length > 0) return offers.fixes;
  const { name, call } = made;
  offers.add(`Créer \`${name.id}\` dans \`${main.name}()\``, 'review', (edits) => {
    const type = statement.kind === 'AnnAssign' ? statement.annotation : call.func;
    const first = main.body.find((line) => !isText(line));
    if (first === undefined || context.text(statement).includes('#')) {
      edits.abandon();
      return;
    }
    edits.replace(statement, `${name.id}: ${context.text(type)}`);
    edits.insertLinesBefore(first, [`global ${name.id}`, `${name.id} = ${context.text(call)}`]);
  });
  return offers.fixes;
}

function isText(statement: Stmt): boolean {
  return statement.kind === 'Expr' && statement.value.kind === 'Constant';
}
