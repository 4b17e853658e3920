/** The arguments of a call, and which of several signatures can take them. */
import type { Call, Expr } from '../syntax/index.ts';
import type { Kind } from './kinds.ts';

/** What a call gives: by default kinds, worked out only when somebody asks. */
export interface Arguments<A = () => Kind> {
  readonly positional: readonly A[];
  readonly named: ReadonlyMap<string, A>;
  /** What each `*xs` among them goes through, and what stands behind the first. */
  readonly starred: readonly A[];
  /** Some are handed over by `**`. */
  readonly isOpen: boolean;
}

export interface Parameter {
  readonly name: string;
  readonly kind:
    | 'positional-only'
    | 'positional'
    | 'var-positional'
    | 'keyword-only'
    | 'var-keyword';
  readonly hasDefault: boolean;
  /** Null: not told, or of no use to know what the result is. */
  readonly type: Kind | null;
}

/** Without the parameter that a method is bound to. */
export interface Signature {
  readonly parameters: readonly Parameter[];
  readonly returns: Kind;
}

export function argumentsOf<A>({ args, keywords }: Call, of: (argument: Expr) => A): Arguments<A> {
  const star = args.findIndex(({ kind }) => kind === 'Starred');
  const placed = star < 0 ? args.length : star;
  const named = new Map<string, A>();
  for (const { arg, value } of keywords) if (arg !== null) named.set(arg, of(value));
  return {
    positional: args.slice(0, placed).map(of),
    starred: args.slice(placed).map(of),
    named,
    isOpen: keywords.some(({ arg }) => arg === null),
  };
}

type Shape = Omit<Parameter, 'type'>;

function isPositional({ kind }: Shape): boolean {
  return kind === 'positional' || kind === 'positional-only';
}

/** The signatures that can take so many arguments, so named; all of them when none can, or nothing is known. */
export function takingSignatures<S extends { readonly parameters: readonly Shape[] }>(
  signatures: readonly S[],
  given: Arguments | null,
): readonly S[] {
  if (given === null || signatures.length < 2) return signatures;
  const taking = signatures.filter(({ parameters }) => takes(parameters, given));
  // `*xs` goes to the parameter made for it.
  const variadic = taking.filter(({ parameters }) => parameters.some(isVariadic));
  const preferred = given.starred.length > 0 && variadic.length > 0 ? variadic : taking;
  return preferred.length > 0 ? preferred : signatures;
}

/** The arguments that each parameter gets. */
export function* matched<A>(
  parameters: readonly Parameter[],
  given: Arguments<A>,
): Generator<readonly [Parameter, A]> {
  const positional = parameters.filter(isPositional);
  const variadic = parameters.find(isVariadic);
  for (const [place, argument] of given.positional.entries()) {
    const parameter = positional[place] ?? variadic;
    if (parameter !== undefined) yield [parameter, argument];
  }
  if (variadic !== undefined) for (const each of given.starred) yield [variadic, each];
  for (const [name, argument] of given.named) {
    const parameter =
      parameters.find((p) => p.name === name && isNamed(p)) ??
      parameters.find(({ kind }) => kind === 'var-keyword');
    if (parameter !== undefined) yield [parameter, argument];
  }
}

function takes(parameters: readonly Shape[], given: Arguments): boolean {
  const positional = parameters.filter(isPositional);
  const count = given.positional.length;
  if (count > positional.length && !parameters.some(isVariadic)) return false;
  const isOpen = parameters.some(({ kind }) => kind === 'var-keyword');
  for (const name of given.named.keys()) {
    const parameter = parameters.find((p) => p.name === name && isNamed(p));
    if (parameter === undefined) {
      if (!isOpen) return false;
    } else if (isPositional(parameter) && positional.indexOf(parameter) < count) return false;
  }
  if (given.isOpen) return true;
  return parameters.every((parameter) => {
    const place = positional.indexOf(parameter);
    const isFilled =
      place >= 0 ? place < count || given.starred.length > 0 : parameter.kind !== 'keyword-only';
    return isFilled || parameter.hasDefault || given.named.has(parameter.name);
  });
}

function isVariadic({ kind }: Shape): boolean {
  return kind === 'var-positional';
}

function isNamed({ kind }: Shape): boolean {
  return kind === 'positional' || kind === 'keyword-only';
}
