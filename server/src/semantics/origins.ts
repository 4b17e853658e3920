/**
 * Where a value of unknown kind comes from. A parameter without annotation may be an object of the project;
 * what a package made that was not read certainly is none.
 */
import type { Call, Expr, FunctionDef } from '../syntax/index.ts';
import { bodyFacts } from './bodies.ts';
import { Evaluator } from './evaluator.ts';
import type { Facts } from './facts.ts';
import {
  isProjectId,
  type Kind,
  type KindOf,
  membersOf,
  settled,
  splitProjectId,
} from './kinds.ts';
import type { Binding, SelfAttribute } from './scopes.ts';
import type { InChunk } from './table.ts';

/** May what the expression denotes be an object of the project, as far as anything tells? */
export function mayBeOfProject(expr: Expr, evaluator: Evaluator): boolean {
  return new Search(evaluator).mayBe(expr);
}

/** Steps that a reader would follow. */
const MAX_STEPS = 40;

/** What these hold need not be what they are. */
const CONTAINERS: ReadonlySet<string> = new Set([
  'asyncio.queues.Queue',
  'builtins.dict',
  'builtins.list',
  'builtins.set',
  'builtins.tuple',
  'collections.defaultdict',
  'collections.deque',
  'collections.OrderedDict',
]);

class Search {
  readonly #seen = new Set<Expr>();

  constructor(private readonly evaluator: Evaluator) {}

  mayBe(expr: Expr): boolean {
    // What leads back to itself says nothing more.
    if (this.#seen.has(expr)) return true;
    this.#seen.add(expr);
    if (this.#seen.size > MAX_STEPS) return false;
    const kind = settled(this.evaluator.kindOf(expr));
    return kind.k === 'unknown' ? this.#mayUnknownBe(expr) : isOfProject(kind);
  }

  #mayUnknownBe(expr: Expr): boolean {
    switch (expr.kind) {
      case 'Name': {
        const { evaluator } = this;
        const local = evaluator.reaching(expr);
        return local === null
          ? mayGlobalBe(evaluator.path, expr.id, evaluator.facts)
          : local.bindings.every((binding) => this.mayBinding(binding));
      }
      case 'Attribute':
        return this.#every(expr.value, (kind) =>
          mayMemberBe(kind, expr.attr, this.evaluator.facts),
        );
      case 'Call':
        return this.#mayCallBe(expr);
      case 'Subscript':
        return this.#every(expr.value, isContainer);
      case 'Await':
      case 'NamedExpr':
        return this.mayBe(expr.value);
      case 'IfExp':
        return this.mayBe(expr.body) && this.mayBe(expr.orelse);
      case 'BoolOp':
        return expr.values.every((value) => this.mayBe(value));
      default:
        return false;
    }
  }

  #mayCallBe({ func, args }: Call): boolean {
    const [first] = args;
    return this.#every(func, (kind) => {
      if (kind.k !== 'function') return false;
      if (kind.fn === 'builtins.getattr') return first !== undefined && this.mayBe(first);
      if (isProjectId(kind.fn)) return mayResultBe(kind.fn, this.evaluator.facts);
      return kind.self !== null && isContainer(kind.self);
    });
  }

  /** What is asked of an expression of known kind; of one of unknown kind, whether it may be of the project. */
  #every(expr: Expr, holds: (kind: Kind) => boolean): boolean {
    const kind = settled(this.evaluator.kindOf(expr));
    if (kind.k === 'unknown') return this.mayBe(expr);
    return membersOf(kind).every((member) => member.k === 'none' || holds(member));
  }

  mayBinding({ origin }: Pick<Binding, 'origin'>): boolean {
    switch (origin.how) {
      case 'assign':
        return this.mayBe(origin.value);
      case 'annotated':
        return (
          this.#isAny(origin.annotation) && (origin.value === null || this.mayBe(origin.value))
        );
      case 'for':
        return this.#every(origin.iter, isContainer);
      case 'with':
        return this.mayBe(origin.item.context_expr);
      case 'parameter':
        return origin.arg.annotation === null || this.#isAny(origin.arg.annotation);
      case 'function':
        return this.#mayPropertyBe(origin.node);
      default:
        return false;
    }
  }

  #mayPropertyBe(node: FunctionDef): boolean {
    const { facts, path, chunk } = this.evaluator;
    const id = facts.idOf(path, chunk, node);
    return (
      id !== undefined && facts.functions.of(id)?.isProperty === true && mayResultBe(id, facts)
    );
  }

  /** Whoever annotates so says nothing. */
  #isAny(annotation: Expr): boolean {
    return this.evaluator.qualifiedName(annotation) === 'typing.Any';
  }
}

function isOfProject(kind: Kind): boolean {
  return membersOf(kind).every(
    (member) => member.k === 'none' || (member.k === 'instance' && isProjectId(member.cls)),
  );
}

function isContainer(kind: Kind): boolean {
  return kind.k === 'instance' && CONTAINERS.has(kind.cls);
}

function mayMemberBe(receiver: Kind, name: string, facts: Facts): boolean {
  switch (receiver.k) {
    case 'instance':
      return isProjectId(receiver.cls) && mayAttributeBe(receiver, name, facts);
    case 'module':
      return (
        receiver.name.endsWith('.py::') && mayGlobalBe(receiver.name.slice(0, -2), name, facts)
      );
    default:
      return false;
  }
}

/** An answer of its own: what stands in the functions that bind the attribute may change without it. */
function mayAttributeBe({ cls }: KindOf<'instance'>, name: string, facts: Facts): boolean {
  return facts.ask(
    `origin of attribute ${cls} ${name}`,
    () => {
      const { mro, complete } = facts.classes.of(cls);
      for (const id of mro) {
        const bindings = isProjectId(id) ? facts.classes.memberBindings(id, name) : [];
        if (bindings.length > 0) return mayAllBe(splitProjectId(id).path, bindings, facts);
      }
      return complete;
    },
    (answer) => answer,
    false,
  );
}

function mayGlobalBe(path: string, name: string, facts: Facts): boolean {
  return facts.ask(
    `origin of global ${path} ${name}`,
    () => {
      const bindings = facts.globalBindings(path, name);
      return bindings !== undefined && mayAllBe(path, bindings, facts);
    },
    (answer) => answer,
    false,
  );
}

function mayResultBe(id: string, facts: Facts): boolean {
  return facts.ask(
    `origin of result ${id}`,
    () => {
      const found = facts.functionNode(id);
      if (found === undefined || found.item.returns !== null) return false;
      const search = new Search(new Evaluator(facts, splitProjectId(id).path, found.chunk));
      const values = bodyFacts(found.item).returns.flatMap(({ value }) => value ?? []);
      return values.length > 0 && values.every((value) => search.mayBe(value));
    },
    (answer) => answer,
    false,
  );
}

function mayAllBe(
  path: string,
  bindings: readonly InChunk<Binding | SelfAttribute>[],
  facts: Facts,
): boolean {
  return bindings.every(({ chunk, item }) =>
    new Search(new Evaluator(facts, path, chunk)).mayBinding(item),
  );
}
