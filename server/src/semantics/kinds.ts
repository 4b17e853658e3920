/**
 * Kinds of values: not types, just what decides how asyncio treats a value. Functions and classes are
 * named by identifiers, never by pointers, so that a kind outlives edits around it:
 * `asyncio.tasks.sleep` for the standard library, `<path>::<qualname>` for the project.
 */
export type Kind =
  | { readonly k: 'unknown' }
  | { readonly k: 'none' }
  | { readonly k: 'module'; readonly name: string }
  | { readonly k: 'class'; readonly cls: string }
  /** A type that is more than a class, `Queue[int]`, `A | None`: what its values are. */
  | { readonly k: 'type'; readonly of: Kind }
  | { readonly k: 'instance'; readonly cls: string; readonly args: readonly Kind[] }
  /** `self`: what the method is bound to; `wraps`: the function that a decorator replaced by this one. */
  | {
      readonly k: 'function';
      readonly fn: string;
      readonly self: Kind | null;
      readonly wraps?: string;
    }
  /** Known by what calling it gives: `Callable[…, R]`, a lambda. */
  | { readonly k: 'callable'; readonly returns: Kind }
  /** `functools.partial(of, …)`. */
  | { readonly k: 'partial'; readonly of: Kind }
  | { readonly k: 'super'; readonly cls: string }
  /** An object that has not started; `of` null: what the function `fn` returns. */
  | { readonly k: 'coroutine'; readonly fn: string | null; readonly of: Kind | null }
  | { readonly k: 'asyncGenerator'; readonly fn: string | null; readonly of: Kind | null }
  /** Something of a package whose source we did not read. */
  | { readonly k: 'known'; readonly name: string }
  | { readonly k: 'union'; readonly members: readonly Kind[] }
  /** Inside the semantics alone: a type variable, and what it is at least. */
  | { readonly k: 'variable'; readonly name: string; readonly bound: Kind }
  /** Inside the semantics alone, among a tuple's arguments: any number of them. */
  | { readonly k: 'rest'; readonly of: Kind }
  /** Inside the semantics alone: what an empty container holds. */
  | { readonly k: 'never' };

export type KindOf<K extends Kind['k']> = Extract<Kind, { readonly k: K }>;

export const UNKNOWN: Kind = { k: 'unknown' };
export const NONE: Kind = { k: 'none' };
export const NEVER: Kind = { k: 'never' };

export function instance(cls: string, ...args: readonly Kind[]): Kind {
  return { k: 'instance', cls, args };
}

export function fn(id: string, self: Kind | null = null): Kind {
  return { k: 'function', fn: id, self };
}

/** The type whose values are of a kind; unknown when they are. */
export function typeOf(values: Kind): Kind {
  return values.k === 'unknown' ? UNKNOWN : { k: 'type', of: values };
}

/** The union of kinds: flattened, without doubles; unknown as soon as one member is. */
export function union(kinds: readonly Kind[]): Kind {
  const members = new Map<string, Kind>();
  for (const kind of kinds) {
    if (kind.k === 'unknown') return UNKNOWN;
    for (const member of membersOf(kind))
      if (member.k !== 'never') members.set(keyOf(member), member);
  }
  if (members.size === 0) return kinds.length > 0 ? NEVER : UNKNOWN;
  if (members.size === 1) return [...members.values()][0]!;
  // More than a handful of possibilities tells a reader nothing any more.
  return members.size > 8 ? UNKNOWN : { k: 'union', members: [...members.values()] };
}

export function membersOf(kind: Kind): readonly Kind[] {
  return kind.k === 'union' ? kind.members : [kind];
}

/** Do all the possible values satisfy the predicate? False for unknown. */
export function every(kind: Kind, predicate: (member: Kind) => boolean): boolean {
  return kind.k !== 'unknown' && membersOf(kind).every(predicate);
}

/** The possible values that are not None. */
export function withoutNone(kind: Kind): Kind {
  return kind.k === 'union' ? union(kind.members.filter(({ k }) => k !== 'none')) : kind;
}

/** Puts something in the place of each type variable. */
export function substitute(kind: Kind, replacement: (variable: KindOf<'variable'>) => Kind): Kind {
  if (!isOpen(kind)) return kind;
  return rebuilt(kind, (part) => (part.k === 'variable' ? replacement(part) : part));
}

/** Does the kind name type variables? */
export function isOpen(kind: Kind): boolean {
  return kind.k === 'variable' || partsOf(kind).some(isOpen);
}

