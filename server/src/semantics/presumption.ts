/** Calls that surely give coroutines, though nobody says what receives them. */
import { isSyncCallableName } from '../knowledge/sync-names.ts';
import type { Call, Parameters } from '../syntax/index.ts';
import type { Evaluator } from './evaluator.ts';
import type { Facts } from './facts.ts';
import { isProjectId, type Kind, settled } from './kinds.ts';
import { mayBeOfProject } from './origins.ts';

/**
 * Is it the call of a method of something unknown, whose name stands for nothing but coroutine functions in
 * the whole project, and for no plain function elsewhere?
 */
export function isPresumedCoroutine(call: Call, evaluator: Evaluator): boolean {
  const { func } = call;
  if (func.kind !== 'Attribute' || !isTelling(func.attr)) return false;
  const { facts, path } = evaluator;
  const receiver = settled(evaluator.kindOf(func.value));
  const isOpen = receiver.k === 'unknown' || leavesToSubclasses(receiver, func.attr, facts);
  if (!isOpen) return false;
  const verdict = facts.names.around(path, func.attr);
  if (verdict === undefined || verdict.isOther || delegates(call, func.attr, evaluator))
    return false;
  if (!verdict.methods.some(([, methods]) => methods.some((each) => fits(call, each))))
    return false;
  if (receiver.k === 'unknown' && !mayBeOfProject(func.value, evaluator)) return false;
  // What is installed is looked at last: it is seldom needed.
  return facts.names
    .installedFor(path)
    .every((project) => facts.names.of(project, func.attr)?.isOther === false);
}

/** A name that tells a method of the project from those of the language and its library. */
export function isTelling(name: string): boolean {
  return !name.startsWith('__') && !isSyncCallableName(name);
}

/** A class that calls a method which it certainly does not have counts on those that derive from it. */
function leavesToSubclasses(receiver: Kind, name: string, facts: Facts): boolean {
  if (receiver.k !== 'instance' || !isProjectId(receiver.cls)) return false;
  return facts.values.member(receiver, name) === undefined;
}

/** A method that calls its namesake hands on to something else: often to what the class is a wrapper for. */
function delegates(call: Call, name: string, evaluator: Evaluator): boolean {
  const around = evaluator.functionAround(call);
  return around !== null && around.kind !== 'Lambda' && around.name === name;
}

/** Could it be the call of a function with these parameters? */
function fits({ args, keywords }: Call, parameters: Parameters): boolean {
  const isOpen = args.some(({ kind }) => kind === 'Starred');
  if (isOpen || keywords.some(({ arg }) => arg === null)) return true;
  const star = parameters.findIndex((parameter) => parameter.startsWith('*'));
  const positional = parameters
    .slice(0, star < 0 ? undefined : star)
    .filter((parameter) => parameter !== '/');
  const takesMore = star >= 0 && /^\*[^*]/.test(parameters[star]!);
  if (args.length > positional.length && !takesMore) return false;
  const byPosition = positional.slice(0, args.length);
  const left = parameters.filter(
    (parameter) => !/^[*/]/.test(parameter) && !byPosition.includes(parameter),
  );
  const names = new Set(keywords.map(({ arg }) => arg));
  const nameless = parameters.slice(0, parameters.indexOf('/') + 1);
  const named = left.filter((parameter) => !nameless.includes(parameter));
  const isGiven = (parameter: string) => named.includes(parameter) && names.has(parameter);
  const takesAnyName = parameters.some((parameter) => parameter.startsWith('**'));
  const known = new Set(named.map((parameter) => parameter.replace('=', '')));
  return (
    left.every((parameter) => parameter.endsWith('=') || isGiven(parameter)) &&
    (takesAnyName || [...names].every((name) => known.has(name!)))
  );
}
