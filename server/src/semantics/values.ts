/** What can be done with a value, as a kind: its attributes, what calling or awaiting it gives. */
import { isCertainlyAbsent, isInPackage } from '../knowledge/packages.ts';
import { stdlibEntry } from '../knowledge/stdlib.ts';
import type { Facts } from './facts.ts';
import { instance, isProjectId, type Kind, NONE, typeOf, UNKNOWN, union } from './kinds.ts';
import { callResult, classEntry, instanceMember, kindOfEntry } from './stdlib-kinds.ts';

/** Managers that hand on what they were built with. */
const PASS_THROUGH = new Set([
  'contextlib.aclosing',
  'contextlib.closing',
  'contextlib.nullcontext',
]);

export class Values {
  readonly #facts: Facts;

  constructor(facts: Facts) {
    this.#facts = facts;
  }

  attribute(kind: Kind, attr: string): Kind {
    switch (kind.k) {
      case 'union': {
        // None has no attributes: the value must be another member.
        const others = kind.members.filter((member) => member.k !== 'none');
        return union(others.map((member) => this.attribute(member, attr)));
      }
      case 'module':
        return this.#facts.memberOfModule(kind.name, attr) ?? UNKNOWN;
      case 'known':
        return { k: 'known', name: `${kind.name}.${attr}` };
      case 'class':
        return this.#memberOfClass(kind.cls, attr, kind);
      case 'type':
        return kind.of.k === 'instance'
          ? this.attribute({ k: 'class', cls: kind.of.cls }, attr)
          : UNKNOWN;
      case 'super':
        return (
          this.#facts.classes.lookUp(
            this.#facts.classes.of(kind.cls).mro.slice(1),
            attr,
            instance(kind.cls),
          ) ?? UNKNOWN
        );
      case 'instance':
      case 'asyncGenerator':
        return this.member(kind, attr) ?? UNKNOWN;
      default:
        return UNKNOWN;
    }
  }

  /** A member of an instance; undefined when it certainly has none of that name. */
  member(receiver: Kind, name: string): Kind | undefined {
    if (receiver.k === 'asyncGenerator') return instanceMember(receiver, name, this.#facts.target);
    if (receiver.k !== 'instance') return UNKNOWN;
    if (!isProjectId(receiver.cls)) {
      if (classEntry(receiver.cls) === undefined) return UNKNOWN;
      const known = instanceMember(receiver, name, this.#facts.target);
      if (known !== undefined) return known;
      if (!isCertainlyAbsent(receiver.cls, name)) return untold(receiver.cls, name);
      const answersAll = instanceMember(receiver, '__getattr__', this.#facts.target) !== undefined;
      return answersAll ? UNKNOWN : undefined;
    }
    const facts = this.#facts.classes.of(receiver.cls);
    const found = this.#facts.classes.lookUp(facts.mro, name, receiver);
    if (found !== undefined) return found;
    if (
      !facts.complete ||
      this.#facts.classes.lookUp(facts.mro, '__getattr__', receiver) !== undefined
    )
      return UNKNOWN;
    const untelling = facts.mro.find((id) => !isProjectId(id) && !isCertainlyAbsent(id, name));
    return untelling === undefined ? undefined : untold(untelling, name);
  }

  /** What a call gives; `given`: how many arguments, all positional, when that is known. */
  called(callee: Kind, given: number | null = null): Kind {
    switch (callee.k) {
      case 'union':
        return union(
          callee.members.filter((m) => m.k !== 'none').map((m) => this.called(m, given)),
        );
      case 'class':
        return this.#constructed(callee.cls);
      case 'type':
        return callee.of.k === 'instance' && this.#constructed(callee.of.cls).k === 'instance'
          ? callee.of
          : UNKNOWN;
      case 'function':
        return this.#functionCalled(callee.fn, callee.self, given);
      case 'partial':
        return this.called(callee.of);
      case 'instance': {
        const call = this.member(callee, '__call__');
        return call === undefined ? UNKNOWN : this.called(call);
      }
      default:
        return UNKNOWN;
    }
  }

  awaited(kind: Kind): Kind {
    switch (kind.k) {
      case 'union':
        return union(kind.members.filter((m) => m.k !== 'none').map((m) => this.awaited(m)));
      case 'coroutine':
        return kind.of ?? (kind.fn === null ? UNKNOWN : this.#facts.functions.result(kind.fn));
      case 'instance':
        return kind.cls === 'typing.Awaitable' ||
          this.#facts.classes.derives(kind.cls, 'asyncio.Future')
          ? (kind.args[0] ?? UNKNOWN)
          : this.#awaitedItself(kind);
      default:
        return UNKNOWN;
    }
  }

  /** The instance that an annotation naming `kind` describes. */
  instanceOf(kind: Kind, args: readonly Kind[]): Kind {
    if (kind.k === 'none') return NONE;
    if (kind.k === 'type') return kind.of;
    if (kind.k !== 'class') return UNKNOWN;
    switch (kind.cls) {
      case 'typing.Coroutine':
      case 'types.CoroutineType':
        return { k: 'coroutine', fn: null, of: args[2] ?? UNKNOWN };
      case 'typing.AsyncGenerator':
      case 'types.AsyncGeneratorType':
        return { k: 'asyncGenerator', fn: null, of: args[0] ?? UNKNOWN };
      case 'builtins.object':
      case 'typing.Any':
        return UNKNOWN;
    }
    return instance(kind.cls, ...args);
  }

  /** Do brackets after the value make a type of it? */
  isGeneric(kind: Kind): boolean {
    if (kind.k === 'class') return !this.#facts.classes.derives(kind.cls, 'enum.Enum');
    return kind.k === 'type' || (kind.k === 'instance' && kind.cls === 'typing._SpecialForm');
  }

  /** `A | B`, when both are types. */
  eitherType(left: Kind, right: Kind): Kind {
    return typeOf(union([this.instanceOf(left, []), this.instanceOf(right, [])]));
  }

  passesThrough(cls: string): boolean {
    return PASS_THROUGH.has(cls);
  }

  /** What the generator that `__await__` makes gives in the end. */
  #awaitedItself(kind: Kind): Kind {
    const steps = this.called(this.attribute(kind, '__await__'));
    return (steps.k === 'instance' && steps.cls === 'typing.Generator' && steps.args[2]) || UNKNOWN;
  }

  #memberOfClass(cls: string, attr: string, receiver: Kind): Kind {
    if (!isProjectId(cls)) {
      const entry = stdlibEntry(`${cls}.${attr}`);
      if (entry !== undefined) {
        const isBound = entry.kind === 'function' && entry.isClassMethod;
        return kindOfEntry(entry, isBound ? instance(cls) : null);
      }
      return isInPackage(cls) ? untold(cls, attr) : UNKNOWN;
    }
    const { mro } = this.#facts.classes.of(cls);
    return this.#facts.classes.lookUp(mro, attr, receiver) ?? UNKNOWN;
  }

  #constructed(cls: string): Kind {
    if (!isProjectId(cls)) return instance(cls);
    if (!this.#facts.classes.hasPlainMetaclass(cls)) return UNKNOWN;
    for (const id of this.#facts.classes.of(cls).mro) {
      const maker = isProjectId(id) ? this.#facts.classes.ownMember(id, '__new__') : undefined;
      if (maker === undefined) continue;
      const made = maker.k === 'function' ? this.#facts.functions.result(maker.fn) : UNKNOWN;
      return made.k === 'instance' && made.cls === id ? instance(cls) : made;
    }
    return instance(cls);
  }

  #functionCalled(id: string, self: Kind | null, given: number | null): Kind {
    if (!isProjectId(id)) return callResult(id, self, this.#facts.target, given);
    const facts = this.#facts.functions.of(id);
    if (facts === undefined) return UNKNOWN;
    if (facts.manager === 'async') return instance('contextlib._AsyncGeneratorContextManager');
    if (facts.manager === 'sync') return instance('contextlib._GeneratorContextManager');
    if (facts.isGenerator)
      return facts.isAsync
        ? { k: 'asyncGenerator', fn: id, of: null }
        : instance('types.GeneratorType');
    if (facts.mayYield) return UNKNOWN;
    if (!facts.isAsync) return this.#facts.functions.result(id);
    // An abstract `async def` annotated as an iterator is often meant to be a generator.
    return facts.isStub && isAsyncIterable(this.#facts.functions.result(id))
      ? UNKNOWN
      : { k: 'coroutine', fn: id, of: null };
  }
}

/** Something that the facts of a package leave out: only its name is known. */
function untold(owner: string, name: string): Kind {
  return { k: 'known', name: `${owner}.${name}` };
}

function isAsyncIterable(kind: Kind): boolean {
  return (
    kind.k === 'asyncGenerator' ||
    (kind.k === 'instance' && ['typing.AsyncIterator', 'typing.AsyncIterable'].includes(kind.cls))
  );
}