/** The type variables that the kind names, in order. */
export function variablesIn(kind: Kind): readonly KindOf<'variable'>[] {
  return kind.k === 'variable' ? [kind] : partsOf(kind).flatMap(variablesIn);
}

/** The kind as others see it: a type variable is what it is at least, what holds nothing may hold anything. */
export function settled(kind: Kind): Kind {
  return isSettled(kind) ? kind : rebuilt(kind, settledLeaf);
}

function settledLeaf(kind: Kind): Kind {
  if (kind.k === 'variable') return substitute(kind.bound, () => UNKNOWN);
  return kind.k === 'never' || kind.k === 'rest' ? UNKNOWN : kind;
}

function isSettled(kind: Kind): boolean {
  const isInner = kind.k === 'variable' || kind.k === 'never' || kind.k === 'rest';
  return !isInner && partsOf(kind).every(isSettled);
}

function partsOf(kind: Kind): readonly Kind[] {
  switch (kind.k) {
    case 'instance':
      return kind.args;
    case 'union':
      return kind.members;
    case 'function':
      return kind.self === null ? [] : [kind.self];
    case 'type':
    case 'partial':
    case 'rest':
      return [kind.of];
    case 'callable':
      return [kind.returns];
    case 'coroutine':
    case 'asyncGenerator':
      return kind.of === null ? [] : [kind.of];
    default:
      return [];
  }
}

/** The kind with its smallest parts replaced. */
function rebuilt(kind: Kind, leaf: (kind: Kind) => Kind): Kind {
  const inside = (part: Kind) => rebuilt(part, leaf);
  switch (kind.k) {
    case 'instance':
      return { ...kind, args: kind.args.map(inside) };
    case 'union': {
      const members = kind.members.map(inside);
      // `V | D` of an empty dictionary, which may have been filled since.
      return members.some(({ k }) => k === 'never') ? UNKNOWN : union(members);
    }
    case 'function':
      return kind.self === null ? kind : { ...kind, self: inside(kind.self) };
    case 'type':
      return typeOf(inside(kind.of));
    case 'partial':
      return { ...kind, of: inside(kind.of) };
    case 'rest': {
      const rest = leaf(kind);
      return rest.k === 'rest' ? { ...rest, of: inside(rest.of) } : rest;
    }
    case 'callable':
      return { ...kind, returns: inside(kind.returns) };
    case 'coroutine':
    case 'asyncGenerator':
      return kind.of === null ? kind : { ...kind, of: inside(kind.of) };
    default:
      return leaf(kind);
  }
}

/** A text that is equal for equal kinds. */
export function keyOf(kind: Kind): string {
  switch (kind.k) {
    case 'unknown':
    case 'none':
    case 'never':
      return kind.k;
    case 'module':
      return `module ${kind.name}`;
    case 'known':
      return `known ${kind.name}`;
    case 'class':
    case 'super':
      return `${kind.k} ${kind.cls}`;
    case 'instance':
      return `instance ${kind.cls}[${kind.args.map(keyOf).join()}]`;
    case 'function':
      return `function ${kind.fn}(${kind.self === null ? '' : keyOf(kind.self)})${kind.wraps ?? ''}`;
    case 'partial':
    case 'type':
    case 'rest':
      return `${kind.k}(${keyOf(kind.of)})`;
    case 'callable':
      return `callable(${keyOf(kind.returns)})`;
    case 'variable':
      return `variable ${kind.name}`;
    case 'coroutine':
    case 'asyncGenerator':
      return `${kind.k} ${kind.fn ?? ''}[${kind.of === null ? '' : keyOf(kind.of)}]`;
    case 'union':
      return `union(${kind.members.map(keyOf).sort().join(' | ')})`;
  }
}

/** Is the identifier that of something defined in the project (not in the standard library)? */
export function isProjectId(id: string): boolean {
  return id.includes('::');
}

export function projectId(path: string, qualname: string): string {
  return `${path}::${qualname}`;
}

export function splitProjectId(id: string): { readonly path: string; readonly qualname: string } {
  const at = id.lastIndexOf('::');
  return { path: id.slice(0, at), qualname: id.slice(at + 2) };
}

/** The last name of an identifier: `envoyer` of `…::Client.envoyer#1`. */
export function shortName(id: string): string {
  const qualname = isProjectId(id) ? splitProjectId(id).qualname : id;
  return qualname.slice(qualname.lastIndexOf('.') + 1).replace(/#\d+$/, '');
}
