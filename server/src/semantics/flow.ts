/**
 * The flow graph of one function body (or of a chunk's top statements): which statement can follow
 * which. Rules ask it « on some path », « on every path », « inside a loop »; none walks blocks by hand.
 *
 * A node is a simple statement or the header of a compound one. Inside a `try`, any statement may jump
 * to the handlers; elsewhere only `raise` leaves abnormally. What follows a `finally` is joined over all
 * the ways of entering it, so the graph has at least the paths that Python has.
 */
import type {
  ExceptHandler,
  Expr,
  For,
  MatchCase,
  Node,
  Stmt,
  While,
  With,
} from '../syntax/index.ts';

export type FlowPoint = Stmt | ExceptHandler | MatchCase;

/** The ways out of a loop other than the end of its iterations. Points that never run are among them. */
export interface LoopExits {
  /** `return`, and the loop's own `break`. */
  readonly jumps: ReadonlySet<FlowPoint>;
  /** The points of the body whose exceptions no `except` within the loop catches. */
  readonly exposed: ReadonlySet<FlowPoint>;
}

interface FlowNode {
  readonly id: number;
  readonly point: FlowPoint | null;
  /** The loops whose bodies hold the point, innermost last. */
  readonly loops: readonly Loop[];
  /** How many `except` may catch what the point raises. */
  readonly catchers: number;
  readonly next: Set<number>;
  readonly previous: Set<number>;
}

const ENTRY = 0;
const EXIT = 1;
const RAISED = 2;
/** Deeper nesting than any program CPython compiles; beyond it there is no answer. */
const MAX_NESTING = 200;

export class Flow {
  readonly #nodes: FlowNode[] = [];
  readonly #ids = new Map<FlowPoint, number>();
  readonly #reachable: Set<number>;
  /** Can the end of the body be reached without `return`? */
  readonly fallsThrough: boolean;

  /** Undefined when the nesting is absurd: ask nothing, say nothing. */
  static of(body: readonly Stmt[]): Flow | undefined {
    try {
      return new Flow(body);
    } catch (error) {
      if (error instanceof TooDeep) return undefined;
      throw error;
    }
  }

  private constructor(body: readonly Stmt[]) {
    const context: Context = { loops: [], handlers: null, catchers: 0, finals: [], depth: 0 };
    for (let i = 0; i < 3; i++) this.#add(null, context);
    const ends = this.#block(body, new Set([ENTRY]), context);
    for (const end of ends) this.#link(end, EXIT);
    this.#reachable = this.#closure(
      [ENTRY],
      (node) => node.next,
      () => false,
    );
    this.fallsThrough = [...ends].some((end) => this.#reachable.has(end));
  }

  /** The flow point whose evaluation includes the node: its simple statement or compound header. */
  pointOf(node: Node): FlowPoint | undefined {
    for (let n: Node | null = node; n !== null; n = n.parent)
      if (this.#ids.has(n as FlowPoint)) return n as FlowPoint;
    return undefined;
  }

  isReachable(point: FlowPoint): boolean {
    const id = this.#ids.get(point);
    return id === undefined || this.#reachable.has(id);
  }

  /** Points that some path visits strictly after `from`, going no further than points where `stop` holds (they are included). */
  after(from: FlowPoint, stop: (point: FlowPoint) => boolean = () => false): Set<FlowPoint> {
    return this.#points(this.#from(from, 'next', stop));
  }

  /** The same, backwards. */
  before(from: FlowPoint, stop: (point: FlowPoint) => boolean = () => false): Set<FlowPoint> {
    return this.#points(this.#from(from, 'previous', stop));
  }

  /** Can the end of the body, or the point itself again, be reached after `from` without meeting a point where `met` holds? */
  canAvoid(
    from: FlowPoint,
    met: (point: FlowPoint) => boolean,
    exits: 'return' | 'any' = 'return',
  ): boolean {
    const seen = this.#from(from, 'next', met);
    return seen.has(EXIT) || (exits === 'any' && seen.has(RAISED));
  }

  /** Can the start of the body be reached backwards from `from` without meeting a point where `met` holds? */
  fromEntry(from: FlowPoint, met: (point: FlowPoint) => boolean): boolean {
    return this.#from(from, 'previous', met).has(ENTRY);
  }

  /** How the loop, which is in this graph, may be left early. */
  exitsOf(loop: For | While): LoopExits {
    const head = this.#ids.get(loop);
    const jumps = new Set<FlowPoint>();
    const exposed = new Set<FlowPoint>();
    for (const { point, loops, catchers } of this.#nodes) {
      const left = loops.find((around) => around.head === head);
      if (point === null || left === undefined) continue;
      if (point.kind === 'Return' || (point.kind === 'Break' && loops.at(-1) === left))
        jumps.add(point);
      if (catchers === left.catchers) exposed.add(point);
    }
    return { jumps, exposed };
  }

  #from(
    from: FlowPoint,
    direction: 'next' | 'previous',
    stop: (point: FlowPoint) => boolean,
  ): Set<number> {
    const id = this.#ids.get(from);
    if (id === undefined) return new Set();
    const start = [...this.#nodes[id]![direction]];
    return this.#closure(
      start,
      (node) => node[direction],
      (node) => node.point !== null && stop(node.point),
    );
  }

