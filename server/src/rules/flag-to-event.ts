/** The repair that makes an event of a flag that others look at again and again. */
import type { FileSemantics } from '../semantics/index.ts';
import {
  type Assign,
  type Attribute,
  type FunctionDef,
  type Node,
  type While,
  walk,
} from '../syntax/index.ts';
import type { Edits } from './edits.ts';
import type { FixContext } from './rule.ts';

/** `self.pret = False` becomes an event, which is set, cleared and asked where the flag was. */
export function turnIntoEvent(
  edits: Edits,
  flag: Attribute,
  loop: While,
  context: FixContext,
): void {
  const { file } = context;
  const uses = attributesNamed(flag.attr, file);
  const initial = uses.filter((use) => storedIn(use) !== null && isInInit(use, file));
  const cls = context.classAround(flag);
  const isOwn = uses.every(
    (use) =>
      use.value.kind === 'Name' && use.value.id === 'self' && file.at(use).classAround(use) === cls,
  );
  if (
    context.text(flag.value) !== 'self' ||
    !isOwn ||
    initial.length !== 1 ||
    context.text(loop).includes('#')
  ) {
    edits.abandon();
    return;
  }
  edits.replace(loop, `await self.${flag.attr}.wait()`);
  for (const use of uses) {
    if (loop.start <= use.start && use.end <= loop.end && file.at(use).chunk === context.chunk)
      continue;
    const stored = storedIn(use);
    if (stored === null) {
      if (isTarget(use)) edits.abandon();
      edits.insertAfter(use, '.is_set()');
    } else if (use === initial[0]) {
      if (stored.value) edits.abandon();
      edits.replace(stored.assign.value, `${edits.name('asyncio', 'Event', use)}()`);
    } else edits.replace(stored.assign, `self.${flag.attr}.${stored.value ? 'set' : 'clear'}()`);
  }
}

function attributesNamed(attr: string, file: FileSemantics): readonly Attribute[] {
  const found: Attribute[] = [];
  for (const { chunk } of file.table.source.chunks)
    walk(chunk.body, (node) => {
      if (node.kind === 'Attribute' && node.attr === attr) found.push(node);
    });
  return found;
}

/** The assignment `use = True`, or `False`. */
function storedIn(use: Attribute): { readonly assign: Assign; readonly value: boolean } | null {
  const assign = use.parent;
  if (assign?.kind !== 'Assign' || assign.targets.length !== 1 || assign.targets[0] !== use)
    return null;
  const { value } = assign;
  return value.kind === 'Constant' && value.type === 'bool'
    ? { assign, value: value.value === 'True' }
    : null;
}

/** Is it bound, deleted or changed there in some other way? */
function isTarget(use: Attribute): boolean {
  const { parent } = use;
  switch (parent?.kind) {
    case 'Assign':
      return parent.targets.includes(use);
    case 'AnnAssign':
    case 'AugAssign':
    case 'For':
    case 'AsyncFor':
      return parent.target === use;
    case 'Delete':
    case 'Tuple':
    case 'withitem':
    case 'Attribute':
      return true;
    default:
      return false;
  }
}

function isInInit(use: Node, file: FileSemantics): boolean {
  const fn = file.at(use).functionAround(use);
  return fn !== null && (fn as FunctionDef).name === '__init__';
}
