/** Bytes of Python files ↔ text, as Python itself reads them (PEP 263). */

export interface Decoded {
  readonly text: string;
  readonly encoding: Encoding;
  readonly bom: boolean;
}

export type Encoding = 'utf-8' | 'latin1';

/** Why a file is passed over; French. */
export interface Refused {
  readonly reason: string;
}

/** Larger files are not written by people. */
const LARGEST = 2 * 1024 * 1024;

const BOM = [0xef, 0xbb, 0xbf];

export function decode(bytes: Uint8Array): Decoded | Refused {
  if (bytes.length > LARGEST) return { reason: 'fichier trop grand (plus de 2\u00a0Mio)' };
  if (bytes.includes(0)) return { reason: 'fichier binaire' };
  const bom = BOM.every((byte, i) => bytes[i] === byte);
  const named = cookie(bytes);
  const encoding = bom ? 'utf-8' : encodingOf(named ?? 'utf-8');
  if (!encoding) return { reason: `codage ${named} non pris en charge` };
  try {
    const text =
      encoding === 'latin1'
        ? Buffer.from(bytes).toString('latin1')
        : new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return { text, encoding, bom };
  } catch {
    return { reason: 'ce n’est pas du texte UTF-8' };
  }
}

/** The bytes of a text that was decoded so. Undefined when the encoding cannot write it. */
export function encode(text: string, { encoding, bom }: Pick<Decoded, 'encoding' | 'bom'>) {
  if (encoding === 'latin1') {
    return /[^\0-\xff]/.test(text) ? undefined : Buffer.from(text, 'latin1');
  }
  return Buffer.from(bom ? `\ufeff${text}` : text, 'utf-8');
}

/** The encoding that a comment of the first two lines names. */
function cookie(bytes: Uint8Array): string | undefined {
  const lines = Buffer.from(bytes.subarray(0, 400))
    .toString('latin1')
    .split(/\r\n|\n|\r/);
  for (const line of lines.slice(0, 2)) {
    const found = /^(?:ï»¿)?[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/.exec(line);
    if (found) return found[1];
    if (!/^[ \t\f]*(?:#.*)?$/.test(line)) return undefined;
  }
  return undefined;
}

function encodingOf(name: string): Encoding | undefined {
  const plain = name.toLowerCase().replace(/_/g, '-');
  if (/^(?:utf-?8(?:-.*)?|u8|(?:us-)?ascii)$/.test(plain)) return 'utf-8';
  return /^(?:latin-?1|l1|iso-?8859-1)(?:-.*)?$/.test(plain) ? 'latin1' : undefined;
}