  #closure(
    start: Iterable<number>,
    next: (node: FlowNode) => Iterable<number>,
    stop: (node: FlowNode) => boolean,
  ): Set<number> {
    const seen = new Set<number>(start);
    // A set is gone through with what is added on the way: the nearest first.
    for (const at of seen) {
      const node = this.#nodes[at]!;
      if (stop(node)) continue;
      for (const id of next(node)) seen.add(id);
    }
    return seen;
  }

  #points(ids: Iterable<number>): Set<FlowPoint> {
    const points = new Set<FlowPoint>();
    for (const id of ids) {
      const { point } = this.#nodes[id]!;
      if (point !== null) points.add(point);
    }
    return points;
  }

  #add(point: FlowPoint | null, { loops, catchers }: Context): number {
    const id = this.#nodes.length;
    this.#nodes.push({ id, point, loops, catchers, next: new Set(), previous: new Set() });
    if (point !== null) this.#ids.set(point, id);
    return id;
  }

  #link(from: number, to: number): void {
    this.#nodes[from]!.next.add(to);
    this.#nodes[to]!.previous.add(from);
  }

  #step(point: FlowPoint, from: ReadonlySet<number>, context: Context): number {
    const id = this.#add(point, context);
    for (const previous of from) this.#link(previous, id);
    // Inside a `try`, what is about to run, or has just run, may jump to the handlers.
    if (context.handlers !== null) {
      for (const previous of from) context.handlers.add(previous);
      context.handlers.add(id);
    }
    return id;
  }

  #block(body: readonly Stmt[], from: ReadonlySet<number>, context: Context): Set<number> {
    let ends = new Set(from);
    for (const statement of body) ends = this.#statement(statement, ends, context);
    return ends;
  }

  #statement(statement: Stmt, from: ReadonlySet<number>, outer: Context): Set<number> {
    const context = { ...outer, depth: outer.depth + 1 };
    if (context.depth > MAX_NESTING) throw new TooDeep();
    switch (statement.kind) {
      case 'Return':
        this.#jump(this.#step(statement, from, context), EXIT, context);
        return new Set();
      case 'Raise': {
        const id = this.#step(statement, from, context);
        if (context.handlers === null) this.#jump(id, RAISED, context);
        return new Set();
      }
      case 'Break':
      case 'Continue': {
        const id = this.#step(statement, from, context);
        const loop = context.loops.at(-1);
        if (loop !== undefined) {
          const ways = statement.kind === 'Continue' ? loop.continues : loop.breaks;
          this.#leaveTurn(id, loop, ways, context);
        }
        return new Set();
      }
      case 'If':
        return this.#if(statement, from, context);
      case 'While':
      case 'For':
      case 'AsyncFor': {
        const head = this.#step(statement, from, context);
        const loop: Loop = {
          head,
          continues: new Set(),
          breaks: new Set(),
          finals: context.finals.length,
          catchers: context.catchers,
        };
        const inner = { ...context, loops: [...context.loops, loop] };
        const turns = this.#block(statement.body, new Set([head]), inner);
        for (const end of loop.continues) turns.add(end);
        for (const end of turns) this.#link(end, head);
        const endless = statement.kind === 'While' && truth(statement.test) === true;
        // What is gone through for certain is left after its last turn, not before the first.
        const last = statement.kind === 'For' && isFilled(statement.iter) ? turns : new Set([head]);
        const ends = endless ? new Set<number>() : this.#block(statement.orelse, last, context);
        for (const end of loop.breaks) ends.add(end);
        return ends;
      }
      case 'With':
      case 'AsyncWith': {
        const head = this.#step(statement, from, context);
        const swallowed = mayswallow(statement) ? new Set<number>() : null;
        const inner = swallowed === null ? context : { ...context, handlers: swallowed };
        const ends = this.#block(statement.body, new Set([head]), inner);
        for (const id of swallowed ?? []) {
          ends.add(id);
          context.handlers?.add(id);
        }
        return ends;
      }
      case 'Match': {
        const head = this.#step(statement, from, context);
        const ends = new Set<number>();
        let unmatched = new Set([head]);
        for (const matchCase of statement.cases) {
          const id = this.#step(matchCase, unmatched, context);
          for (const end of this.#block(matchCase.body, new Set([id]), context)) ends.add(end);
          const irrefutable =
            matchCase.guard === null &&
            matchCase.pattern.kind === 'MatchAs' &&
            matchCase.pattern.pattern === null;
          unmatched = irrefutable ? new Set() : new Set([id]);
        }
        for (const end of unmatched) ends.add(end);
        return ends;
      }
      case 'Try':
      case 'TryStar':
        return this.#try(statement, from, context);
      case 'ErrorStmt':
        return this.#block(
          statement.parts,
          new Set([this.#step(statement, from, context)]),
          context,
        );
      default:
        return new Set([this.#step(statement, from, context)]);
    }
  }

  /** `elif` is an `If` alone in `orelse`: followed in a loop, for chains of thousands. */
  #if(
    statement: Extract<Stmt, { kind: 'If' }>,
    from: ReadonlySet<number>,
    context: Context,
  ): Set<number> {
    const ends = new Set<number>();
    let current = statement;
    let incoming: ReadonlySet<number> = from;
    for (;;) {
      const head = this.#step(current, incoming, context);
      const value = truth(current.test);
      if (value === false) this.#block(current.body, new Set(), context);
      else for (const end of this.#block(current.body, new Set([head]), context)) ends.add(end);
      const otherwise: Set<number> = value === true ? new Set() : new Set([head]);
      const [only] = current.orelse;
      if (current.orelse.length === 1 && only!.kind === 'If') {
        current = only;
        incoming = otherwise;
        continue;
      }
      for (const end of this.#block(current.orelse, otherwise, context)) ends.add(end);
      return ends;
    }
  }

  #try(
    statement: Extract<Stmt, { kind: 'Try' | 'TryStar' }>,
    from: ReadonlySet<number>,
    outer: Context,
  ): Set<number> {
    const final: Final | null =
      statement.finalbody.length > 0 ? { entries: new Set(), jumps: [] } : null;
    const context = final === null ? outer : { ...outer, finals: [...outer.finals, final] };
    // Without `except`, an exception goes straight to `finally`, and on.
    const raised = new Set<number>();
    const catching = statement.handlers.length > 0;
    // The marker makes « before the first statement » a place to jump from.
    const head = this.#step(statement, from, context);
    const bodyEnds = this.#block(statement.body, new Set([head]), {
      ...context,
      handlers: raised,
      catchers: context.catchers + (catching ? 1 : 0),
    });
    let ends = this.#block(statement.orelse, bodyEnds, withFinal(context, final));
    if (catching) {
      for (const handler of statement.handlers) {
        const id = this.#step(handler, raised, withFinal(context, final));
        for (const end of this.#block(handler.body, new Set([id]), withFinal(context, final)))
          ends.add(end);
      }
    }
    // What no handler catches goes on outwards.
    if (final === null) {
      for (const id of raised) outer.handlers?.add(id);
      return ends;
    }
    const entries = new Set(ends);
    for (const id of raised) entries.add(id);
    for (const id of final.entries) entries.add(id);
    ends = this.#block(statement.finalbody, entries, outer);
    for (const end of ends) {
      for (const jump of final.jumps) jump(end);
      outer.handlers?.add(end);
      if (outer.handlers === null) this.#link(end, RAISED);
    }
    return ends;
  }

  /** Leaves through the `finally` blocks, innermost first. */
  #jump(id: number, target: number, context: Context): void {
    const final = context.finals.at(-1);
    if (final === undefined) {
      this.#link(id, target);
      return;
    }
    final.entries.add(id);
    const outer = { ...context, finals: context.finals.slice(0, -1) };
    final.jumps.push((end) => this.#jump(end, target, outer));
  }

  /** The same for `break` and `continue`, up to the loop. */
  #leaveTurn(id: number, loop: Loop, ways: Set<number>, context: Context): void {
    const final = context.finals.at(-1);
    if (final === undefined || context.finals.length <= loop.finals) {
      ways.add(id);
      return;
    }
    final.entries.add(id);
    const outer = { ...context, finals: context.finals.slice(0, -1) };
    final.jumps.push((end) => this.#leaveTurn(end, loop, ways, outer));
  }
}

/** The constant truth of a test, if it has one. `TYPE_CHECKING` is false at run time. */
export function truth(test: Expr): boolean | undefined {
  if (test.kind === 'Constant') {
    if (test.type === 'bool') return test.value === 'True';
    if (test.type === 'int') return !/^0[xob]?[0_]*$/i.test(test.value ?? '0');
    if (test.type === 'None') return false;
    return undefined;
  }
  if (test.kind === 'Name' && (test.id === 'TYPE_CHECKING' || test.id === '__debug__'))
    return test.id === '__debug__';
  if (test.kind === 'Attribute' && test.attr === 'TYPE_CHECKING') return false;
  if (test.kind === 'UnaryOp' && test.op === 'not') {
    const inner = truth(test.operand);
    return inner === undefined ? undefined : !inner;
  }
  // `if False and f():` is a way of taking code out.
  if (test.kind === 'BoolOp') {
    const deciding = test.op === 'or';
    const values = test.values.map(truth);
    if (values.includes(deciding)) return deciding;
    return values.includes(undefined) ? undefined : !deciding;
  }
  return undefined;
}

/** Does it hold something for certain, as a literal does that is not empty, or `range(3)`? */
function isFilled(iter: Expr): boolean {
  switch (iter.kind) {
    case 'Tuple':
    case 'List':
    case 'Set':
      return iter.elts.some((one) => one.kind !== 'Starred' || isFilled(one.value));
    case 'Dict':
      return iter.keys.some((key, at) => key !== null || isFilled(iter.values[at]!));
    case 'Call': {
      const [count, ...others] = iter.args;
      const isRange = iter.func.kind === 'Name' && iter.func.id === 'range';
      return isRange && others.length === 0 && count?.kind === 'Constant' && truth(count) === true;
    }
    default:
      return false;
  }
}

interface Loop {
  readonly head: number;
  readonly continues: Set<number>;
  readonly breaks: Set<number>;
  /** How many `finally` blocks stood around the loop. */
  readonly finals: number;
  /** How many `except` stood around it. */
  readonly catchers: number;
}

interface Final {
  readonly entries: Set<number>;
  readonly jumps: ((end: number) => void)[];
}

interface Context {
  readonly loops: readonly Loop[];
  /** Collects the points from which an exception may go to the innermost handlers. */
  readonly handlers: Set<number> | null;
  /** How many `except` may catch what is raised here. */
  readonly catchers: number;
  readonly finals: readonly Final[];
  readonly depth: number;
}

class TooDeep extends Error {}

/** Handlers and `else` are no longer under their own `except`, but still under their `finally`. */
function withFinal(context: Context, final: Final | null): Context {
  return final === null ? context : { ...context, handlers: final.entries };
}

/** `suppress(…)` and its like end the block early without an exception. */
function mayswallow(statement: With): boolean {
  return statement.items.some(({ context_expr: e }) => {
    const callee = e.kind === 'Call' ? e.func : e;
    const name =
      callee.kind === 'Attribute' ? callee.attr : callee.kind === 'Name' ? callee.id : '';
    return name === 'suppress' || name === 'raises' || name === 'move_on_after';
  });
}
