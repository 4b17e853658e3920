"""Le carnet de la station garde ses mesures dans un fichier, page après page."""

import asyncio
import csv
from pathlib import Path
from time import sleep

from capteurs import Mesure

LIGNES_PAR_PAGE = 5
ESSAIS = 3


class Carnet:
    """Un fichier CSV qui se lit avec un tableur."""

    def __init__(self, chemin: Path):
        self.chemin = chemin
        self.page: list[Mesure] = []

    async def __aenter__(self):
        await asyncio.to_thread(self.chemin.write_text, "lieu;degrés\n", encoding="utf-8")
        return self

    async def __aexit__(self, *erreur):
        # Rien ne doit rester dans la page en cours.
        self.tourner_la_page()

    async def noter(self, mesure: Mesure):
        self.page.append(mesure)
        if len(self.page) == LIGNES_PAR_PAGE:
            await self.tourner_la_page()

    async def tourner_la_page(self):
        """Écrit la page en cours, en plusieurs essais si le disque est occupé."""
        page, self.page = self.page, []
        for essai in range(1, ESSAIS + 1):
            try:
                await asyncio.to_thread(self._ecrire, page)
                return
            except OSError as erreur:
                print(f"Essai {essai} manqué, {erreur}")
                sleep(0.1 * essai)

    def _ecrire(self, page: list[Mesure]):
        with self.chemin.open("a", encoding="utf-8", newline="") as fichier:
            lignes = ((mesure.lieu, f"{mesure.degres:.1f}") for mesure in page)
            csv.writer(fichier, delimiter=";").writerows(lignes)
