"""La collecte interroge les capteurs et résume leurs réponses."""

import asyncio
from statistics import mean

from capteurs import Capteur, CapteurMuet, Mesure

DELAI = 2
REFERENCE = 20.0


async def interroger(capteur: Capteur) -> Mesure | None:
    """Une mesure, ou None si le capteur tarde ou se tait."""
    try:
        async with asyncio.timeout(DELAI):
            return await capteur.mesurer()
    except (TimeoutError, CapteurMuet):
        return None


async def tour_complet(capteurs: list[Capteur]) -> list[Mesure]:
    """Interroge tous les capteurs en même temps."""
    reponses = await asyncio.gather(*(interroger(capteur) for capteur in capteurs))
    return [mesure for mesure in reponses if mesure is not None]


async def tours(capteurs: list[Capteur], nombre: int):
    """Allume les capteurs, produit les mesures tour après tour, puis éteint tout."""
    await asyncio.gather(*(capteur.allumer() for capteur in capteurs))
    try:
        for _ in range(nombre):
            yield await tour_complet(capteurs)
            await asyncio.sleep(0.2)
    finally:
        await asyncio.gather(*(capteur.eteindre() for capteur in capteurs))


async def etalonner_tous(capteurs: list[Capteur]):
    await asyncio.gather(*(capteur.etalonner(REFERENCE) for capteur in capteurs))
    print("Capteurs étalonnés")


async def depassement(capteurs: list[Capteur], seuil: float) -> Mesure | None:
    """La première mesure qui dépasse le seuil, quel que soit le capteur."""
    async for mesures in tours(capteurs, 20):
        for mesure in mesures:
            if mesure.degres > seuil:
                return mesure
    return None


async def journee(capteurs: list[Capteur], nombre: int) -> list[float]:
    """La température moyenne de chaque tour de la journée."""
    # Les capteurs se règlent pendant que la journée commence.
    etalonnage = asyncio.create_task(etalonner_tous(capteurs))
    moyennes = []
    async for mesures in tours(capteurs, nombre):
        moyennes.append(mean(mesure.degres for mesure in mesures))
    return moyennes
