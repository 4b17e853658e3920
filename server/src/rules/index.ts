/** Every rule, in the order of codes. Adding one: two files and a line here. */

import { apiSupprimee } from './api-supprimee.ts';
import { appelAuLieuDeReference } from './appel-au-lieu-de-reference.ts';
import { appelDepuisUnAutreThread } from './appel-depuis-un-autre-thread.ts';
import { argsNommesInterdits } from './args-nommes-interdits.ts';
import { asyncAuLieuDAsyncio } from './async-au-lieu-d-asyncio.ts';
import { asyncForDeTrop } from './async-for-de-trop.ts';
import { asyncWithDeTrop } from './async-with-de-trop.ts';
import { awaitHorsCoroutine } from './await-hors-coroutine.ts';
import { awaitSurNonAwaitable } from './await-sur-non-awaitable.ts';
import { boucleImbriquee } from './boucle-imbriquee.ts';
import { coroutineAttendueDeuxFois } from './coroutine-attendue-deux-fois.ts';
import { coroutineJamaisAttendue } from './coroutine-jamais-attendue.ts';
import { coroutineOubliee } from './coroutine-oubliee.ts';
import { coroutinePrisePourUneValeur } from './coroutine-prise-pour-une-valeur.ts';
import { defManquantApresAsync } from './def-manquant-apres-async.ts';
import { exceptionJamaisRecuperee } from './exception-jamais-recuperee.ts';
import { forSansAsync } from './for-sans-async.ts';
import { gatherListeNonDepliee } from './gather-liste-non-depliee.ts';
import { generateurAsynchroneNonFerme } from './generateur-asynchrone-non-ferme.ts';
import { getEventLoop } from './get-event-loop.ts';
import { rappelAsynchrone } from './rappel-asynchrone.ts';
import type { Rule } from './rule.ts';
import { sommeilBloquant } from './sommeil-bloquant.ts';
import { tacheNonConservee } from './tache-non-conservee.ts';
import { waitSurCoroutines } from './wait-sur-coroutines.ts';
import { withSansAsync } from './with-sans-async.ts';

export const rules: readonly Rule[] = [
  coroutineJamaisAttendue,
  coroutineOubliee,
  coroutinePrisePourUneValeur,
  coroutineAttendueDeuxFois,
  awaitHorsCoroutine,
  awaitSurNonAwaitable,
  defManquantApresAsync,
  asyncAuLieuDAsyncio,
  rappelAsynchrone,
  appelAuLieuDeReference,
  argsNommesInterdits,
  sommeilBloquant,
  boucleImbriquee,
  tacheNonConservee,
  exceptionJamaisRecuperee,
  gatherListeNonDepliee,
  waitSurCoroutines,
  generateurAsynchroneNonFerme,
  withSansAsync,
  asyncWithDeTrop,
  forSansAsync,
  asyncForDeTrop,
  getEventLoop,
  apiSupprimee,
  appelDepuisUnAutreThread,
];

const byName = new Map(
  rules.flatMap((rule) => [[rule.code, rule] as const, [rule.slug, rule] as const]),
);

/** A rule by its code or its slug. */
export function ruleByCode(codeOrSlug: string): Rule | undefined {
  return byName.get(codeOrSlug);
}
