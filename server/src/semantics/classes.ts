/** What the project's classes have, of their own and from their bases. */
import type { ClassDef } from '../syntax/index.ts';
import type { Evaluator } from './evaluator.ts';
import type { Facts } from './facts.ts';
import { decoratorName } from './functions.ts';
import {
  fn,
  instance,
  isProjectId,
  type Kind,
  keyOf,
  membersOf,
  NONE,
  splitProjectId,
  UNKNOWN,
  union,
} from './kinds.ts';
import type { Binding, SelfAttribute } from './scopes.ts';
import { derivesFrom, instanceMember } from './stdlib-kinds.ts';
import type { InChunk } from './table.ts';

export interface ClassFacts {
  /** Identifiers, the class first, in the order of look-up. */
  readonly mro: readonly string[];
  /** False when a base is not known: what is not found may exist all the same. */
  readonly complete: boolean;
}

/** The same for classes. */
const TRANSPARENT_FOR_CLASSES = new Set([
  'attr.attrs',
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
  'typing.dataclass_transform',
  'typing.disjoint_base',
  'typing.final',
  'typing.runtime_checkable',
  'typing.type_check_only',
  'typing_extensions.deprecated',
  'typing_extensions.disjoint_base',
  'typing_extensions.final',
  'typing_extensions.runtime_checkable',
  'warnings.deprecated',
]);

/** Metaclasses that leave to the class what a call of it makes. */
const PLAIN_METACLASSES = new Set(['abc.ABCMeta', 'builtins.type']);

export class Classes {
  readonly #facts: Facts;

  constructor(facts: Facts) {
    this.#facts = facts;
  }

  of(id: string): ClassFacts {
    return this.#facts.ask<ClassFacts>(
      `class ${id}`,
      () => {
        const record = this.#facts.classRecord(id);
        if (record === undefined) return { mro: [id], complete: false };
        const { chunk, item: node } = record.header;
        const evaluator = this.#facts.evaluator(id, chunk);
        const mro = [id];
        // Behind a statement that cannot be read there may be any member.
        let complete = !record.statements.some((statement) => statement.kind === 'ErrorStmt');
        for (const base of node.bases) {
          const head = base.kind === 'Subscript' ? base.value : base;
          const name = evaluator.qualifiedName(head);
          if (name === 'typing.Generic' || name === 'typing.Protocol') continue;
          const kind = evaluator.kindOf(head);
          if (kind.k !== 'class') {
            complete = false;
            continue;
          }
          if (!isProjectId(kind.cls)) {
            if (!mro.includes(kind.cls)) mro.push(kind.cls);
            continue;
          }
          const facts = this.of(kind.cls);
          complete &&= facts.complete;
          for (const ancestor of facts.mro) if (!mro.includes(ancestor)) mro.push(ancestor);
        }
        return { mro, complete };
      },
      (facts) => JSON.stringify(facts),
      { mro: [id], complete: false },
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
    if (id === undefined) return UNKNOWN;
    const cls: Kind = { k: 'class', cls: id };
    const isKept = node.decorator_list.every(
      (decorator) =>
        TRANSPARENT_FOR_CLASSES.has(decoratorName(decorator, evaluator) ?? '') ||
        this.#facts.functions.decoratedBy(cls, decorator, evaluator) === cls,
    );
    return isKept ? cls : UNKNOWN;
  }

  /** Does the class, or one of its known bases, derive from (or is it) the standard class? */
  derives(id: string, standardClass: string): boolean {
    const ids = isProjectId(id) ? this.of(id).mro : [id];
    return ids.some((ancestor) => !isProjectId(ancestor) && derivesFrom(ancestor, standardClass));
  }

  /** The first of the classes that has the name says what it is, bound to the receiver. */
  lookUp(mro: readonly string[], name: string, receiver: Kind): Kind | undefined {
    let isEmptied = false;
    for (const id of mro) {
      if (!isProjectId(id)) {
        const args = receiver.k === 'instance' && receiver.cls === id ? receiver.args : [];
        const member = instanceMember(instance(id, ...args), name, this.#facts.target);
        if (member !== undefined) return member.k === 'function' ? fn(member.fn, receiver) : member;
        continue;
      }
      const own = this.ownMember(id, name);
      if (own === undefined) continue;
      // `self.conn = None` empties what a base declares, and says nothing of what it may hold.
      if (own.k === 'none') {
        isEmptied = true;
        continue;
      }
      const bound = membersOf(own).map((member) => this.#bound(member, receiver));
      return union(isEmptied ? [NONE, ...bound] : bound);
    }
    return isEmptied ? NONE : undefined;
  }

  #bound(member: Kind, receiver: Kind): Kind {
    if (member.k !== 'function' || member.self !== null || !isProjectId(member.fn)) return member;
    const facts = this.#facts.functions.of(member.fn);
    if (facts === undefined) return UNKNOWN;
    if (facts.isProperty)
      return receiver.k === 'class' ? UNKNOWN : this.#facts.values.called(fn(member.fn, receiver));
    return facts.isStatic ? member : fn(member.fn, receiver);
  }

  /** A base from elsewhere hardly ever changes what a call of the class gives. */
  hasPlainMetaclass(cls: string): boolean {
    const header = this.#facts.classRecord(cls)?.header;
    const metaclass = header?.item.keywords.find((k) => k.arg === 'metaclass')?.value;
    if (header === undefined || metaclass === undefined) return header !== undefined;
    const kind = this.#facts.evaluator(cls, header.chunk).kindOf(metaclass);
    if (kind.k !== 'class') return false;
    const { mro, complete } = isProjectId(kind.cls)
      ? this.of(kind.cls)
      : { mro: [kind.cls], complete: true };
    return (
      complete &&
      mro.every((id) =>
        isProjectId(id) ? this.ownMember(id, '__call__') === undefined : PLAIN_METACLASSES.has(id),
      )
    );
  }
}
