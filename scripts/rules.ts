/** What the documentation says of every rule, besides its page. */

import type { Level, Rule } from '../server/src/rules/rule.ts';

export const LEVELS: Record<Level, string> = {
  error: 'erreur',
  warning: 'avertissement',
  information: 'information',
  hint: 'conseil',
  off: 'sur demande',
};

/** By the first digit of the codes. */
export const FAMILIES: Readonly<Record<string, string>> = {
  1: 'Attendre\u00a0: coroutines et awaitables',
  2: 'Ne pas bloquer la boucle',
  3: 'Tâches, attente groupée, annulation, délais',
  4: 'Générateurs, itérateurs et contextes asynchrones',
  5: 'Boucle d’évènements, threads, cycle de vie',
  6: 'Sous-processus, flux, files d’attente, futurs',
};

export function familyOf({ code }: Rule): string {
  return FAMILIES[code[3]!]!;
}

/** The page's title, fit for a cell of a table. */
export function titleOf({ page }: Rule): string {
  return page.slice(2, page.indexOf('\n')).trim().replaceAll('|', '\\|');
}

/** Whose code it is, by its form; the longest-lived owner where several tools share it. */
export function toolOf(peer: string): string {
  return TOOLS.find(([form]) => form.test(peer))![1];
}

const TOOLS: readonly (readonly [RegExp, string])[] = [
  [/^ASYNC\d+T$/, 'ty-async'],
  [/^ASYNC\d/, 'flake8-async, Ruff'],
  [/^(?:RUF|UP|PLE|PLW|F)\d|^S\d{3}$/, 'Ruff'],
  [/^S\d/, 'Sonar'],
  [/^[EWRC]\d{4}$/, 'Pylint'],
  [/^report[A-Z]/, 'Pyright'],
  [/^EVL\d/, 'evloop-lint'],
  [/^CH\d/, 'codehound'],
  [/^PyAsyncCall$/, 'PyCharm'],
  [/^1001$/, 'Pyre'],
  [/^missing_await$/, 'pyanalyze'],
  [/^sync-sleep-in-async-code$/, 'Semgrep'],
  [/./, 'mypy et autres'],
];
