/**
 * What a call says of the flags of the function that it runs: with `lire(p, attendre=False)`, what stands under
 * `if attendre:` is not run.
 */
import {
  ancestors,
  type Call,
  type Expr,
  type FunctionDef,
  type Node,
  type Stmt,
  walk,
} from '../syntax/index.ts';
import { truth } from './flow.ts';

/** Truth of parameters, by name; those of which nothing is known are left out. */
export type Flags = ReadonlyMap<string, boolean>;

/** The parameters that a function tests for their truth, with what is known of them when they are not given. */
export interface TestedFlags {
  /** Names of the parameters that a call gives by place. */
  readonly byPlace: readonly string[];
  /** Those that are tested; null: no constant default. */
  readonly defaults: Readonly<Record<string, boolean | null>>;
}

export const NO_FLAGS: TestedFlags = { byPlace: [], defaults: {} };

export function testedFlags({ args, body }: FunctionDef): TestedFlags {
  const byPlace = [...args.posonlyargs, ...args.args].map(({ arg }) => arg);
  const given = new Map<string, boolean | null>();
  const firstDefault = byPlace.length - args.defaults.length;
  byPlace.forEach((name, i) => {
    given.set(name, i < firstDefault ? null : (truth(args.defaults[i - firstDefault]!) ?? null));
  });
  args.kwonlyargs.forEach(({ arg }, i) => {
    const value = args.kw_defaults[i];
    given.set(arg, value ? (truth(value) ?? null) : null);
  });
  const tested = new Set<string>();
  const bound = new Set<string>();
  walk(body, (node) => {
    if (node.kind !== 'Name' || !given.has(node.id)) return;
    if (isTested(node)) tested.add(node.id);
    else if (isBound(node)) bound.add(node.id);
  });
  const defaults: Record<string, boolean | null> = {};
  for (const name of tested) if (!bound.has(name)) defaults[name] = given.get(name)!;
  return Object.keys(defaults).length === 0 ? NO_FLAGS : { byPlace, defaults };
}

/** What the call gives for the flags; `shift`: how many parameters are given without it (`self`). */
export function flagsGiven(
  { byPlace, defaults }: TestedFlags,
  call: Call | null,
  shift: number,
): Flags {
  const flags = new Map<string, boolean>();
  if (call?.args.some(({ kind }) => kind === 'Starred')) return flags;
  const isOpen = call?.keywords.some(({ arg }) => arg === null) ?? true;
  for (const [name, otherwise] of Object.entries(defaults)) {
    const place = byPlace.indexOf(name) - shift;
    const given =
      call?.keywords.find(({ arg }) => arg === name)?.value ??
      (place >= 0 ? call?.args[place] : undefined);
    const value = given === undefined ? (isOpen ? null : otherwise) : truth(given);
    if (value !== undefined && value !== null) flags.set(name, value);
  }
  return flags;
}

/** May the node of the function be run, given the flags? */
export function mayRunUnder(flags: Flags, node: Node, fn: FunctionDef): boolean {
  if (flags.size === 0) return true;
  let child = node;
  for (const parent of ancestors(node)) {
    if (isExcluded(child, parent, flags) || isLeftBefore(child, parent, flags)) return false;
    if (parent === fn) return true;
    child = parent;
  }
  return true;
}

function isExcluded(child: Node, parent: Node, flags: Flags): boolean {
  switch (parent.kind) {
    case 'If':
    case 'While': {
      const value = truthUnder(flags, parent.test);
      return (
        (value === false && parent.body.includes(child as Stmt)) ||
        (value === true && parent.kind === 'If' && parent.orelse.includes(child as Stmt))
      );
    }
    case 'IfExp': {
      const value = truthUnder(flags, parent.test);
      return (
        (value === false && child === parent.body) || (value === true && child === parent.orelse)
      );
    }
    case 'BoolOp':
      return parent.values
        .slice(0, parent.values.indexOf(child as Expr))
        .some((value) => truthUnder(flags, value) === (parent.op === 'or'));
    default:
      return false;
  }
}

/** Does a statement above in the same block leave it: `if not attendre: return`? */
function isLeftBefore(child: Node, parent: Node, flags: Flags): boolean {
  const block = (['body', 'orelse', 'finalbody'] as const)
    .map((field) => (parent as unknown as Record<string, unknown>)[field])
    .find((statements) => Array.isArray(statements) && statements.includes(child));
  if (!Array.isArray(block)) return false;
  return (block as readonly Stmt[]).some((statement) => {
    if (statement.kind !== 'If' || statement.end > child.start) return false;
    const value = truthUnder(flags, statement.test);
    const taken = value === true ? statement.body : value === false ? statement.orelse : [];
    return ['Return', 'Raise', 'Continue', 'Break'].includes(taken.at(-1)?.kind ?? '');
  });
}

function truthUnder(flags: Flags, test: Expr): boolean | undefined {
  if (test.kind === 'Name') return flags.get(test.id);
  if (test.kind === 'UnaryOp' && test.op === 'not') {
    const inner = truthUnder(flags, test.operand);
    return inner === undefined ? undefined : !inner;
  }
  if (test.kind === 'BoolOp') {
    const values = test.values.map((value) => truthUnder(flags, value));
    const decisive = test.op === 'or';
    if (values.includes(decisive)) return decisive;
    return values.includes(undefined) ? undefined : !decisive;
  }
  return truth(test);
}

/** Does the truth of the name alone count there? */
function isTested(name: Node): boolean {
  let child = name;
  for (const parent of ancestors(name)) {
    switch (parent.kind) {
      case 'UnaryOp':
      case 'BoolOp':
        child = parent;
        continue;
      case 'If':
      case 'While':
      case 'IfExp':
        return parent.test === child;
      default:
        return child.kind === 'BoolOp';
    }
  }
  return false;
}

function isBound(node: Node): boolean {
  const { parent } = node;
  switch (parent?.kind) {
    case 'Assign':
      return parent.targets.some(({ start }) => start === node.start);
    case 'AugAssign':
    case 'AnnAssign':
    case 'NamedExpr':
    case 'For':
      return parent.target.start === node.start;
    case 'Tuple':
    case 'List':
    case 'withitem':
    case 'Delete':
      return true;
    default:
      return false;
  }
}
