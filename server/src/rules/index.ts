/** Every rule, in the order of codes. Adding one: two files and a line here. */

import { aliasTimeouterror } from './alias-timeouterror.ts';
import { annulationAvalee } from './annulation-avalee.ts';
import { annulationNonAttendue } from './annulation-non-attendue.ts';
import { apiSupprimee } from './api-supprimee.ts';
import { appelAuLieuDeReference } from './appel-au-lieu-de-reference.ts';
import { appelDepuisUnAutreThread } from './appel-depuis-un-autre-thread.ts';
import { appelInterditParConfiguration } from './appel-interdit-par-configuration.ts';
import { argsNommesInterdits } from './args-nommes-interdits.ts';
import { asCompletedNonAttendu } from './as-completed-non-attendu.ts';
import { asyncAuLieuDAsyncio } from './async-au-lieu-d-asyncio.ts';
import { asyncForDeTrop } from './async-for-de-trop.ts';
import { asyncInutile } from './async-inutile.ts';
import { asyncWithDeTrop } from './async-with-de-trop.ts';
import { attenteActive } from './attente-active.ts';
import { attenteSousAnnulation } from './attente-sous-annulation.ts';
import { attentesEnSerie } from './attentes-en-serie.ts';
import { awaitHorsCoroutine } from './await-hors-coroutine.ts';
import { awaitSurNonAwaitable } from './await-sur-non-awaitable.ts';
import { baseDeDonneesBloquante } from './base-de-donnees-bloquante.ts';
import { blocageIndirect } from './blocage-indirect.ts';
import { boucleDeTachesSansLimite } from './boucle-de-taches-sans-limite.ts';
import { boucleImbriquee } from './boucle-imbriquee.ts';
import { boucleJamaisArretee } from './boucle-jamais-arretee.ts';
import { boucleSansSuspension } from './boucle-sans-suspension.ts';
import { calculBloquant } from './calcul-bloquant.ts';
import { conditionSansVerrou } from './condition-sans-verrou.ts';
import { coroutineAttendueDeuxFois } from './coroutine-attendue-deux-fois.ts';
import { coroutineJamaisAttendue } from './coroutine-jamais-attendue.ts';
import { coroutineNonAppelee } from './coroutine-non-appelee.ts';
import { coroutineOubliee } from './coroutine-oubliee.ts';
import { coroutinePrisePourUneValeur } from './coroutine-prise-pour-une-valeur.ts';
import { coroutineSansDouteOubliee } from './coroutine-sans-doute-oubliee.ts';
import { defManquantApresAsync } from './def-manquant-apres-async.ts';
import { delaiSansSuspension } from './delai-sans-suspension.ts';
import { ecritureSansDrain } from './ecriture-sans-drain.ts';
import { ensureFuturePourUneCoroutine } from './ensure-future-pour-une-coroutine.ts';
import { exceptionJamaisRecuperee } from './exception-jamais-recuperee.ts';
import { fermetureNonAttendue } from './fermeture-non-attendue.ts';
import { fichierBloquant } from './fichier-bloquant.ts';
import { filePleineSansAttente } from './file-pleine-sans-attente.ts';
import { forSansAsync } from './for-sans-async.ts';
import { futurMalUtilise } from './futur-mal-utilise.ts';
import { gatherExceptionsIgnorees } from './gather-exceptions-ignorees.ts';
import { gatherListeNonDepliee } from './gather-liste-non-depliee.ts';
import { generateurAsynchroneNonFerme } from './generateur-asynchrone-non-ferme.ts';
import { generateurHorsBoucle } from './generateur-hors-boucle.ts';
import { generateurPartage } from './generateur-partage.ts';
import { getEventLoop } from './get-event-loop.ts';
import { groupeDExceptionsMalTraite } from './groupe-d-exceptions-mal-traite.ts';
import { httpBloquant } from './http-bloquant.ts';
import { injectionShell } from './injection-shell.ts';
import { instanciationDirecte } from './instanciation-directe.ts';
import { interblocageDeTubes } from './interblocage-de-tubes.ts';
import { interblocageInterThreads } from './interblocage-inter-threads.ts';
import { joinSansTaskDone } from './join-sans-task-done.ts';
import { journalisationReseau } from './journalisation-reseau.ts';
import { methodeSpecialeAsynchrone } from './methode-speciale-asynchrone.ts';
import { modeDebogageLaisse } from './mode-debogage-laisse.ts';
import { nomAsyncioInconnu } from './nom-asyncio-inconnu.ts';
import { parametreTimeout } from './parametre-timeout.ts';
import { primitiveLieeAUneAutreBoucle } from './primitive-liee-a-une-autre-boucle.ts';
import { processusNonAttendu } from './processus-non-attendu.ts';
import { rappelAsynchrone } from './rappel-asynchrone.ts';
import { reseauBloquant } from './reseau-bloquant.ts';
import { ressourceFermeeAvantLaTache } from './ressource-fermee-avant-la-tache.ts';
import { retourDeValeurDansGenerateurAsynchrone } from './retour-de-valeur-dans-generateur-asynchrone.ts';
import type { Rule } from './rule.ts';
import { runDansUnNotebook } from './run-dans-un-notebook.ts';
import { runRepete } from './run-repete.ts';
import { saisieBloquante } from './saisie-bloquante.ts';
import { sessionNonFermee } from './session-non-fermee.ts';
import { shieldSansReference } from './shield-sans-reference.ts';
import { signalSansBoucle } from './signal-sans-boucle.ts';
import { sommeilBloquant } from './sommeil-bloquant.ts';
import { sortieDansTaskgroup } from './sortie-dans-taskgroup.ts';
import { sousProcessusBloquant } from './sous-processus-bloquant.ts';
import { stopSousRunUntilComplete } from './stop-sous-run-until-complete.ts';
import { synchronisationDeThreads } from './synchronisation-de-threads.ts';
import { tacheAttendueAussitot } from './tache-attendue-aussitot.ts';
import { tacheNonConservee } from './tache-non-conservee.ts';
import { taskgroupPourUneTache } from './taskgroup-pour-une-tache.ts';
import { timeoutIntercepteTropTot } from './timeout-intercepte-trop-tot.ts';
import { verrouNonLibere } from './verrou-non-libere.ts';
import { waitForSurTachePartagee } from './wait-for-sur-tache-partagee.ts';
import { waitResultatIgnore } from './wait-resultat-ignore.ts';
import { waitSurCoroutines } from './wait-sur-coroutines.ts';
import { withSansAsync } from './with-sans-async.ts';
import { yieldDansUnGroupe } from './yield-dans-un-groupe.ts';
import { yieldFromDansCoroutine } from './yield-from-dans-coroutine.ts';
import { yieldSousContexte } from './yield-sous-contexte.ts';

