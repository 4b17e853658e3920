/** What the project's classes have, of their own and from their bases. */
import type { ClassDef } from '../syntax/index.ts';
import type { Parameter } from './arguments.ts';
import { isUnreadable } from './bodies.ts';
import type { Variables } from './calls.ts';
import type { Evaluator } from './evaluator.ts';
import type { Facts } from './facts.ts';
import { decoratorName } from './functions.ts';
import { installedName } from './installed.ts';
import {
  fn,
  instance,
  isOpen,
  isProjectId,
  type Kind,
  type KindOf,
  keyOf,
  membersOf,
  NONE,
  splitProjectId,
  substitute,
  UNKNOWN,
  union,
  variablesIn,
} from './kinds.ts';
import type { Binding, SelfAttribute } from './scopes.ts';
import { asStandardBase, classEntry, derivesFrom, instanceMember } from './stdlib-kinds.ts';
import type { InChunk } from './table.ts';

export interface ClassFacts {
  /** Identifiers, the class first, in the order of look-up. */
  readonly mro: readonly string[];
  /** False when a base is not known: what is not found may exist all the same. */
  readonly complete: boolean;
  /** It, or a base of the project, is a `Protocol`. */
  readonly isProtocol: boolean;
  /** Names of its type variables, in the order of subscripts; empty for what is none. */
  readonly parameters: readonly string[];
  /** The type arguments of its bases, by their identifiers. */
  readonly args: Readonly<Record<string, readonly Kind[]>>;
}

/** The same for classes. */
const TRANSPARENT_FOR_CLASSES = new Set([
  'attr.attrs',
  'attr.dataclass',
  'attr.define',
  'attr.frozen',
  'attr.mutable',
  'attr.s',
  'attrs.define',
  'attrs.frozen',
  'attrs.mutable',
  'dataclasses.dataclass',
  'enum.unique',
  'functools.total_ordering',
  'typing.final',
  'typing.runtime_checkable',
  'warnings.deprecated',
]);

export class Classes {
  readonly #facts: Facts;

  constructor(facts: Facts) {
    this.#facts = facts;
  }

