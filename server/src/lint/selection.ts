/** Which rules apply to a file, and how loudly. */
import type { Level, Rule } from '../rules/rule.ts';
import type { Configuration } from './configuration.ts';
import { compileGlob, type Matcher } from './glob.ts';
import { relativeTo } from './paths.ts';

/** What names a rule. */
export type RuleName = Pick<Rule, 'code' | 'slug'>;

/** A selector that names one rule. */
const EXACT = 100;

/**
 * How closely a selector (`ATT101`, a slug, `ATT1`, `ATT1xx`, `ALL`) names the rule: the more, the
 * closer; undefined when it does not.
 */
export function closeness(selector: string, rule: RuleName): number | undefined {
  const wanted = selector.trim().toUpperCase();
  if (wanted === rule.code || wanted === rule.slug.toUpperCase()) return EXACT;
  if (wanted === 'ALL') return 0;
  const prefix = /^(ATT\d*)(?:X*)$/.exec(wanted)?.[1];
  return prefix !== undefined && rule.code.startsWith(prefix) ? prefix.length : undefined;
}

/** Whether one of the selectors names the rule. */
export function names(selectors: readonly string[], rule: RuleName): boolean {
  return selectors.some((selector) => closeness(selector, rule) !== undefined);
}

/**
 * Whether the rule is to be heard in the file. Of `select` and `ignore` the closer selector wins,
 * `ignore` when they are as close. A rule that is off speaks when named alone or by `ALL`.
 */
export function isSelected(
  rule: RuleName & Pick<Rule, 'level'>,
  configuration: Configuration,
  path: string,
): boolean {
  const severity = closest(Object.keys(configuration.severity), rule);
  if (severity && configuration.severity[severity.selector] === 'off') return false;
  const isAskedFor = rule.level !== 'off' || severity?.closeness === EXACT;
  const selected = configuration.select
    ? closest(configuration.select, rule)?.closeness
    : isAskedFor
      ? 0
      : undefined;
  if (selected === undefined) return false;
  if (rule.level === 'off' && selected > 0 && selected < EXACT) return false;
  if ((closest(configuration.ignore, rule)?.closeness ?? -1) >= selected) return false;
  return !configuration.perFileIgnores.some(
    (ignores) =>
      names(ignores.selectors, rule) && matcherOf(ignores)(relativeTo(configuration.folder, path)),
  );
}

const matchers = new WeakMap<object, Matcher>();

/** Compiled once: it is asked for each rule, at each key. */
function matcherOf(ignores: { readonly glob: string }): Matcher {
  let matcher = matchers.get(ignores);
  if (matcher === undefined) matchers.set(ignores, (matcher = compileGlob(ignores.glob)));
  return matcher;
}

/** Is the rule named among what is not to be heard in the file? Not to be selected says nothing of it. */
export function isIgnored(rule: RuleName, configuration: Configuration, path: string): boolean {
  const isNamed = configuration.select !== undefined && names(configuration.select, rule);
  const heard = isNamed ? configuration : { ...configuration, select: undefined };
  return !isSelected({ ...rule, level: 'warning' }, heard, path);
}

/** The level to show: the configured one, else the finding's own. */
export function levelFor(
  rule: RuleName,
  own: Exclude<Level, 'off'>,
  configuration: Configuration,
): Exclude<Level, 'off'> {
  const severity = closest(Object.keys(configuration.severity), rule);
  const level = severity && configuration.severity[severity.selector];
  return level === undefined || level === 'off' ? own : level;
}

function closest(
  selectors: readonly string[],
  rule: RuleName,
): { readonly selector: string; readonly closeness: number } | undefined {
  let best: { selector: string; closeness: number } | undefined;
  for (const selector of selectors) {
    const own = closeness(selector, rule);
    if (own !== undefined && own >= (best?.closeness ?? 0)) best = { selector, closeness: own };
  }
  return best;
}
