/**
 * What becomes of a value once a variable, an attribute or a collection holds it: the first question of
 * every rule on things kept and forgotten.
 */
import type { Attribute, Call, Expr, Name } from '../syntax/index.ts';
import type { Semantics } from './index.ts';
import type { Binding } from './scopes.ts';

/**
 * All the reads of the variable that `target` binds, whichever binding they see (`mayRead` tells). Null
 * when code that is not seen here may read it too; in a notebook, a cell's own variables are seen.
 */
export function localReads(target: Name, semantics: Semantics): readonly Name[] | null {
  const scope = semantics.scopeAround(target);
  if (scope.kind !== 'function' && !(semantics.notebook && scope.kind === 'module')) return null;
  if (scope.globals.has(target.id) || scope.nonlocals.has(target.id)) return null;
  if (scope.kind === 'module' && semantics.isNameReadElsewhere(target.id)) return null;
  // What cannot be read may read it.
  const { text, damaged } = semantics.chunk;
  if (damaged.some(({ start, end }) => text.slice(start, end).includes(target.id))) return null;
  // These see every name.
  if (/\b(?:locals|vars|eval|exec|globals)\(/.test(text)) return null;
  return semantics.reads(target.id, scope);
}

/** Is a name bound by `target` read by `use`, on some path? */
export function mayRead(use: Name, target: Name, semantics: Semantics): boolean {
  const reaching = semantics.reaching(use);
  return reaching === null || reaching.bindings.some((binding) => binding.node === target);
}

/** `self._x`, where nothing in the module ever reads an attribute `_x`. */
export function isAttributeNeverRead(target: Attribute, semantics: Semantics): boolean {
  if (target.value.kind !== 'Name' || semantics.classAround(target) === undefined) return false;
  // A public attribute may be read from any other module.
  if (!target.attr.startsWith('_') || target.attr.startsWith('__')) return false;
  return (
    !semantics.isAttributeReadAnywhere(target.attr) &&
    !semantics.isAttributeReadAnywhere('__dict__') &&
    !/\b(?:getattr|vars)\(/.test(semantics.chunk.text) &&
    !semantics.isNameReadElsewhere('getattr') &&
    !semantics.isNameReadElsewhere('vars')
  );
}

/** Does the variable hold a collection made here, whose items nothing ever looks at, `except` apart? */
export function isCollectionNeverRead(
  name: Name,
  semantics: Semantics,
  except: (use: Name) => boolean = () => false,
): boolean {
  const bindings = semantics.scopeAround(name).bindings.get(name.id) ?? [];
  return (
    bindings.length === 1 &&
    isFreshCollection(bindings[0]!) &&
    (localReads(name, semantics)?.every((use) => except(use) || looksAtNoItem(use)) ?? false)
  );
}

/** Bound by `taches = []`, not to a collection that others know. */
export function isFreshCollection({ node, origin }: Binding): boolean {
  const { parent } = node;
  const isAlone =
    parent?.kind === 'AnnAssign' || (parent?.kind === 'Assign' && parent.targets.length === 1);
  const value = origin.how === 'assign' || origin.how === 'annotated' ? origin.value : null;
  if (!isAlone || value === null) return false;
  if (value.kind !== 'Call') return itemsOf(value)[0] !== value;
  const { func, args } = value;
  return func.kind === 'Name' && (func.id === 'list' || func.id === 'set') && args.length === 0;
}

/** A use such as `taches.append(…)`, `len(taches)`. */
function looksAtNoItem(use: Name): boolean {
  const { parent } = use;
  if (parent?.kind === 'Expr') return true;
  if (parent?.kind === 'Call')
    return parent.func.kind === 'Name' && parent.func.id === 'len' && parent.args.length === 1;
  const call = parent?.parent;
  return call?.kind === 'Call' && addedTo(call) === use && call.parent?.kind === 'Expr';
}

/** The expressions whose values a value holds: the items of a collection written out, else itself. */
export function itemsOf(value: Expr): readonly Expr[] {
  switch (value.kind) {
    case 'List':
    case 'Tuple':
    case 'Set':
      return value.elts;
    case 'ListComp':
    case 'SetComp':
      return [value.elt];
    case 'Dict':
      return value.values;
    case 'DictComp':
      return [value.value];
    default:
      return [value];
  }
}

/**
 * What a use of a local name may find in the collection that it holds: items written where the collection is
 * made, and those that `append` or `add` put into it before. There may be others.
 */
export function itemsFound(use: Name, semantics: Semantics): readonly Expr[] {
  const fn = semantics.functionAround(use);
  const { holder, bindings } = semantics.reaching(use) ?? { holder: null, bindings: [] };
  if (holder === null || fn === null || fn.kind === 'Lambda' || holder.node !== fn) return [];
  const flow = semantics.flow(fn);
  const here = flow?.pointOf(use);
  if (flow === undefined || here === undefined) return [];
  const written = bindings.flatMap(({ origin }) => {
    const isWhole = origin.how === 'annotated' || (origin.how === 'assign' && !origin.path.length);
    return isWhole && origin.value !== null ? itemsOf(origin.value) : [];
  });
  const added = semantics.reads(use.id, holder).flatMap((read) => {
    const call = read.parent?.parent;
    if (call?.kind !== 'Call' || addedTo(call) !== read || call.args.length !== 1) return [];
    const from = semantics.functionAround(call) === fn ? flow.pointOf(call) : undefined;
    const isSame = bindings.some(({ node }) => mayRead(read, node as Name, semantics));
    return from !== undefined && isSame && flow.after(from).has(here) ? call.args : [];
  });
  return [...written, ...added];
}

/** The variable whose collection a call adds to: `taches` of `taches.append(…)`, `taches.add(…)`. */
export function addedTo({ func }: Call): Name | null {
  const adds = func.kind === 'Attribute' && (func.attr === 'append' || func.attr === 'add');
  return adds && func.value.kind === 'Name' ? func.value : null;
}
