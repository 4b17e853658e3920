"""Le serveur donne les archives à qui se connecte. Ce programme se lance à part, avec ses propres visiteurs."""

import asyncio

from archives import chercher

JOURS = ["lundi", "mardi", "mercredi", "jeudi"]


async def est_ouvert(jour):
    """La station ferme le jeudi."""
    await asyncio.sleep(0.01)
    return jour != "jeudi"


async def servir(lecteur: asyncio.StreamReader, redacteur: asyncio.StreamWriter):
    """Lit le nom d’un jour, et répond par ses températures."""
    jour = (await lecteur.readline()).decode().strip()
    if est_ouvert(jour):
        for degres in chercher(jour) or []:
            redacteur.write(f"{degres:.1f}\n".encode())
    else:
        redacteur.write("fermé\n".encode())
    redacteur.close()


async def visiter(port, jour):
    """Demande un jour au serveur, et affiche ce qu’il répond."""
    lecteur, redacteur = await asyncio.open_connection("localhost", port)
    redacteur.write(f"{jour}\n".encode())
    await redacteur.drain()
    reponse = (await lecteur.read()).decode().split()
    print("Visite", jour, *reponse)
    redacteur.close()
    await redacteur.wait_closed()


async def compter():
    """Compte les secondes d’ouverture, jusqu’à la fermeture."""
    secondes = 0
    while secondes < 3:
        try:
            await asyncio.sleep(1)
            secondes += 1
        except asyncio.CancelledError:
            print("Fermeture demandée")


async def main():
    serveur = await asyncio.start_server(servir, "localhost")
    port = serveur.sockets[0].getsockname()[1]
    horloge = asyncio.create_task(compter())
    visites = [asyncio.create_task(visiter(port, jour)) for jour in JOURS]
    await asyncio.wait(visites, timeout=2)
    horloge.cancel()
    await asyncio.gather(horloge, return_exceptions=True)
    serveur.close()
    await serveur.wait_closed()


if __name__ == "__main__":
    boucle = asyncio.get_event_loop()
    boucle.run_until_complete(main())
