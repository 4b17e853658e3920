/** A type as written in a stub, reduced to what tells values apart. */
export type TypeExpr =
  | RefType
  | TypeVarType
  | { readonly kind: 'union'; readonly members: readonly TypeExpr[] }
  /** `Callable[…, R]`: `returns` is what calling it gives. */
  | { readonly kind: 'callable'; readonly returns: TypeExpr }
  /** In the arguments of a tuple: any number of `of` (`tuple[int, ...]`, `*Ts`). */
  | { readonly kind: 'rest'; readonly of: TypeExpr }
  | { readonly kind: 'any' | 'none' | 'never' };

/** A class, under the qualified name of its definition (`_asyncio.Task`, `builtins.str`). */
export interface RefType {
  readonly kind: 'ref';
  readonly name: string;
  /** Empty when the class is not generic, or named without arguments. */
  readonly args: readonly TypeExpr[];
}

/** A type variable; `Self` is one too. `bound` is also the union of its constraints. */
export interface TypeVarType {
  readonly kind: 'typevar';
  readonly name: string;
  readonly bound?: TypeExpr;
}

export const anyType: TypeExpr = { kind: 'any' };

/** Reads a type from its notation in `stdlib.json`. Equal texts give the same object. */
export function parseType(text: string): TypeExpr {
  let type = parsed.get(text);
  if (!type) {
    type = new TypeParser(text).union();
    parsed.set(text, type);
  }
  return type;
}

/** Reads types separated by commas. */
export function parseTypes(text: string): readonly TypeExpr[] {
  return new TypeParser(text).list();
}

/** The union of `types`, flattened; the type itself when there is but one. Empty gives `any`. */
export function unionOf(types: Iterable<TypeExpr>): TypeExpr {
  const members = new Set<TypeExpr>();
  for (const type of types) {
    if (type.kind === 'union') for (const member of type.members) members.add(member);
    else members.add(type);
  }
  const [first = anyType] = members;
  return members.size > 1 ? { kind: 'union', members: [...members] } : first;
}

/** Puts types in the place of type variables; the variables without a binding stay. */
export function substitute(type: TypeExpr, bindings: ReadonlyMap<string, TypeExpr>): TypeExpr {
  if (bindings.size === 0) return type;
  switch (type.kind) {
    case 'typevar':
      return bindings.get(type.name) ?? type;
    case 'ref':
      if (type.args.length === 0) return type;
      return { ...type, args: type.args.map((arg) => substitute(arg, bindings)) };
    case 'union':
      return unionOf(type.members.map((member) => substitute(member, bindings)));
    case 'callable':
      return { kind: 'callable', returns: substitute(type.returns, bindings) };
    case 'rest':
      return { kind: 'rest', of: substitute(type.of, bindings) };
    default:
      return type;
  }
}

const parsed = new Map<string, TypeExpr>();

class TypeParser {
  private position = 0;

  constructor(private readonly text: string) {}

  list(): readonly TypeExpr[] {
    const types: TypeExpr[] = [];
    do types.push(this.union());
    while (this.accept(','));
    return types;
  }

  union(): TypeExpr {
    const members: TypeExpr[] = [];
    do members.push(this.single());
    while (this.accept('|'));
    return unionOf(members);
  }

  private single(): TypeExpr {
    if (this.accept('?')) return anyType;
    if (this.accept('!')) return { kind: 'never' };
    if (this.accept('*')) return { kind: 'rest', of: this.single() };
    if (this.accept('~')) return this.typeVar();
    const name = this.name();
    const args = this.accept('[') ? this.list() : [];
    if (args.length > 0) this.expect(']');
    if (name === 'None') return { kind: 'none' };
    if (name === 'Callable') return { kind: 'callable', returns: args[0] ?? anyType };
    return { kind: 'ref', name: name.includes('.') ? name : `builtins.${name}`, args };
  }

  private typeVar(): TypeExpr {
    const name = this.name();
    if (!this.accept('<')) return { kind: 'typevar', name };
    const bound = this.union();
    this.expect('>');
    return { kind: 'typevar', name, bound };
  }

  private name(): string {
    nameAt.lastIndex = this.position;
    const name = nameAt.exec(this.text)?.[0];
    if (!name) throw new Error(`No type at ${this.position} of ${this.text}`);
    this.position += name.length;
    return name;
  }

  private accept(character: string): boolean {
    const found = this.text[this.position] === character;
    if (found) this.position++;
    return found;
  }

  private expect(character: string): void {
    if (!this.accept(character))
      throw new Error(`No ${character} at ${this.position} of ${this.text}`);
  }
}

const nameAt = /[\w.]+/y;
