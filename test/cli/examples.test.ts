import { join } from 'node:path';
import { expect, it } from 'vitest';
import { workshop } from './support.ts';

const shop = workshop();

/** What the demonstration is made to show. */
const SHOWN = {
  ATT101: ['decouverte.ipynb', 'diffusion.py', 'station.py', 'stockage.py'],
  ATT103: ['serveur.py'],
  ATT105: ['rapport.py', 'rapport.py'],
  ATT201: ['capteurs.py', 'decouverte.ipynb', 'stockage.py'],
  ATT209: ['serveur.py'],
  ATT301: ['diffusion.py', 'station.py'],
  ATT302: ['collecte.py', 'station.py'],
  ATT305: ['serveur.py'],
  ATT310: ['serveur.py'],
  ATT401: ['collecte.py', 'station.py'],
  ATT404: ['capteurs.py', 'diffusion.py'],
  // Advice about the generators of ATT401.
  ATT409: ['collecte.py', 'station.py'],
  ATT501: ['serveur.py'],
  ATT604: ['serveur.py'],
  ATT605: ['serveur.py'],
};

it('shows in examples/ what was meant, and nothing else', () => {
  const examples = join(import.meta.dirname, '../../examples');
  const { stdout, status } = shop.run(['check', '--format', 'json', examples]);
  expect(status).toBe(1);
  const found: Record<string, string[]> = {};
  for (const { code, path } of JSON.parse(stdout))
    (found[code] ??= []).push(path.split('/').at(-1));
  for (const files of Object.values(found)) files.sort();
  expect(found).toEqual(SHOWN);
});
