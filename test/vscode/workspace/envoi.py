import asyncio


async def envoyer(message):
    await asyncio.sleep(0.1)
    print("envoyé :", message)


async def main():
    envoyer("bonjour")


asyncio.run(main())
