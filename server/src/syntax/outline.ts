import { Scanner } from './lexer.ts';

/** What an attribute of a name may be, as far as a text defines it. */
export interface Outlined {
  /** Parameters of the methods of that name whose calls give coroutines, `self` left out. */
  readonly methods: readonly Parameters[];
  /** Is it anything else, coroutine functions outside classes excepted? */
  readonly isOther: boolean;
}

/** As written, bare: `a`, `b=`, `/`, `*`, `*c`, `**d`. */
export type Parameters = readonly string[];

/** The names that a text defines, bar local variables, parameters and imports. */
export type Outline = ReadonlyMap<string, Outlined>;

/**
 * Reads what a text defines by its logical lines alone, without a tree: for files that are counted, not judged.
 * Where it cannot tell, a name is something else.
 * @param isMember the text stands in the body of a class
 */
export function outlineOf(text: string, isMember = false): Outline {
  return new Outliner(text, isMember).run();
}

interface Block {
  readonly column: number;
  readonly kind: 'class' | 'def';
  readonly name: string;
}

class Outliner {
  readonly #found = new Map<string, { methods: Parameters[]; isOther: boolean }>();
  readonly #blocks: Block[] = [];
  #decorators: string[] = [];

  constructor(
    private readonly text: string,
    isMember: boolean,
  ) {
    if (isMember) this.#blocks.push({ column: -1, kind: 'class', name: '' });
  }

  run(): Outline {
    const scanner = new Scanner(this.text);
    for (let line = scanner.next(); line !== null; line = scanner.next()) {
      const { column } = line.indent;
      while ((this.#blocks.at(-1)?.column ?? -1) >= column) this.#blocks.pop();
      const code = this.text.slice(line.first, line.last);
      if (line.word === '@') {
        this.#decorators.push(DECORATOR.exec(code)?.[1] ?? '');
        continue;
      }
      const definition = OPENING.has(line.word) ? DEFINITION.exec(code) : null;
      if (definition !== null) this.#open(column, code, definition);
      else this.#read(line.word, code);
      this.#decorators = [];
    }
    return this.#found;
  }

  #open(column: number, code: string, [, isAsync, word, name]: RegExpExecArray): void {
    const around = this.#blocks.at(-1)?.kind;
    this.#blocks.push({ column, kind: word === 'class' ? 'class' : 'def', name: name! });
    // The implementation follows.
    if (this.#decorators.includes('overload')) return;
    const isSure = this.#decorators.every((decorator) => HARMLESS.has(decorator));
    const outlined = this.#outlined(name!);
    // Its body may stand on the same line.
    const mayIterate = GIVES_ITERATOR.test(code) || /\byield\b/.test(code);
    if (isAsync === undefined || !isSure || mayIterate) outlined.isOther = true;
    else if (around === 'class') {
      const isBound = !this.#decorators.includes('staticmethod');
      outlined.methods.push(parametersOf(code).slice(isBound ? 1 : 0));
    }
  }

  #read(word: string, code: string): void {
    if (code.includes('yield') && /\byield\b/.test(code)) {
      const generator = this.#blocks.filter(({ kind }) => kind === 'def').at(-1);
      if (generator !== undefined) this.#outlined(generator.name).isOther = true;
    }
    if (KEYWORDS.has(word)) return;
    const isLocal = this.#blocks.at(-1)?.kind === 'def';
    if (isLocal && !(code.includes('.') && code.includes('='))) return;
    for (const target of targetsOf(code))
      for (const [, dot, name] of target.matchAll(BOUND))
        if (dot !== undefined || !isLocal) this.#outlined(name!).isOther = true;
  }

  #outlined(name: string) {
    let outlined = this.#found.get(name);
    if (outlined === undefined) {
      outlined = { methods: [], isOther: false };
      this.#found.set(name, outlined);
    }
    return outlined;
  }
}

const OPENING: ReadonlySet<string> = new Set(['async', 'def', 'class']);
const DEFINITION = /^(?:(async)\s+)?(def|class)\s+([\p{L}\p{N}_]+)/u;
const DECORATOR = /^@\s*(?:[\p{L}\p{N}_]+\.)*([\p{L}\p{N}_]+)$/u;
/** Without arguments, these leave what a call gives as it was. */
const HARMLESS: ReadonlySet<string> = new Set([
  'abstractmethod',
  'classmethod',
  'final',
  'override',
  'staticmethod',
]);
/** Declared so, it is often meant to be an asynchronous generator. */
const GIVES_ITERATOR = /->.*\bAsync(?:Iterator|Iterable|Generator)\b/s;

/** The last name of each target: `a.b` and `c` of `a.b, c`. */
const BOUND = /(\.\s*)?\b([\p{L}_][\p{L}\p{N}_]*)\s*(?=[,)\]]|$)/gu;
/** What a test puts in the place of a coroutine function. */
const ALSO_ASYNC = /^\s*(?:\w+\.)*AsyncMock\b/;

const KEYWORDS: ReadonlySet<string> = new Set(
  'assert async await break continue del elif else except finally for from global if import match nonlocal pass raise return try while with yield'.split(
    ' ',
  ),
);

/** The parameters of a definition, from its logical line. */
function parametersOf(code: string): string[] {
  const parameters: string[] = [];
  let depth = 0;
  let start = -1;
  for (const { index, 0: token } of code.matchAll(TOKEN)) {
    if (depth === 1 && (token === ',' || token === ')')) {
      const [, name, isOptional] = PARAMETER.exec(code.slice(start, index)) ?? [];
      if (name !== undefined) parameters.push(isOptional === undefined ? name : `${name}=`);
      start = index + 1;
    }
    if ('([{'.includes(token) && depth++ === 0) start = index + 1;
    if (')]}'.includes(token) && --depth === 0 && token === ')') break;
  }
  return parameters;
}

const TOKEN = /[()[\]{},]|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|#.*/g;
const PARAMETER = /^(?:\s|#.*|\\)*(\/|\*{0,2}[\p{L}\p{N}_]+|\*)[^=]*(=)?/u;

/** The targets of an assignment; none when the line assigns nothing. */
function targetsOf(code: string): string[] {
  const targets: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < code.length; i++) {
    const c = code[i]!;
    if (c === '(' || c === '[' || c === '{') depth++;
    else if (c === ')' || c === ']' || c === '}') depth--;
    else if (c === '"' || c === "'") break;
    else if (depth === 0 && c === ':') {
      if (targets.length === 0) targets.push(code.slice(start, i));
      break;
    } else if (depth === 0 && c === '=') {
      if (code[i + 1] === '=' || '<>!'.includes(code[i - 1] ?? '')) break;
      const target = code.slice(start, i).replace(/[-+*/%@&|^<>]+$/, '');
      if (!ALSO_ASYNC.test(code.slice(i + 1))) targets.push(target);
      start = i + 1;
    }
  }
  return targets;
}
