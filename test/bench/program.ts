/** A long, ordinary asyncio program; the same one for the same number of lines. */
export function program(lines: number): string {
  const parts = ['import asyncio\nimport logging\n\njournal = logging.getLogger(__name__)\n'];
  let count = 5;
  for (let i = 0; count < lines; i++) {
    const part = i % 4 === 3 ? service(i) : worker(i);
    parts.push(part);
    count += part.split('\n').length;
  }
  return `${parts.join('\n').split('\n').slice(0, lines).join('\n')}\n`;
}

/** The line of `program` (from 0) on which to type: inside a function near the middle. */
export function typingLine(text: string): number {
  const lines = text.split('\n');
  return lines.indexOf('    # ici', Math.floor(lines.length / 2));
}

function worker(i: number): string {
  return `
async def travailler_${i}(file: asyncio.Queue, limite: int = ${i % 7}) -> int:
    """Vide la file, au plus \`limite\` fois."""
    total = 0
    while total < limite:
        try:
            valeur = await asyncio.wait_for(file.get(), timeout=${(i % 5) + 1})
        except asyncio.TimeoutError:
            journal.warning("rien depuis %d s", ${(i % 5) + 1})
            break
        if valeur is None:
            continue
        total += len(str(valeur)) * ${i}
        file.task_done()
        await asyncio.sleep(0)
    # ici
    resultats = [total + x for x in range(limite) if x % 2]
    async with asyncio.Lock():
        journal.info("fini %s", resultats)
    return total
`;
}

function service(i: number): string {
  return `
class Service${i}:
    def __init__(self, nom: str) -> None:
        self.nom = nom
        self.file: asyncio.Queue = asyncio.Queue()
        self.taches: set[asyncio.Task] = set()

    async def demarrer(self) -> None:
        tache = asyncio.create_task(travailler_${i - 1}(self.file))
        self.taches.add(tache)
        tache.add_done_callback(self.taches.discard)

    async def arreter(self) -> None:
        for tache in self.taches:
            tache.cancel()
        await asyncio.gather(*self.taches, return_exceptions=True)

    async def __aenter__(self) -> "Service${i}":
        await self.demarrer()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.arreter()
`;
}
