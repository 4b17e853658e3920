"""Les capteurs de la station. Ils sont simulés, mais ont la lenteur des vrais."""

import asyncio
import random
import time
from dataclasses import dataclass


class CapteurMuet(Exception):
    """Le capteur ne répond plus."""


@dataclass(frozen=True)
class Mesure:
    lieu: str
    degres: float

    def __str__(self):
        return f"{self.lieu:<5}{self.degres:6.1f} °C"


class Capteur:
    """Un thermomètre, relié à la station par une liaison lente."""

    def __init__(self, lieu, degres, pile=100):
        self.lieu = lieu
        self.degres = degres
        self.pile = pile
        self.correction = 0.0
        self.verrou = asyncio.Lock()
        self._alea = random.Random(lieu)

    async def allumer(self):
        await asyncio.sleep(0.05)
        print(f"[{self.lieu}] allumé")

    async def eteindre(self):
        await asyncio.sleep(0.05)
        print(f"[{self.lieu}] éteint")

    async def mesurer(self):
        """Rend une mesure, ou lève CapteurMuet quand la pile est vide."""
        if self.pile <= 0:
            raise CapteurMuet(self.lieu)
        self.pile -= 1
        # La sonde a besoin de temps pour se stabiliser.
        time.sleep(0.1)
        # Plus la journée avance, plus il fait chaud.
        self.degres += self._alea.uniform(0, 2)
        return Mesure(self.lieu, self.degres + self.correction)

    async def etalonner(self, reference):
        """Règle le capteur sur la température connue du lieu."""
        # Un seul étalonnage à la fois.
        with self.verrou:
            mesure = await self.mesurer()
            self.correction += (reference - mesure.degres) / 10
