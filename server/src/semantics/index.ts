/**
 * Meaning, for rules: what an expression is, what a name stands for, what can follow what.
 * Everything answers from one web of queries (`facts.ts`), so what is unknown is said to be unknown.
 */
import type {
  Attribute,
  Call,
  Chunk,
  ClassDef,
  Expr,
  FunctionDef,
  Lambda,
  Name,
  Node,
  Span,
} from '../syntax/index.ts';
import type { Declared } from './declared.ts';
import type { TestedFlags } from './flags.ts';
import type { Flow } from './flow.ts';
import type { Kind } from './kinds.ts';
import type { Entrance, Question, Reached } from './reach.ts';
import type { Run } from './runs.ts';
import type { Binding, Scope } from './scopes.ts';
import type { InThread } from './threads.ts';
import type { PythonVersion } from './version.ts';

export { type BodyFacts, bodyFacts, isUnreadable } from './bodies.ts';
export { collectedBy, type Handed, handedBy, leavesUnread, runsInThread } from './callables.ts';
export type { Declared } from './declared.ts';
export { worksAlone } from './effects.ts';
export { Facts, type ProjectFile, type Silences } from './facts.ts';
export type { FileAccess } from './files.ts';
export { Flow, type FlowPoint, type LoopExits, truth } from './flow.ts';
export {
  advanceOf,
  type Cleanup,
  cleanupOf,
  generatorAround,
  holdsWait,
  isAsyncGenerator,
  leftSuspendedBy,
  steppedBy,
  waits,
  yieldsUnderCleanup,
} from './generators.ts';
export {
  addedTo,
  isAttributeNeverRead,
  isCollectionNeverRead,
  itemsFound,
  itemsOf,
  localReads,
  mayRead,
} from './held.ts';
export { isInstalled } from './installed.ts';
export * from './kinds.ts';
export { type EarlyExit, earlyExit, isRepeated } from './loops.ts';
export {
  chosenEnvironment,
  type Environments,
  environmentOf,
  type Folders,
  type FoundModule,
  type ModuleDoor,
  NO_ENVIRONMENT,
  projectDoor,
} from './modules.ts';
export { bothRun, isRerun } from './paths.ts';
export { someAt, suspends, suspendsAt } from './points.ts';
export { isTelling } from './presumption.ts';
export type { Project } from './project-names.ts';
export {
  type Entrance,
  functionOf,
  isUnavoidable,
  type Question,
  type Reached,
  setOffBy,
} from './reach.ts';
export { isMainGuard, type Run } from './runs.ts';
export { type Binding, type Scope, scopesOf } from './scopes.ts';
export { ChunkSemantics, FileSemantics } from './semantics.ts';
export { type ModuleTable, uidOf } from './table.ts';
export {
  type Handover,
  handoverAround,
  handoverOf,
  type InThread,
  OWN_LOOP,
  runBy,
} from './threads.ts';
export {
  atLeast,
  DEFAULT_TARGET,
  formatVersion,
  type PythonVersion,
  parseVersion,
} from './version.ts';

/** Where code runs: what decides whether `await` may stand there. */
export type Surroundings = 'coroutine' | 'function' | 'lambda' | 'class' | 'module' | 'notebook';

export interface Semantics {
  readonly path: string;
  readonly notebook: boolean;
  /** The Python that the code is meant for. */
  readonly target: PythonVersion;

  kindOf(expr: Expr): Kind;
  /** The kind of what a binding binds. */
  kindOfBinding(binding: Binding): Kind;
  /** What calling, or awaiting, a value of the kind gives. */
  called(kind: Kind): Kind;
  awaited(kind: Kind): Kind;
  /** A member of an instance, or of `super()`; undefined when it certainly has none of that name. */
  member(receiver: Kind, name: string): Kind | undefined;
  /**
   * What is declared for a place, when the coroutine can only be a mistake there: that of the expression
   * itself, or `coroutine`, which it may stand for.
   */
  misplaced(place: Expr, coroutine?: Expr): Declared | null;
  /** Is the class (an identifier) the class of that public name, or derived from it? */
  derives(cls: string, publicClass: string): boolean;
  /** Identifier of the property of the project that reading the attribute runs. */
  property(attribute: Attribute): string | undefined;
  /**
   * The public dotted name of what an expression denotes: `asyncio.create_task`, `time.sleep`,
   * `asyncio.AbstractEventLoop.create_task` for a method of a known receiver, `aiohttp.ClientSession` for
   * a package, read or not, an identifier with `::` for what the project defines. Undefined when not known.
   */
  resolve(expr: Expr): string | undefined;
  /** The parameters that a function of the project tests for their truth. */
  testedFlags(id: string): TestedFlags;
  /** The name that `resolve` gives to what has the identifier. */
  publicName(id: string): string;
  /** `resolve` of what is called. */
  callee(call: Call): string | undefined;