  of(id: string): ClassFacts {
    const nothing: ClassFacts = {
      mro: [id],
      complete: false,
      isProtocol: false,
      parameters: [],
      args: {},
    };
    return this.#facts.ask<ClassFacts>(
      `class ${id}`,
      () => {
        const record = this.#facts.classRecord(id);
        if (record === undefined) return nothing;
        const { chunk, item: node } = record.header;
        const evaluator = this.#facts.evaluator(id, chunk);
        const { values } = this.#facts;
        const mro = [id];
        const args: Record<string, readonly Kind[]> = {};
        let declared: readonly Kind[] | undefined;
        let isProtocol = false;
        // Behind a statement that cannot be read there may be any member.
        let complete = !record.statements.some(isUnreadable);
        for (const base of node.bases) {
          const head = base.kind === 'Subscript' ? base.value : base;
          const given = base.kind === 'Subscript' ? evaluator.typeArguments(base.slice) : [];
          const name = evaluator.qualifiedName(head);
          if (name === 'typing.Generic' || name === 'typing.Protocol') {
            isProtocol ||= name === 'typing.Protocol';
            if (given.length > 0) declared = given;
            continue;
          }
          if (name === 'typing.TypedDict') {
            mro.push('builtins.dict');
            continue;
          }
          const kind = values.instanceOf(evaluator.kindOf(head), given);
          if (kind.k !== 'instance' || isUnread(kind.cls)) complete = false;
          if (kind.k !== 'instance') continue;
          args[kind.cls] ??= kind.args;
          if (!isProjectId(kind.cls)) {
            if (!mro.includes(kind.cls)) mro.push(kind.cls);
            continue;
          }
          const facts = this.of(kind.cls);
          complete &&= facts.complete;
          isProtocol ||= facts.isProtocol;
          const variables = valuesOf(facts.parameters, kind.args);
          for (const ancestor of facts.mro) {
            if (!mro.includes(ancestor)) mro.push(ancestor);
            args[ancestor] ??= (facts.args[ancestor] ?? []).map((arg) =>
              substitute(arg, (variable) => variables(variable) ?? variable),
            );
          }
        }
        const names = (declared ?? Object.values(args).flat().flatMap(variablesIn)).map((kind) =>
          kind.k === 'variable' ? kind.name : '',
        );
        const own = node.type_params.map(({ name }) => variableName(splitProjectId(id).path, name));
        const parameters = own.length > 0 ? own : declared ? names : [...new Set(names)];
        return { mro, complete, isProtocol, parameters, args };
      },
      ({ args, ...facts }) =>
        JSON.stringify([
          facts,
          Object.entries(args).map(([base, kinds]) => [base, kinds.map(keyOf)]),
        ]),
      nothing,
    );
  }

  /** An instance of the class as its own methods see it, its type variables as they are. */
  ofItself(id: string): Kind {
    return instance(
      id,
      ...this.of(id).parameters.map((name): Kind => ({ k: 'variable', name, bound: UNKNOWN })),
    );
  }

  /** What the type variables of an ancestor of a project class stand for in an instance of it. */
  variables({ cls, args }: KindOf<'instance'>, ancestor: string): Variables {
    const facts = this.of(cls);
    const own = valuesOf(facts.parameters, args);
    if (ancestor === cls) return own;
    const given = facts.args[ancestor];
    if (given === undefined || !isProjectId(ancestor)) return () => undefined;
    return valuesOf(
      this.of(ancestor).parameters,
      given.map((arg) => substitute(arg, (variable) => own(variable) ?? UNKNOWN)),
    );
  }

  /** An instance of a project class, seen as one of its standard base that has the method. */
  standardBase(self: KindOf<'instance'>, method: string): Kind | null {
    const name = method.slice(method.lastIndexOf('.') + 1);
    for (const base of this.#standardBases(self)) {
      const member = instanceMember(base, name, this.#facts.target);
      if (member?.k === 'function' && member.fn === method) return base;
    }
    return null;
  }

  /** The type arguments of an instance of a project class, seen as one of a base; undefined: it is none. */
  argumentsOf(self: KindOf<'instance'>, base: string): readonly Kind[] | undefined {
    const { mro, parameters } = this.of(self.cls);
    if (base === self.cls) return parameters.map((_, i) => self.args[i] ?? UNKNOWN);
    if (isProjectId(base)) {
      if (!mro.includes(base)) return undefined;
      const variables = this.variables(self, base);
      const ofBase = this.of(base).parameters;
      return ofBase.map((name) => variables({ k: 'variable', name, bound: UNKNOWN }) ?? UNKNOWN);
    }
    for (const ancestor of this.#standardBases(self)) {
      const found = asStandardBase(ancestor, base);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #standardBases(self: KindOf<'instance'>): readonly Kind[] {
    const { mro, parameters, args } = this.of(self.cls);
    const own = valuesOf(parameters, self.args);
    return mro
      .filter((id) => !isProjectId(id))
      .map((id) =>
        instance(
          id,
          ...(args[id] ?? []).map((arg) => substitute(arg, (variable) => own(variable) ?? UNKNOWN)),
        ),
      );
  }

  /** What the class body, or `self.x = …` in its methods, makes of a name; undefined: nothing. Not bound to an instance. */
  ownMember(id: string, name: string): Kind | undefined {
    return this.#facts.ask<Kind | undefined>(
      `member ${id} ${name}`,
      () => {
        const record = this.#facts.classRecord(id);
        const { path } = splitProjectId(id);
        const bindings = record?.bindings.get(name) ?? [];
        const declared = bindings.find(({ item }) => item.origin.how === 'annotated');
        if (declared !== undefined) {
          const kind = this.#facts.bindingsKind(path, [declared]);
          if (kind.k !== 'unknown') return kind;
        }
        const attributes = record?.attributes.get(name) ?? [];
        const annotated = attributes.filter(({ item }) => item.origin.how === 'annotated');
        const considered: readonly InChunk<Binding | SelfAttribute>[] =
          annotated.length > 0 ? annotated : [...bindings, ...attributes];
        return considered.length === 0 ? undefined : this.#facts.bindingsKind(path, considered);
      },
      (kind) => kind && keyOf(kind),
      UNKNOWN,
    );
  }

  /** The bindings of a name in a class body, and through `self` in its methods. */
  memberBindings(id: string, name: string): readonly InChunk<Binding | SelfAttribute>[] {
    const record = this.#facts.classRecord(id);
    return [...(record?.bindings.get(name) ?? []), ...(record?.attributes.get(name) ?? [])];
  }

  /** Does the class body define a function of that name? */
  hasMethod(id: string, name: string): boolean {
    const bindings = this.#facts.classRecord(id)?.bindings.get(name) ?? [];
    return bindings.some(({ item }) => item.origin.how === 'function');
  }

  /** What the class body binds. */
  namesIn(id: string): readonly string[] {
    return [...(this.#facts.classRecord(id)?.bindings.keys() ?? [])];
  }

  /** Does it say, with an annotation, what the attribute holds? */
  declares(id: string, name: string): boolean {
    const record = this.#facts.classRecord(id);
    const items = [...(record?.bindings.get(name) ?? []), ...(record?.attributes.get(name) ?? [])];
    return !this.hasMethod(id, name) && items.some(({ item }) => item.origin.how === 'annotated');
  }

  /** What the `__init__` that `@dataclass` writes is called with; null: there is none, or it is not told in the class body. */
  dataclassParameters(id: string): readonly Parameter[] | null {
    return this.#facts.ask<readonly Parameter[] | null>(
      `dataclass ${id}`,
      () => {
        const fields = new Map<string, Parameter>();
        const { mro, complete } = this.of(id);
        if (!complete || !this.#isPlainDataclass(id)) return null;
        for (const base of mro.filter(isProjectId).reverse()) {
          const record = this.#facts.classRecord(base);
          if (record === undefined || !this.#isPlainDataclass(base)) continue;
          for (const [name, bindings] of record.bindings) {
            const origin = bindings.find(({ item }) => item.origin.how === 'annotated')?.item
              .origin;
            if (origin?.how !== 'annotated') continue;
            // `field(…)` may leave it out of `__init__`.
            if (origin.value?.kind === 'Call') return null;
            const type = this.ownMember(base, name) ?? null;
            fields.set(name, { name, kind: 'positional', hasDefault: origin.value !== null, type });
          }
        }
        return [...fields.values()];
      },
      (parameters) =>
        parameters && JSON.stringify(parameters.map(({ type, ...p }) => [p, type && keyOf(type)])),
      null,
    );
  }

  /** Made by `@dataclass` without arguments that change what `__init__` takes. */
  #isPlainDataclass(id: string): boolean {
    const header = this.#facts.classRecord(id)?.header;
    const [decorator, ...others] = header?.item.decorator_list ?? [];
    if (header === undefined || decorator === undefined || others.length > 0) return false;
    const settings = decorator.kind === 'Call' ? decorator.keywords : [];
    return (
      decoratorName(decorator, this.#facts.evaluator(id, header.chunk)) ===
        'dataclasses.dataclass' &&
      settings.every(({ arg }) => arg !== 'init' && arg !== 'kw_only' && arg !== null)
    );
  }

  /** The names of a named tuple's parts, in order; null: it is none. */
  fields(id: string): readonly string[] | null {
    if (!isProjectId(id)) return null;
    return this.#facts.ask<readonly string[] | null>(
      `fields ${id}`,
      () => {
        const { mro, args } = this.of(id);
        if (args['typing.NamedTuple'] === undefined) return null;
        const owner = mro.filter(isProjectId).at(-1)!;
        return [...(this.#facts.classRecord(owner)?.bindings ?? [])]
          .filter(([, bindings]) => bindings.some(({ item }) => item.origin.how === 'annotated'))
          .map(([name]) => name);
      },
      (fields) => fields?.join(' '),
      null,
    );
  }

  /** A name looked up directly in a class body. */
  classBodyName(id: string, name: string): Kind | undefined {
    return this.#facts.ask<Kind | undefined>(
      `class body ${id} ${name}`,
      () => {
        // A bare annotation binds nothing: in `date: date`, the second is the module's.
        const bindings = this.#facts
          .classRecord(id)
          ?.bindings.get(name)
          ?.filter(({ item: { origin } }) => origin.how !== 'annotated' || origin.value !== null);
        return bindings?.length
          ? this.#facts.bindingsKind(splitProjectId(id).path, bindings)
          : undefined;
      },
      (kind) => kind && keyOf(kind),
      UNKNOWN,
    );
  }

  /** The value of a class statement: the class, unless a decorator may have made something else of it. */
  classValue(path: string, node: ClassDef, evaluator: Evaluator): Kind {
    const id = this.#facts.idOf(path, evaluator.chunk, node);
    const known = node.decorator_list.every((decorator) =>
      TRANSPARENT_FOR_CLASSES.has(decoratorName(decorator, evaluator) ?? ''),
    );
    return id !== undefined && known ? { k: 'class', cls: id } : UNKNOWN;
  }

  /** Does the class, or one of its known bases, derive from (or is it) the class of that public name? */
  derives(id: string, publicClass: string): boolean {
    const ids = isProjectId(id) ? this.of(id).mro : [id];
    return ids.some((ancestor) =>
      isProjectId(ancestor)
        ? installedName(ancestor, this.#facts) === publicClass
        : ancestor === publicClass || derivesFrom(ancestor, publicClass),
    );
  }

  /** A member that no class of the project has, of a class with one base whose source is not read. */
  ofUnreadBase(cls: string, name: string): Kind {
    const [unread, ...others] = this.of(cls).mro.filter((id) => !isProjectId(id) && isUnread(id));
    return unread !== undefined && others.length === 0
      ? { k: 'known', name: `${unread}.${name}` }
      : UNKNOWN;
  }

  /** Identifier of the property of the project that reading an attribute of an instance runs. */
  property(receiver: Kind, name: string): string | undefined {
    if (receiver.k !== 'instance' || !isProjectId(receiver.cls)) return undefined;
    for (const id of this.of(receiver.cls).mro) {
      const own = isProjectId(id) ? this.ownMember(id, name) : undefined;
      if (own === undefined) continue;
      const facts = own.k === 'function' ? this.#facts.functions.of(own.fn) : undefined;
      return own.k === 'function' && facts?.isProperty ? own.fn : undefined;
    }
    return undefined;
  }

  /** The first of the classes that has the name says what it is, bound to the receiver. */
  lookUp(mro: readonly string[], name: string, receiver: Kind): Kind | undefined {
    let isEmptied = false;
    const standard =
      receiver.k === 'instance' && isProjectId(receiver.cls) ? this.#standardBases(receiver) : [];
    for (const id of mro) {
      if (!isProjectId(id)) {
        const base =
          standard.find((kind) => kind.k === 'instance' && kind.cls === id) ?? instance(id);
        const member = instanceMember(base, name, this.#facts.target, receiver);
        if (member !== undefined) return member;
        continue;
      }
      const own = this.ownMember(id, name);
      if (own === undefined) continue;
      // `self.conn = None` empties what a base declares, and says nothing of what it may hold.
      if (own.k === 'none') {
        isEmptied = true;
        continue;
      }
      const bound = this.bound(own, receiver, id);
      return isEmptied ? union([NONE, bound]) : bound;
    }
    return isEmptied ? NONE : undefined;
  }

  /** A member of a class, as the receiver has it. */
  bound(own: Kind, receiver: Kind, owner: string): Kind {
    const bound = union(membersOf(own).map((member) => this.#boundMember(member, receiver)));
    if (!isOpen(own)) return bound;
    const variables =
      receiver.k === 'instance' && isProjectId(receiver.cls)
        ? this.variables(receiver, owner)
        : () => undefined;
    return substitute(bound, (variable) => variables(variable) ?? variable);
  }

  #boundMember(member: Kind, receiver: Kind): Kind {
    if (member.k !== 'function' || member.self !== null || !isProjectId(member.fn)) return member;
    const facts = this.#facts.functions.of(member.fn);
    if (facts === undefined) return UNKNOWN;
    if (facts.isProperty)
      return receiver.k === 'class' ? UNKNOWN : this.#facts.values.called(fn(member.fn, receiver));
    return facts.isStatic ? member : { ...member, self: receiver };
  }

  /** A base from elsewhere hardly ever changes what a call of the class gives. */
  hasPlainMetaclass(cls: string): boolean {
    const header = this.#facts.classRecord(cls)?.header;
    const metaclass = header?.item.keywords.find((k) => k.arg === 'metaclass')?.value;
    if (header === undefined || metaclass === undefined) return header !== undefined;
    return this.#facts.evaluator(cls, header.chunk).qualifiedName(metaclass) === 'abc.ABCMeta';
  }
}

/** Is it a class of a package whose source is not read? */
function isUnread(cls: string): boolean {
  return !isProjectId(cls) && classEntry(cls) === undefined;
}

/** How the type variable that a module calls `name` is called everywhere. */
export function variableName(path: string, name: string): string {
  return `${path}::${name}`;
}

function valuesOf(names: readonly string[], values: readonly Kind[]): Variables {
  return ({ name }) => {
    const place = names.indexOf(name);
    return place < 0 ? undefined : (values[place] ?? UNKNOWN);
  };
}
