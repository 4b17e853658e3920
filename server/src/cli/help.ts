/** `attendu --help`. Lines fit in 80 columns. */
export const HELP = `Attendu trouve dans du code Python les erreurs liées à asyncio, les explique et
les corrige.

Usage\u00a0:
  attendu check [options] [CHEMIN…]   vérifier des fichiers et des dossiers (par
                                      défaut le dossier courant) ou, avec -,
                                      l’entrée standard
  attendu rule [RÈGLE]                lire la page d’une règle (ATT101 ou son
                                      nom), ou la liste des règles
  attendu --version                   afficher la version
  attendu --help                      afficher cette aide

Options de check\u00a0:
  --select LISTE           seulement ces règles, séparées par des virgules\u00a0:
                           ATT101, coroutine-jamais-attendue, ATT1 (toute la
                           famille), ALL
  --ignore LISTE           sans ces règles
  --target-version X.Y     version de Python visée (par défaut celle du projet)
  --config FICHIER         ce fichier de configuration, et nul autre
  --python CHEMIN          interpréteur Python du projet, ou dossier de son
                           environnement (par défaut .venv, venv, puis celui qui
                           est activé dans le terminal)
  --fix                    appliquer les corrections sûres (avec -, le texte
                           corrigé va sur la sortie standard)
  --diff                   montrer ce que --fix changerait, sans rien écrire
  --format text|json       forme des résultats
  --statistics             compter les problèmes par règle
  --color auto|always|never
                           couleurs (auto\u00a0: sur un terminal, sauf si NO_COLOR
                           est défini)
  --stdin-filename CHEMIN  nom à donner au texte lu sur l’entrée standard
  --exit-zero              terminer avec 0 même si des problèmes sont trouvés

Code de sortie\u00a0: 0 si rien n’est trouvé, 1 si des problèmes sont trouvés, 2 si
quelque chose n’a pas pu être fait.

La configuration se lit dans attendu.toml ou dans la table [tool.attendu] de
pyproject.toml.
`;
