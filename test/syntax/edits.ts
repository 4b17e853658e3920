/** What people type and paste, and what breaks code. */
const SNIPPETS = [
  ...'abx0_.,:;=+-*@#\\ \t\n\r()[]{}\'"`é',
  '\r\n',
  '𝄞',
  '\f',
  '    ',
  '\n    ',
  '\n\n',
  '"""',
  "'''",
  'f"',
  "f'{",
  'f"""{',
  '{x!r:>{w}}',
  '\\N{DASH}',
  '# comment\n',
  '    # comment\n',
  'def f(a):\n    return a\n',
  'async def g():\n    await x\n',
  'class K:\n    y = 1\n',
  '    class L:\n        def m(self): pass\n',
  '@dec\n',
  'else:\n',
  'elif x:\n    pass\n',
  'except E:\n    pass\n',
  'return ',
  'import os\n',
  'async ',
  'lambda: ',
  'if x: pass\n',
  ' \\\n',
  '\ufeff',
];

/** One event: one to three changes, each made on the text just before it. */
export function edit(text: string, random: () => number): string {
  let result = text;
  for (let changes = 1 + Math.floor(random() * 3); changes > 0; changes--) {
    result = change(result, random);
  }
  return result;
}

function change(text: string, random: () => number): string {
  const below = (n: number) => Math.floor(random() * n);
  const at = below(text.length + 1);
  const kind = random();
  if (kind < 0.5) return text.slice(0, at) + SNIPPETS[below(SNIPPETS.length)]! + text.slice(at);
  if (kind < 0.7) return text.slice(0, at) + text.slice(at + 1 + below(4));
  const lines = text.split(/(?<=\n)/);
  const from = below(lines.length);
  const count = 1 + below(12);
  const taken = lines.slice(from, from + count);
  const others = [...lines.slice(0, from), ...lines.slice(from + count)];
  const to = below(others.length + 1);
  if (kind < 0.8) return others.join('');
  if (kind < 0.87) return [...lines.slice(0, to), ...taken, ...lines.slice(to)].join('');
  if (kind < 0.94) return [...others.slice(0, to), ...taken, ...others.slice(to)].join('');
  const indented = taken.map((line) =>
    kind < 0.97 ? `  ${line}` : line.replace(/^ {1,4}|^\t/, ''),
  );
  return [...lines.slice(0, from), ...indented, ...lines.slice(from + count)].join('');
}
