/** The repair of an `async def __init__`: a class method that makes the object, to be awaited. */
import { bodyFacts, instance, scopesOf } from '../semantics/index.ts';
import type { FunctionDef, Stmt } from '../syntax/index.ts';
import type { Edits } from './edits.ts';
import type { FixContext } from './rule.ts';

const NAME = 'creer';

/** Does the method do nothing but fill an object that can be made without it? */
export function canBecomeFactory(method: FunctionDef, context: FixContext): boolean {
  const cls = context.classAround(method);
  if (method.name !== '__init__' || cls === undefined || selfOf(method) === undefined) return false;
  const { returns, yields, isDamaged } = bodyFacts(method);
  const { mro, complete } = context.file.facts.classes.of(cls);
  return (
    // Bases may need arguments, and `super()` is another one in a class method.
    mro.length === 1 &&
    complete &&
    returns.length + yields.length === 0 &&
    !isDamaged &&
    !/\b(?:super|__class__)\b/.test(context.text(method)) &&
    context.member(instance(cls), NAME) === undefined
  );
}

/** `async def __init__(self)` → `@classmethod async def creer(cls)`, and the calls of the class that can await it. */
export function makeFactory(edits: Edits, method: FunctionDef): void {
  const self = selfOf(method)!;
  const first = method.body.find((statement) => !isDocstring(statement, method));
  if (first === undefined || !edits.standsAlone(first) || !edits.standsAlone(method)) {
    edits.abandon();
    return;
  }
  edits.insertBefore(method, `@classmethod\n${edits.indentOf(method)}`);
  edits.replaceRange(method, method.nameStart, method.nameEnd, NAME);
  edits.replaceRange(self, self.start, self.start + self.arg.length, 'cls');
  edits.insertLinesBefore(first, [`${self.arg} = cls()`]);
  edits.insertLinesAfter(method.body.at(-1)!, [`return ${self.arg}`]);
  awaitCalls(edits, edits.file.at(method).classAround(method)!);
}

function awaitCalls(edits: Edits, cls: string): void {
  const { file } = edits;
  const name = cls.slice(cls.lastIndexOf('::') + 2);
  for (const { chunk } of file.table.source.chunks) {
    const semantics = file.of(chunk);
    for (const read of scopesOf(chunk).nameReads.get(name) ?? []) {
      const call = read.parent;
      const kind = semantics.kindOf(read);
      if (call?.kind !== 'Call' || call.func !== read || kind.k !== 'class' || kind.cls !== cls)
        continue;
      const where = semantics.surroundings(call);
      if (where !== 'coroutine' && where !== 'notebook') continue;
      edits.insertAfter(read, `.${NAME}`);
      if (call.parent?.kind !== 'Await') edits.awaitExpr(call);
    }
  }
}

function selfOf({ args }: FunctionDef) {
  return args.posonlyargs[0] ?? args.args[0];
}

function isDocstring(statement: Stmt, { body }: FunctionDef): boolean {
  return statement === body[0] && statement.kind === 'Expr' && statement.value.kind === 'Constant';
}
