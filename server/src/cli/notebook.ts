/** Notebooks as files: JSON whose every byte is kept but the source of the cells that change. */

/** A notebook's code cells, or undefined when the text is not a Python notebook. */
export interface Notebook {
  /** Sources of the code cells, in order. */
  readonly sources: readonly string[];
  /** The file's text with other sources. */
  withSources(sources: readonly string[]): string;
}

/** Reads a `.ipynb` file. Undefined when it is not one; no cells when its language is not Python. */
export function readNotebook(text: string): Notebook | undefined {
  let root: JsonValue;
  try {
    JSON.parse(text);
    root = new JsonReader(text).read();
  } catch {
    return undefined;
  }
  const sheets = root.at('worksheets')?.items?.flatMap((sheet) => sheet.at('cells')?.items ?? []);
  const cells = root.at('cells')?.items ?? sheets;
  if (!cells) return undefined;
  const fields = cells
    .filter((cell) => cell.at('cell_type')?.value === 'code')
    .flatMap((cell) => cell.at('source') ?? cell.at('input') ?? []);
  const codes = isPython(root) ? fields : [];
  return {
    sources: codes.map(sourceOf),
    withSources(sources) {
      let out = '';
      let at = 0;
      codes.forEach((field, i) => {
        if (sources[i] === sourceOf(field)) return;
        out += text.slice(at, field.start) + written(sources[i]!, field, text);
        at = field.end;
      });
      return out + text.slice(at);
    },
  };
}

function isPython(root: JsonValue): boolean {
  const metadata = root.at('metadata');
  const language =
    metadata?.at('language_info')?.at('name')?.value ??
    metadata?.at('kernelspec')?.at('language')?.value ??
    'python';
  return typeof language !== 'string' || /^i?python/i.test(language);
}

function sourceOf(field: JsonValue): string {
  const parts = field.items ?? [field];
  return parts.map(({ value }) => (typeof value === 'string' ? value : '')).join('');
}

/** The source as JSON, in the shape of what it replaces: a text or a list of lines, one a line or not. */
function written(source: string, field: JsonValue, text: string): string {
  const ascii = !/[^\0-\x7f]/.test(text);
  const quote = (part: string) => {
    const quotedPart = JSON.stringify(part);
    return ascii ? quotedPart.replace(/[^\0-\x7f]/g, escaped) : quotedPart;
  };
  if (!field.items) return quote(source);
  const lines = source.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const raw = text.slice(field.start, field.end);
  const opening = /^\[\s*/.exec(raw)![0];
  const closing = /\s*\]$/.exec(raw)![0];
  const between =
    field.items.length > 1 ? text.slice(field.items[0]!.end, field.items[1]!.start) : '';
  const separator = between || (opening === '[' ? ', ' : `,${opening.slice(1)}`);
  return lines.length === 0 ? '[]' : `${opening}${lines.map(quote).join(separator)}${closing}`;
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** A value of a JSON text, and where it stands. */
class JsonValue {
  constructor(
    readonly start: number,
    readonly end: number,
    /** Of texts, numbers and literals. */
    readonly value: unknown,
    readonly items?: readonly JsonValue[],
    readonly entries?: ReadonlyMap<string, JsonValue>,
  ) {}

  at(key: string): JsonValue | undefined {
    return this.entries?.get(key);
  }
}

/** Reads a text that `JSON.parse` accepts. */
class JsonReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): JsonValue {
    const start = this.#skip(/[\s\ufeff]*/y);
    const opening = this.#text[start];
    if (opening === '{') {
      const entries = new Map<string, JsonValue>();
      this.#list('}', () => {
        const key = this.read().value as string;
        this.#skip(/\s*:/y);
        entries.set(key, this.read());
      });
      return new JsonValue(start, this.#at, undefined, undefined, entries);
    }
    if (opening === '[') {
      const items: JsonValue[] = [];
      this.#list(']', () => items.push(this.read()));
      return new JsonValue(start, this.#at, undefined, items);
    }
    const end = this.#skip(/"(?:\\.|[^"\\])*"|[^\s,\]}]+/y);
    return new JsonValue(start, end, JSON.parse(this.#text.slice(start, end)));
  }

  #list(closing: string, item: () => void): void {
    this.#at++;
    this.#skip(/\s*/y);
    while (this.#text[this.#at] !== closing) {
      item();
      this.#skip(/\s*,?\s*/y);
    }
    this.#at++;
  }

  #skip(pattern: RegExp): number {
    pattern.lastIndex = this.#at;
    pattern.test(this.#text);
    return (this.#at = pattern.lastIndex);
  }
}