  surroundings(node: Node): Surroundings;
  /** The innermost function or lambda that runs the node. */
  functionAround(node: Node): FunctionDef | Lambda | null;
  /** The innermost class whose body, or a method of which, holds the node; its identifier. */
  classAround(node: Node): string | undefined;
  idOf(node: FunctionDef | ClassDef): string | undefined;
  scopeAround(node: Node): Scope;

  /** The variable's bindings that this use of a local name may see; null when it is not a local of a function. */
  reaching(name: Name): { readonly holder: Scope; readonly bindings: readonly Binding[] } | null;
  /** All the places of the chunk that read the local variable `name` of `scope`, closures included. */
  reads(name: string, scope: Scope): readonly Name[];
  /** Is the name read, or its attribute, in another chunk of the module? */
  isNameReadElsewhere(name: string): boolean;
  /** Is the name's value handed on in another chunk of the module, not just asked for an attribute? */
  isNameGivenElsewhere(name: string): boolean;
  /** Is the name read in another chunk of the module in the way that `is`, known as `key`, tells? */
  isNameUsedElsewhere(name: string, key: string, is: (use: Name) => boolean): boolean;
  isAttributeReadAnywhere(attr: string): boolean;
  isAttributeSetAnywhere(attr: string): boolean;
  /**
   * A yes-or-no fact about a function of the project, worked out where it is defined and kept with it.
   * `key` names the question; false when the function is not found, or on a cycle.
   */
  summary(
    id: string,
    key: string,
    decide: (fn: FunctionDef, inside: Semantics) => boolean,
  ): boolean;
  /**
   * The nearest thing that calling a function of the project leads to, at any depth, across files. Undefined
   * when there is none, or none near enough.
   */
  reach(entry: Entrance, question: Question): Reached | undefined;
  /**
   * Where, in a function that an answer goes through, the way goes on: to the next function (by its
   * identifier) or to what is reached. A span of the chunk that holds the function.
   */
  site(id: string, question: Question, to: string): Span | undefined;
  /** Does the file import the module, or something of it, anywhere? */
  fileImports(module: string): boolean;
  /** Identifiers of the functions of the file that call, or name, a function of the file. */
  callers(id: string): readonly string[];
  /** Is the function given as a callback to the loop, a task or a future of its file? */
  isLoopCallback(id: string): boolean;
  /** Does the user not want to be told of a rule, by its code, where the node starts? */
  isSilenced(node: Node, code: string): boolean;
  /**
   * How a function comes to run in another thread: its file hands it over, or only calls it from what it hands
   * over, and uses it in no other way. Undefined when that is not certain, or when that thread looks for a
   * loop of its own.
   */
  inThread(id: string): InThread | undefined;
  /** The coroutine functions that the file gives to `asyncio.run` and its like. */
  runs(): readonly Run[];

  /**
   * The same, but that a call of a method of something unknown gives a coroutine, when the whole project
   * only ever defines that name as a coroutine function.
   */
  readonly presuming: Semantics;
  /** Identifier of the first method of the project that has the name. */
  methodOfProject(name: string): string | undefined;

  flow(fn: FunctionDef): Flow | undefined;
  /** Can the node run: not after `return`, not under `if TYPE_CHECKING`, not in an overload? */
  isAlive(node: Node): boolean;
  /** The chunks of the notebook's cell that holds this one, in order; this one alone in a module. */
  cell(): readonly Semantics[];
  /** The source of a node of this chunk. */
  text(node: Node): string;
  readonly chunk: Chunk;
}
