"""La station météo relève ses capteurs, tient son carnet et prévient des fortes chaleurs."""

import asyncio
import tempfile
from pathlib import Path

from capteurs import Capteur
from collecte import depassement, journee, tour_complet
from diffusion import Diffuseur
from stockage import Carnet

SEUIL = 30
FICHIER = Path(tempfile.gettempdir(), "station-meteo.csv")


async def alerter(message):
    await asyncio.sleep(0.1)
    print("ALERTE", message)


async def surveiller(capteur: Capteur):
    async for mesure in releves(capteur, 10):
        print("Relevé", mesure)
        if mesure.degres > SEUIL:
            alerter(f"il fait trop chaud côté {mesure.lieu}")
            break


async def releves(capteur: Capteur, nombre: int):
    """Allume le capteur, produit ses mesures une à une, puis le remet au repos."""
    await capteur.allumer()
    try:
        for _ in range(nombre):
            yield await capteur.mesurer()
    finally:
        await capteur.eteindre()


async def saluer(capteurs: list[Capteur]):
    await asyncio.sleep(0.1)
    print("Bonjour de la part de", len(capteurs), "capteurs")


async def relever(capteurs: list[Capteur], carnet: Carnet, diffuseur: Diffuseur):
    """Un tour des capteurs, noté dans le carnet et diffusé."""
    for mesure in await tour_complet(capteurs):
        await carnet.noter(mesure)
        await diffuseur.publier(mesure)


async def main():
    nord, sud, toit = Capteur("nord", 12), Capteur("sud", 27), Capteur("toit", 34)
    capteurs = [nord, sud, toit]
    diffuseur = Diffuseur(["Zoé", "Anatole"])
    diffuseur.demarrer()
    asyncio.create_task(saluer(capteurs))

    async with Carnet(FICHIER) as carnet:
        premier_tour = asyncio.create_task(relever(capteurs, carnet, diffuseur))
        await surveiller(sud)
        print("Premier dépassement", await depassement([nord, sud], 32))
        for moyenne in await journee(capteurs, nombre=3):
            print(f"Moyenne {moyenne:.1f} °C")

    await diffuseur.arreter()
    print("Carnet tenu dans", FICHIER)


if __name__ == "__main__":
    asyncio.run(main())