export const rules: readonly Rule[] = [
  coroutineJamaisAttendue,
  coroutineOubliee,
  coroutinePrisePourUneValeur,
  coroutineAttendueDeuxFois,
  awaitHorsCoroutine,
  awaitSurNonAwaitable,
  defManquantApresAsync,
  asyncAuLieuDAsyncio,
  nomAsyncioInconnu,
  rappelAsynchrone,
  appelAuLieuDeReference,
  coroutineNonAppelee,
  yieldFromDansCoroutine,
  retourDeValeurDansGenerateurAsynchrone,
  methodeSpecialeAsynchrone,
  argsNommesInterdits,
  asyncInutile,
  coroutineSansDouteOubliee,
  sommeilBloquant,
  httpBloquant,
  sousProcessusBloquant,
  fichierBloquant,
  saisieBloquante,
  baseDeDonneesBloquante,
  reseauBloquant,
  synchronisationDeThreads,
  blocageIndirect,
  calculBloquant,
  boucleSansSuspension,
  attenteActive,
  boucleImbriquee,
  journalisationReseau,
  appelInterditParConfiguration,
  tacheNonConservee,
  exceptionJamaisRecuperee,
  gatherListeNonDepliee,
  waitSurCoroutines,
  waitResultatIgnore,
  gatherExceptionsIgnorees,
  tacheAttendueAussitot,
  attentesEnSerie,
  shieldSansReference,
  annulationAvalee,
  annulationNonAttendue,
  sortieDansTaskgroup,
  taskgroupPourUneTache,
  groupeDExceptionsMalTraite,
  ressourceFermeeAvantLaTache,
  timeoutIntercepteTropTot,
  delaiSansSuspension,
  asCompletedNonAttendu,
  aliasTimeouterror,
  parametreTimeout,
  waitForSurTachePartagee,
  attenteSousAnnulation,
  boucleDeTachesSansLimite,
  generateurAsynchroneNonFerme,
  generateurHorsBoucle,
  generateurPartage,
  withSansAsync,
  asyncWithDeTrop,
  forSansAsync,
  asyncForDeTrop,
  yieldDansUnGroupe,
  yieldSousContexte,
  verrouNonLibere,
  conditionSansVerrou,
  sessionNonFermee,
  getEventLoop,
  boucleJamaisArretee,
  apiSupprimee,
  ensureFuturePourUneCoroutine,
  appelDepuisUnAutreThread,
  interblocageInterThreads,
  runDansUnNotebook,
  instanciationDirecte,
  modeDebogageLaisse,
  primitiveLieeAUneAutreBoucle,
  runRepete,
  signalSansBoucle,
  stopSousRunUntilComplete,
  interblocageDeTubes,
  processusNonAttendu,
  injectionShell,
  ecritureSansDrain,
  fermetureNonAttendue,
  joinSansTaskDone,
  futurMalUtilise,
  filePleineSansAttente,
];

const byName = new Map(
  rules.flatMap((rule) => [[rule.code, rule] as const, [rule.slug, rule] as const]),
);

/** A rule by its code or its slug. */
export function ruleByCode(codeOrSlug: string): Rule | undefined {
  return byName.get(codeOrSlug);
}
