"""Le rapport du soir. Ce fichier se lance tout seul, sans le reste de la station."""

import asyncio
from statistics import mean

ARCHIVES = {
    "lundi": [14.5, 19.0, 23.5],
    "mardi": [15.0, 22.5, 31.0],
    "mercredi": [13.0, 17.5, 20.0],
}


async def telecharger(jour):
    """Les températures du jour, que le serveur des archives met un moment à rendre."""
    await asyncio.sleep(0.1)
    return ARCHIVES[jour]


async def jours_archives():
    for jour in ARCHIVES:
        await asyncio.sleep(0.05)
        yield jour


def resumer(jour):
    degres = await telecharger(jour)
    return f"{jour:<9}min {min(degres):.1f}   moy {mean(degres):.1f}   max {max(degres):.1f}"


def jour_le_plus_chaud():
    records = {}
    async for jour in jours_archives():
        records[jour] = max(ARCHIVES[jour])
    return max(records, key=records.get)


async def semaine():
    """Les températures de tous les jours, téléchargées en même temps."""
    return await asyncio.gather(*(telecharger(jour) for jour in ARCHIVES))


def afficher(titre, lignes):
    print(titre)
    print("-" * len(titre))
    for ligne in lignes:
        print(ligne)


if __name__ == "__main__":
    afficher("Rapport du soir", [resumer("lundi"), resumer("mardi")])
    print("Jour le plus chaud", jour_le_plus_chaud())
    print("Jours archivés", len(asyncio.run(semaine())))
