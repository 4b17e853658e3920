/** Runs the rules: one walk a chunk, handlers dispatched by kind of node, results kept with the chunk. */
import type {
  Definition,
  FindingData,
  ForbiddenCall,
  Level,
  Report,
  Rule,
  RuleContext,
} from '../rules/rule.ts';
import {
  atLeast,
  ChunkSemantics,
  type Facts,
  type PythonVersion,
  type Query,
  uidOf,
} from '../semantics/index.ts';
import { type Chunk, lineAt, type Node, type NodeKind, type Span, walk } from '../syntax/index.ts';

/** A finding as its chunk knows it: offsets relative to the chunk, whose node it may name. */
export interface ChunkFinding {
  readonly rule: Rule;
  readonly level: Exclude<Level, 'off'>;
  readonly start: number;
  readonly end: number;
  readonly node: Node;
  readonly message: string;
  readonly related: readonly ChunkRelated[];
  readonly data: FindingData;
}

export interface ChunkRelated {
  /** A range of the same chunk, or a definition. */
  readonly at: Span | Definition;
  readonly message: string;
}

export interface RunOptions {
  readonly path: string;
  readonly notebook: boolean;
  readonly target: PythonVersion;
  readonly rules: RuleSet;
  /** English, for the maintainer. */
  readonly log: (message: string) => void;
}

let nextKey = 0;

/** Rules that run together, with their handlers by kind of node, and what the configuration tells them. */
export class RuleSet {
  readonly handlers: ReadonlyMap<NodeKind, readonly (readonly [Rule, Handler])[]>;
  /** A number of its own. */
  readonly key: number;

  constructor(
    rules: readonly Rule[],
    readonly forbiddenCalls: readonly ForbiddenCall[],
  ) {
    const handlers = new Map<NodeKind, (readonly [Rule, Handler])[]>();
    for (const rule of rules)
      for (const [kind, handler] of Object.entries(rule.handlers)) {
        const list = handlers.get(kind as NodeKind) ?? [];
        list.push([rule, handler as Handler]);
        handlers.set(kind as NodeKind, list);
      }
    this.handlers = handlers;
    this.key = nextKey++;
  }
}

interface Question extends Query<readonly ChunkFinding[]> {
  readonly target: PythonVersion;
  readonly rules: RuleSet;
}

type Handler = (node: Node, context: RuleContext) => void;

export class Runner {
  /** Chunks judged so far, for tests and figures. */
  judged = 0;
  readonly #failed = new Set<string>();
  readonly #questions = new WeakMap<Chunk, Question>();

  /** The findings of a chunk: kept as long as the chunk and all that was asked outside it are the same. */
  judge(facts: Facts, chunk: Chunk, options: RunOptions): readonly ChunkFinding[] {
    // Put once a chunk: a long file asks thousands at each key.
    let question = this.#questions.get(chunk);
    if (question?.target !== options.target || question.rules !== options.rules) {
      question = this.#question(facts, chunk, options);
      this.#questions.set(chunk, question);
    }
    return facts.database.get(question);
  }

  #question(facts: Facts, chunk: Chunk, options: RunOptions): Question {
    const { target, rules } = options;
    return {
      target,
      rules,
      key: `judge ${uidOf(chunk)} ${target.join('.')} ${rules.key}`,
      compute: () => this.#run(facts, chunk, options),
      fingerprint: (findings) => findings,
      fallback: [],
    };
  }

  #run(facts: Facts, chunk: Chunk, options: RunOptions): readonly ChunkFinding[] {
    this.judged++;
    const findings: ChunkFinding[] = [];
    const semantics = new ChunkSemantics(facts, options, chunk);
    let current: Rule;
    const { forbiddenCalls } = options.rules;
    const report = (said: Report) => {
      const finding = placed(current, said);
      // What cannot be read cannot be read, were it never run.
      const isSaid = isDamaged(chunk, finding.start)
        ? current.ofDamage
        : semantics.isAlive(said.at);
      if (isSaid) findings.push(finding);
    };
    const context: RuleContext = Object.assign(semantics, { forbiddenCalls, report });
    walk(chunk.body, (visited) => {
      const handlers = options.rules.handlers.get(visited.kind);
      if (handlers === undefined) return;
      for (const [rule, handler] of handlers) {
        if (rule.since !== undefined && !atLeast(options.target, rule.since)) continue;
        current = rule;
        try {
          handler(visited, context);
        } catch (error) {
          this.#fail(rule, error, options);
        }
      }
    });
    return oneAPlace(findings).sort((a, b) => a.start - b.start || a.end - b.end);
  }

  /** A rule that throws is logged once; the others go on. */
  #fail(rule: Rule, error: unknown, options: RunOptions): void {
    if (this.#failed.has(rule.code)) return;
    this.#failed.add(rule.code);
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    options.log(`rule ${rule.code} failed on ${options.path}: ${detail}`);
  }
}

/** Where two rules meet, the more specific one speaks. */
function oneAPlace(findings: readonly ChunkFinding[]): ChunkFinding[] {
  const byCode = new Map<string, ChunkFinding[]>();
  for (const finding of findings) {
    const same = byCode.get(finding.rule.code);
    if (same === undefined) byCode.set(finding.rule.code, [finding]);
    else same.push(finding);
  }
  const covered = new Map([...byCode].map(([code, same]) => [code, new Covered(same)]));
  return findings.filter(
    ({ rule, start, end }) =>
      !rule.yieldsTo?.some((code) => covered.get(code)?.meets(start, end) ?? false),
  );
}

/** The places of the findings of one rule. */
class Covered {
  readonly #starts: readonly number[];
  /** The furthest end among each finding and those before it. */
  readonly #ends: readonly number[];

  constructor(findings: readonly ChunkFinding[]) {
    const inOrder = [...findings].sort((a, b) => a.start - b.start);
    let furthest = 0;
    this.#starts = inOrder.map(({ start }) => start);
    this.#ends = inOrder.map(({ end }) => (furthest = Math.max(furthest, end)));
  }

  meets(start: number, end: number): boolean {
    const last = lineAt(this.#starts, end - 1);
    return this.#starts[last]! < end && this.#ends[last]! > start;
  }
}

function placed(rule: Rule, report: Report): ChunkFinding {
  return {
    rule,
    level: report.level ?? (rule.level === 'off' ? 'hint' : rule.level),
    start: report.span?.start ?? report.at.start,
    end: report.span?.end ?? report.at.end,
    node: report.at,
    message: report.message,
    related: (report.related ?? []).map(({ at, message }) => ({
      at: 'definition' in at ? at : { start: at.start, end: at.end },
      message,
    })),
    data: report.data ?? {},
  };
}

function isDamaged(chunk: Chunk, offset: number): boolean {
  return chunk.damaged.some((span) => span.start <= offset && offset < span.end);
}
