import asyncio


async def prevenir(destinataire):
    await asyncio.sleep(0.1)
    print("prévenu :", destinataire)
