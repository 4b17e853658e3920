/** What can be done with a value, as a kind: its attributes, what awaiting or going through it gives. */
import { isCertainlyAbsent, isInPackage } from '../knowledge/packages.ts';
import { knownEntry } from '../knowledge/stdlib.ts';
import { isClassName } from '../knowledge/unread.ts';
import type { Arguments, Parameter } from './arguments.ts';
import { Calls } from './calls.ts';
import type { Facts } from './facts.ts';
import {
  every,
  instance,
  isProjectId,
  type Kind,
  type KindOf,
  keyOf,
  membersOf,
  NONE,
  substitute,
  typeOf,
  UNKNOWN,
  union,
  variablesIn,
  withoutNone,
} from './kinds.ts';
import {
  asStandardBase,
  classEntry,
  elementOfTuple,
  instanceMember,
  itemOf,
  kindOfEntry,
} from './stdlib-kinds.ts';

export class Values {
  readonly #facts: Facts;
  readonly #calls: Calls;

  constructor(facts: Facts) {
    this.#facts = facts;
    this.#calls = new Calls(facts);
  }

  attribute(kind: Kind, attr: string): Kind {
    switch (kind.k) {
      case 'union':
        // None has no attributes: the value must be another member.
        return union(membersOf(withoutNone(kind)).map((member) => this.attribute(member, attr)));
      case 'module':
        return this.#facts.memberOfModule(kind.name, attr) ?? UNKNOWN;
      case 'known':
        return { k: 'known', name: `${kind.name}.${attr}` };
      case 'class':
        return this.#memberOfClass(kind, attr);
      case 'type':
        return kind.of.k === 'instance'
          ? this.attribute({ k: 'class', cls: kind.of.cls }, attr)
          : UNKNOWN;
      case 'variable':
        return this.attribute(kind.bound, attr);
      case 'instance':
      case 'super':
      case 'asyncGenerator':
        return this.member(kind, attr) ?? UNKNOWN;
      case 'coroutine':
        return attr === '__await__'
          ? (instanceMember({ ...kind, of: this.awaited(kind) }, attr, this.#facts.target) ??
              UNKNOWN)
          : UNKNOWN;
      default:
        return UNKNOWN;
    }
  }

  /** A member of an instance, or of `super()`; undefined when it certainly has none of that name. */
  member(receiver: Kind, name: string): Kind | undefined {
    const { classes, target } = this.#facts;
    if (receiver.k === 'asyncGenerator') return instanceMember(receiver, name, target);
    if (receiver.k === 'super') {
      const { mro, complete } = classes.of(receiver.cls);
      const found = classes.lookUp(mro.slice(1), name, classes.ofItself(receiver.cls));
      return found ?? (complete ? undefined : UNKNOWN);
    }
    if (receiver.k !== 'instance') return UNKNOWN;
    if (!isProjectId(receiver.cls)) {
      if (classEntry(receiver.cls) === undefined) return untold(receiver.cls, name);
      const known = instanceMember(receiver, name, target);
      if (known !== undefined) return known;
      if (!isCertainlyAbsent(receiver.cls, name)) return untold(receiver.cls, name);
      return instanceMember(receiver, '__getattr__', target) === undefined ? undefined : UNKNOWN;
    }
    const { mro, complete } = classes.of(receiver.cls);
    const found = classes.lookUp(mro, name, receiver);
    if (found !== undefined) return found;
    if (!complete || classes.lookUp(mro, '__getattr__', receiver) !== undefined)
      return classes.ofUnreadBase(receiver.cls, name);
    const untelling = mro.find((id) => !isProjectId(id) && !isCertainlyAbsent(id, name));
    return untelling === undefined ? undefined : untold(untelling, name);
  }

  /** What a call gives; `given` null: its arguments are not known. */
  called(callee: Kind, given: Arguments | null = null): Kind {
    return this.#calls.called(callee, given);
  }

  awaited(kind: Kind): Kind {
    switch (kind.k) {
      case 'union':
        return union(membersOf(withoutNone(kind)).map((member) => this.awaited(member)));
      case 'coroutine':
        return (
          kind.of ??
          (kind.fn === null
            ? UNKNOWN
            : substitute(this.#facts.functions.result(kind.fn), () => UNKNOWN))
        );
      case 'instance': {
        if (kind.cls === 'typing.Awaitable') return kind.args[0] ?? UNKNOWN;
        const steps = this.called(this.attribute(kind, '__await__'));
        return steps.k === 'instance' && GENERATORS.has(steps.cls)
          ? (steps.args[2] ?? UNKNOWN)
          : UNKNOWN;
      }
      case 'variable':
        return this.awaited(kind.bound);
      default:
        return UNKNOWN;
    }
  }

  parameters(callee: Kind): readonly Parameter[] | null {
    return this.#calls.parameters(withoutNone(callee));
  }

  /** What going through the value gives, one by one. */
  iterated(iterable: Kind, isAsync: boolean): Kind {
    switch (iterable.k) {
      case 'union':
        return union(
          membersOf(withoutNone(iterable)).map((member) => this.iterated(member, isAsync)),
        );
      case 'asyncGenerator':
        if (!isAsync) return UNKNOWN;
        return (
          iterable.of ??
          (iterable.fn === null
            ? UNKNOWN
            : substitute(this.#facts.functions.yielded(iterable.fn), () => UNKNOWN))
        );
      case 'instance':
        if (isAsync) break;
        if (iterable.cls === 'builtins.tuple') return elementOfTuple(iterable);
        if (HELD_FIRST.has(iterable.cls)) return iterable.args[0] ?? UNKNOWN;
        break;
    }
    const step = (of: Kind, method: string) => this.called(this.attribute(of, method));
    return isAsync
      ? this.awaited(step(step(iterable, '__aiter__'), '__anext__'))
      : step(step(iterable, '__iter__'), '__next__');
  }

  /** What `with … as` binds. */
  entered(manager: Kind, isAsync: boolean): Kind {
    const entered = this.called(this.attribute(manager, isAsync ? '__aenter__' : '__enter__'));
    return isAsync ? this.awaited(entered) : entered;
  }

  /** The parts that unpacking the value gives, as far as they are told apart. */
  unpacked(kind: Kind, place: number): Kind {
    if (kind.k === 'union')
      return union(kind.members.map((member) => this.unpacked(member, place)));
    if (kind.k === 'instance' && kind.cls === 'builtins.tuple') return elementAt(kind, place);
    const fields = kind.k === 'instance' ? this.#facts.classes.fields(kind.cls) : null;
    const field = fields?.[place];
    if (fields !== null) return field === undefined ? UNKNOWN : this.attribute(kind, field);
    return this.iterated(kind, false);
  }

  /** What brackets after the value give; `place`: the index, when it is written there. */
  item(kind: Kind, place: number | null, isSlice: boolean): Kind {
    if (kind.k === 'union')
      return union(membersOf(withoutNone(kind)).map((member) => this.item(member, place, isSlice)));
    if (kind.k !== 'instance') return UNKNOWN;
    if (isProjectId(kind.cls) && this.#facts.classes.of(kind.cls).args['typing.NamedTuple'])
      return place === null ? UNKNOWN : this.unpacked(kind, place);
    if (isProjectId(kind.cls) || classEntry(kind.cls) === undefined)
      return this.called(this.attribute(kind, '__getitem__'));
    if (kind.cls !== 'builtins.tuple') return itemOf(kind, isSlice, this.#facts.target);
    if (isSlice) return UNKNOWN;
    return place === null ? elementOfTuple(kind) : elementAt(kind, place);
  }

  /** The possible values that are, or are not, instances of one of the classes. */
  narrowed(kind: Kind, classes: readonly Kind[], isOne: boolean): Kind {
    if (classes.length === 0) return kind;
    if (!isOne) {
      const others = membersOf(kind).filter(
        (member) => !classes.some((c) => this.#isOf(member, c)),
      );
      return union(others);
    }
    // Who asks whether it is a coroutine knows what may be there.
    if (classes.some((c) => c.k !== 'instance' || this.#isOf(ANY_COROUTINE, c))) return UNKNOWN;
    if (kind.k === 'unknown' || kind.k === 'variable') return union(classes);
    const kept = membersOf(kind).flatMap((member) => {
      if (member.k === 'none') return [];
      if (member.k !== 'instance' || !this.#isClosed(member)) return [UNKNOWN];
      if (classes.some((c) => this.#isOf(member, c))) return [member];
      return classes.filter((c) => this.#isOf(c, member));
    });
    return union(kept.length > 0 ? kept : classes);
  }

  #isOf(member: Kind, one: Kind): boolean {
    if (one.k !== 'instance') return member.k === one.k;
    const isOfProject = member.k === 'instance' && isProjectId(member.cls);
    const args = isOfProject
      ? this.#facts.classes.argumentsOf(member, one.cls)
      : asStandardBase(member, one.cls);
    return args !== undefined;
  }

  #isClosed(member: KindOf<'instance'>): boolean {
    return !isProjectId(member.cls) || this.#facts.classes.of(member.cls).complete;
  }

  /** Does an attribute give back what was put there: is it no property? */
  isStored(receiver: Kind, attr: string): boolean {
    const { classes } = this.#facts;
    return every(receiver, (member) => {
      if (member.k !== 'instance' || !isProjectId(member.cls)) return false;
      const { mro } = classes.of(member.cls);
      return mro.every((id) => !isProjectId(id) || !classes.hasMethod(id, attr));
    });
  }

  /** What an annotation says that the attribute holds, in the class or the nearest base that has one. */
  declared(receiver: Kind, attr: string): Kind {
    const { classes } = this.#facts;
    if (receiver.k !== 'instance' || !this.isStored(receiver, attr)) return UNKNOWN;
    const owner = classes
      .of(receiver.cls)
      .mro.find((id) => isProjectId(id) && classes.declares(id, attr));
    const own = owner === undefined ? undefined : classes.ownMember(owner, attr);
    return own === undefined ? UNKNOWN : classes.bound(own, receiver, owner!);
  }

  /** Is it a mistake to put a coroutine where a kind is declared? */
  refuses(declared: Kind, coroutine: Kind): boolean {
    return every(declared, (member) => {
      switch (member.k) {
        case 'none':
        case 'callable':
        case 'class':
        case 'type':
          return true;
        case 'variable':
          // What awaiting it would give is what is asked for.
          return keyOf(this.awaited(coroutine)) === keyOf(member);
        case 'instance':
          return this.#isPlain(member);
        default:
          return false;
      }
    });
  }

  /** Is an instance of the class certainly nothing that can be awaited, or that a coroutine may stand for? */
  #isPlain(kind: KindOf<'instance'>): boolean {
    const { classes, target } = this.#facts;
    if (this.#isOf(ANY_COROUTINE, kind) || GENERATORS.has(kind.cls)) return false;
    if (this.#isOf(kind, instance('typing.Awaitable'))) return false;
    const lacks = (name: string) => instanceMember(ANY_COROUTINE, name, target) === undefined;
    const isPlainStandard = (cls: string) => {
      const entry = classEntry(cls);
      if (entry === undefined || entry.hasUnknownBase) return false;
      return !entry.isProtocol || [...entry.ownNames()].some(lacks);
    };
    if (!isProjectId(kind.cls)) return isPlainStandard(kind.cls);
    const { mro, complete, isProtocol } = classes.of(kind.cls);
    return (
      complete &&
      mro.every((id) => isProjectId(id) || isPlainStandard(id)) &&
      (!isProtocol || mro.filter(isProjectId).some((id) => classes.namesIn(id).some(lacks)))
    );
  }

  /** The instance that an annotation naming `kind` describes. */
  instanceOf(kind: Kind, args: readonly Kind[]): Kind {
    if (kind.k === 'none') return NONE;
    if (kind.k === 'type') return kind.of.k === 'variable' ? kind.of : applied(kind.of, args);
    if (kind.k === 'known') return isClassName(kind.name) ? instance(kind.name) : UNKNOWN;
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

  #memberOfClass(receiver: KindOf<'class'>, attr: string): Kind {
    const { cls } = receiver;
    if (!isProjectId(cls)) {
      const entry = knownEntry(`${cls}.${attr}`);
      if (entry === undefined) return isInPackage(cls) ? untold(cls, attr) : UNKNOWN;
      const isClassMethod = entry.kind === 'function' && entry.isClassMethod;
      return kindOfEntry(entry, isClassMethod ? receiver : null);
    }
    const { classes } = this.#facts;
    const found =
      classes.lookUp(classes.of(cls).mro, attr, receiver) ?? classes.ofUnreadBase(cls, attr);
    // What the body of an enumeration binds becomes a member.
    const isPlain = ['unknown', 'function', 'class'].includes(found.k);
    return isPlain || !classes.derives(cls, 'enum.Enum') ? found : instance(cls);
  }
}

/** Something that is not told of a class of a package: only its name is known. */
function untold(owner: string, name: string): Kind {
  return { k: 'known', name: `${owner}.${name}` };
}

const ANY_COROUTINE: Kind = { k: 'coroutine', fn: null, of: null };

/** Their third type argument is what they return. */
const GENERATORS: ReadonlySet<string> = new Set(['typing.Generator', 'types.GeneratorType']);

/** What they give is said by their first type argument, whatever it is. */
const HELD_FIRST: ReadonlySet<string> = new Set(['types.GeneratorType']);

function elementAt(tuple: KindOf<'instance'>, place: number): Kind {
  const rest = tuple.args.findIndex(({ k }) => k === 'rest');
  if (rest >= 0 && (place < 0 || place >= rest)) return elementOfTuple(tuple);
  return tuple.args.at(place) ?? UNKNOWN;
}

/** An alias with type variables, `Response[int]`; those that are not told are unknown. */
function applied(alias: Kind, args: readonly Kind[]): Kind {
  const names = [...new Set(variablesIn(alias).map(({ name }) => name))];
  return substitute(alias, ({ name }) => args[names.indexOf(name)] ?? UNKNOWN);
}
