"""La diffusion porte les mesures de la station vers son écran et ses abonnés."""

import asyncio

from capteurs import Mesure

CANICULE = 33


class Diffuseur:
    def __init__(self, abonnes):
        self.abonnes = abonnes
        self.file = asyncio.Queue()
        self.affichage = None

    def demarrer(self):
        self.affichage = asyncio.create_task(self.afficher())

    async def arreter(self):
        # Deux secondes suffisent à montrer ce qui reste dans la file.
        with asyncio.timeout(2):
            await self.file.join()
        self.affichage.cancel()
        await asyncio.gather(self.affichage, return_exceptions=True)

    async def publier(self, mesure: Mesure):
        """Confie la mesure à la file et, en cas de canicule, écrit aux abonnés."""
        self.file.put(mesure)
        if mesure.degres > CANICULE:
            boucle = asyncio.get_running_loop()
            boucle.create_task(self.prevenir(mesure))

    async def afficher(self):
        """Montre les mesures de la file, à mesure de leur arrivée."""
        while True:
            mesure = await self.file.get()
            try:
                print("Écran ", mesure)
            finally:
                self.file.task_done()

    async def prevenir(self, mesure: Mesure):
        """Écrit à tous les abonnés en même temps."""
        async with asyncio.TaskGroup() as groupe:
            for abonne in self.abonnes:
                groupe.create_task(self.ecrire(abonne, mesure))

    async def ecrire(self, abonne, mesure: Mesure):
        await asyncio.sleep(0.1)
        print("Lettre", mesure, "pour", abonne)
