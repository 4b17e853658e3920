/** Small pieces of French. */
import type { Level } from '../lint/index.ts';

export const LEVEL_NAMES: Readonly<Record<Level, string>> = {
  error: 'erreur',
  warning: 'avertissement',
  information: 'information',
  hint: 'conseil',
  off: 'sur demande',
};

/** `1 erreur`, `2 erreurs`, `0 erreur`. */
export function count(n: number, singular: string, plural = `${singular}s`): string {
  return `${n} ${n >= 2 ? plural : singular}`;
}

/** `« texte »`, with no-break spaces. */
export function quoted(text: string): string {
  return `«\u00a0${text}\u00a0»`;
}
