import { once } from 'node:events';
import { statSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { typographyFaults } from '../support/typography.ts';
import { AWAITED, FORGOTTEN, workshop } from './support.ts';

const shop = workshop();
const { write, read, bytes, run } = shop;
const statOf = (name: string) => statSync(join(shop.folder, name));

describe('exit status', () => {
  it('is 0 when nothing is found', () => {
    write('a.py', AWAITED);
    expect(run(['check', 'a.py'])).toEqual({
      status: 0,
      stdout: 'Aucun problème dans 1 fichier.\n',
      stderr: '',
    });
  });

  it('is 1 when something is', () => {
    write('a.py', FORGOTTEN);
    expect(run(['check', 'a.py']).status).toBe(1);
  });

  it('is 0 all the same with --exit-zero', () => {
    write('a.py', FORGOTTEN);
    const { status, stdout } = run(['check', '--exit-zero', 'a.py']);
    expect(status).toBe(0);
    expect(stdout).toContain('1 erreur dans 1 fichier.');
  });

  it('is 2 for a missing path; the others are checked', () => {
    write('a.py', FORGOTTEN);
    const { status, stdout, stderr } = run(['check', 'absent.py', 'a.py']);
    expect(status).toBe(2);
    expect(stdout).toContain('ATT101');
    expect(stderr).toBe(
      'attendu\u00a0: «\u00a0absent.py\u00a0» n’existe pas ou n’est pas lisible.\n',
    );
  });

  it.each([
    [['chek'], 'commande inconnue «\u00a0chek\u00a0»'],
    [[], 'aucune commande'],
    [['check', '--fixe'], 'option inconnue «\u00a0--fixe\u00a0»'],
    [['check', '-z'], 'option inconnue «\u00a0-z\u00a0»'],
    [['check', '--format', 'xml'], '«\u00a0xml\u00a0», choisissez parmi text, json'],
    [['check', '--select'], 'attend une valeur'],
    [['check', '--fix=oui'], 'n’attend pas de valeur'],
    [['check', '--target-version', '2.7'], 'version de Python telle que 3.11'],
    [['check', '--config', 'absent.toml'], 'absent.toml n’existe pas'],
    [['check', '--select', 'ATT9999'], '«\u00a0ATT9999\u00a0» ne désigne aucune règle'],
    [['check', '--ignore', 'F401'], '«\u00a0F401\u00a0» ne désigne aucune règle'],
    [['check', '--statistics', '--format', 'json'], 'format text'],
    [['rule', 'ATT999'], 'règle inconnue «\u00a0ATT999\u00a0»'],
    [['rule', 'ATT101', 'ATT201'], 'une seule règle'],
  ])('is 2 for %j', (args, message) => {
    const { status, stdout, stderr } = run(args);
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^attendu\u00a0: .*\n$/);
    expect(stderr).toContain(message);
  });

  it('is 2 for a wrong configuration, which is said once', () => {
    write('attendu.toml', '# rien\nselect = "ATT1"\n');
    write('a.py', AWAITED);
    write('b.py', AWAITED);
    const { status, stderr } = run(['check']);
    expect(status).toBe(2);
    expect(stderr).toMatch(
      /^attendu\u00a0: attendu\.toml:2\u00a0: «\u00a0select\u00a0» attend une liste[^\n]*\n$/,
    );
  });
});

describe('other commands', () => {
  it('gives help and version', () => {
    const help = run(['--help']);
    expect(help).toMatchObject({ status: 0, stderr: '' });
    expect(help.stdout).toContain('--target-version');
    expect(Math.max(...help.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(typographyFaults(help.stdout)).toEqual([]);
    expect(run(['check', '-h']).stdout).toBe(help.stdout);
    expect(run(['--version']).stdout).toMatch(/^attendu \d+\.\d+\.\d+\n$/);
  });

  it('gives the page of a rule, by code or by name, and the list', () => {
    const page = run(['rule', 'ATT101']);
    expect(page.stdout).toMatch(/^# \S/);
    expect(page.stdout).not.toMatch(/^```python ./m);
    expect(run(['rule', 'att101']).stdout).toBe(page.stdout);
    expect(run(['rule', 'coroutine-jamais-attendue']).stdout).toBe(page.stdout);
    expect(run(['rule']).stdout).toMatch(
      /^ATT101 {2}coroutine-jamais-attendue +erreur +Coroutine/m,
    );
  });
});

describe('what is checked', () => {
  it('walks folders, without what is excluded', () => {
    for (const name of [
      'a.py',
      'b/c.py',
      'b/d.pyi',
      'build/e.py',
      'venv/f.py',
      'g.txt',
      'vieux/h.py',
    ]) {
      write(name, name.endsWith('.pyi') ? 'x: int\n' : FORGOTTEN);
    }
    write('attendu.toml', 'exclude = ["vieux/"]\n');
    write('projet/attendu.toml', 'exclude = ["!build/"]\n');
    write('projet/build/i.py', FORGOTTEN);
    const paths = (args: readonly string[]) =>
      JSON.parse(run(['check', '--format', 'json', ...args]).stdout).map(
        (finding: { path: string }) => finding.path,
      );
    expect(paths([])).toEqual(['a.py', 'b/c.py', 'projet/build/i.py']);
    expect(paths(['.'])).toEqual(['a.py', 'b/c.py', 'projet/build/i.py']);
    expect(paths(['./b/'])).toEqual(['./b/c.py']);
    expect(paths([join(shop.folder, 'b')])).toEqual([join(shop.folder, 'b/c.py')]);
    expect(paths(['vieux/h.py', './a.py', 'a.py', 'g.txt'])).toEqual([
      'vieux/h.py',
      './a.py',
      'g.txt',
    ]);
    expect(paths(['build'])).toEqual(['build/e.py']);
    expect(run(['check']).stdout).toContain('3 erreurs dans 3 fichiers.');
  });

  it('tells what Python cannot read, unless a rule does', () => {
    write('casse.py', `x = 1\nasync def f(:\n    pass\n`);
    write('dit.py', 'async main():\n    pass\n');
    const { stdout, stderr, status } = run(['check']);
    expect(stderr).toBe(
      'casse.py\u00a0: ligne 2, erreur de syntaxe\u00a0: Python ne peut pas lire ce fichier, seul le reste est vérifié.\n',
    );
    expect(stdout).toContain('ATT107');
    expect(status).toBe(1);
  });

  it('does not turn in circles', () => {
    write('a.py', AWAITED);
    symlinkSync('.', join(shop.folder, 'boucle'));
    expect(run(['check']).stdout).toBe('Aucun problème dans 1 fichier.\n');
  });

  it('says so when there is nothing to check', () => {
    expect(run(['check'])).toEqual({
      status: 0,
      stdout: 'Aucun fichier à vérifier.\n',
      stderr: '',
    });
  });

  it('reads standard input', () => {
    const { status, stdout } = run(['check', '-'], { input: FORGOTTEN });
    expect(status).toBe(1);
    expect(stdout).toMatch(/^-:7:5 {2}ATT101 erreur {2}/);
    const named = run(['check', '-', '--stdin-filename', 'src/x.py'], { input: FORGOTTEN });
    expect(named.stdout).toMatch(/^src\/x\.py:7:5 /);
  });

  it('reads the configuration of the file given on standard input', () => {
    write('src/attendu.toml', 'ignore = ["ATT101"]');
    expect(run(['check', '-', '--stdin-filename', 'src/x.py'], { input: FORGOTTEN }).status).toBe(
      0,
    );
  });

  it.each<[string, Uint8Array | string, RegExp]>([
    ['binary', Buffer.from([0, 1, 2, 255]), /^x\.py\u00a0: fichier binaire, non vérifié\.\n$/],
    ['huge', `${'x = 1\n'.repeat(400_000)}`, /trop grand/],
    ['not UTF-8', Buffer.from([0x61, 0xe9, 0x0a]), /pas du texte UTF-8/],
    ['of another encoding', '# coding: koi8-r\nx = 1\n', /koi8-r non pris en charge/],
  ])('passes over what is %s, with a note', (_, content, note) => {
    write('a.py', FORGOTTEN);
    write('x.py', content);
    const { status, stdout, stderr } = run(['check', 'x.py', 'a.py']);
    expect(stderr).toMatch(note);
    expect(stdout).toContain('1 erreur dans 1 fichier.');
    expect(status).toBe(1);
  });

  it('is not stopped by an unreadable file', async () => {
    write('a.py', FORGOTTEN);
    // Not even root reads a socket as a file.
    const server = createServer().listen(join(shop.folder, 'x.py'));
    await once(server, 'listening');
    const { status, stdout, stderr } = run(['check', 'x.py', 'a.py']);
    server.close();
    expect(status).toBe(2);
    expect(stderr).toBe('attendu\u00a0: x.py\u00a0: fichier illisible.\n');
    expect(stdout).toContain('1 erreur dans 1 fichier.');
  });

  it('accepts an empty file', () => {
    write('a.py', '');
    expect(run(['check', 'a.py']).status).toBe(0);
  });

  it('goes on after broken code', () => {
    write('a.py', FORGOTTEN.replace('    pass\n', '    pass (\n\n\ndef f(:\n    x =\n'));
    const { status, stdout } = run(['check', 'a.py']);
    expect(status).toBe(1);
    expect(stdout).toContain('ATT101');
  });
});

describe('options', () => {
  it('selects rules', () => {
    write('a.py', FORGOTTEN);
    expect(run(['check', '--select', 'ATT2', 'a.py']).status).toBe(0);
    expect(run(['check', '--select', 'ATT2,ATT301', '--select', 'att1', 'a.py']).status).toBe(1);
    expect(run(['check', '--ignore', 'coroutine-jamais-attendue', 'a.py']).status).toBe(0);
    expect(run(['check', '--select', 'ALL', '--ignore=ATT1', 'a.py']).status).toBe(0);
  });

  it('wins over the configuration; --config replaces it', () => {
    write('a.py', FORGOTTEN);
    write('attendu.toml', 'ignore = ["ATT101"]');
    write('autre/mien.toml', 'select = ["ATT101"]');
    expect(run(['check', 'a.py']).status).toBe(0);
    expect(run(['check', '--select', 'ATT101', 'a.py']).status).toBe(1);
    expect(run(['check', '--config', 'autre/mien.toml', 'a.py']).status).toBe(1);
  });

  it('reads what is installed: --python, else what the shell has active', () => {
    const site = 'lib/python3.12/site-packages/b.py';
    write('p/a.py', 'from b import envoyer\n\n\nasync def main():\n    envoyer()\n');
    write(`env/${site}`, 'async def envoyer(): ...\n');
    write(`autre/${site}`, 'def envoyer(): ...\n');
    write('env/bin/python', '');
    const none = { VIRTUAL_ENV: '', CONDA_PREFIX: '' };
    const inShell = (name: string) => ({ ...none, VIRTUAL_ENV: `${shop.folder}/${name}` });
    expect(run(['check', 'p'], { env: none }).status).toBe(0);
    expect(run(['check', 'p', '--python', 'env'], { env: none }).status).toBe(1);
    expect(run(['check', 'p', '--python', 'env/bin/python'], { env: none }).status).toBe(1);
    expect(run(['check', 'p'], { env: inShell('env') }).status).toBe(1);
    expect(run(['check', 'p', '--python', 'autre'], { env: inShell('env') }).status).toBe(0);
    const { status, stderr } = run(['check', 'p', '--python', 'nulle-part']);
    expect(status).toBe(2);
    expect(stderr).toContain('--python\u00a0: nulle-part n’existe pas');
  });

  it('counts with --statistics', () => {
    write('a.py', FORGOTTEN);
    write('b.py', FORGOTTEN);
    expect(run(['check', '--statistics']).stdout).toBe(
      '2  ATT101  coroutine-jamais-attendue\n\n2 erreurs dans 2 fichiers.\n2 corrections sûres possibles avec --fix.\n',
    );
  });
});

describe('text', () => {
  it('shows the line, related places and repairs', () => {
    write('a.py', FORGOTTEN);
    const lines = run(['check', 'a.py']).stdout.split('\n');
    expect(lines.slice(0, 3)).toEqual([
      expect.stringMatching(/^a\.py:7:5 {2}ATT101 erreur {2}\S/),
      '  7 │     envoyer()',
      '    │     ^^^^^^^^^',
    ]);
    expect(lines).toContainEqual(expect.stringMatching(/^ {4}a\.py:4:11\u00a0: \S/));
    expect(lines).toContain('    Correction\u00a0: Ajouter `await` (sûre)');
    expect(lines.slice(-4)).toEqual([
      '',
      '1 erreur dans 1 fichier.',
      '1 correction sûre possible avec --fix.',
      '',
    ]);
  });

  it('is coloured when asked, and only then', () => {
    write('a.py', FORGOTTEN);
    const start = '\u001b[';
    expect(run(['check', 'a.py']).stdout).not.toContain(start);
    expect(run(['check', '--color', 'always', 'a.py']).stdout).toContain(`${start}31merreur`);
    expect(run(['check', '--color=always', 'a.py'], { env: { NO_COLOR: '1' } }).stdout).toContain(
      start,
    );
    expect(run(['check', '--color', 'never', 'a.py']).stdout).not.toContain(start);
  });

  it('does not let the source act on the terminal', () => {
    write('a.py', FORGOTTEN.replace('envoyer()\na', 'envoyer()  # \u001b[31m\u202e\na'));
    expect(run(['check', 'a.py']).stdout).toContain('envoyer()  # ␛[31m\ufffd');
  });
});

describe('--fix', () => {
  it('writes safe fixes and reports what is left', () => {
    write('a.py', FORGOTTEN);
    expect(run(['check', '--fix', 'a.py'])).toEqual({
      status: 0,
      stdout: 'Aucun problème dans 1 fichier.\n',
      stderr: '1 correction appliquée dans 1 fichier.\n',
    });
    expect(read('a.py')).toBe(AWAITED);
  });

  it.each<[string, (text: string) => string | Uint8Array]>([
    ['CRLF', (text) => text.replaceAll('\n', '\r\n')],
    ['a byte order mark', (text) => `\ufeff${text}`],
    ['no last line end', (text) => text.trimEnd()],
    ['Latin-1', (text) => Buffer.from(`# coding: latin-1\n# été\n${text}`, 'latin1')],
    ['wide characters', (text) => text.replace('    envoyer()', '    x = "😀日本"; envoyer()')],
  ])('keeps %s', (_, form) => {
    const before = Buffer.from(form(FORGOTTEN));
    write('a.py', before);
    expect(run(['check', '--fix', 'a.py']).status).toBe(0);
    const latin1 = (buffer: Buffer) => buffer.toString('latin1');
    const wanted = latin1(before).replace(/(;| {3}) envoyer\(\)/, '$1 await envoyer()');
    expect(latin1(bytes('a.py'))).toBe(wanted);
  });

  it('gives the corrected text of standard input', () => {
    const { status, stdout, stderr } = run(['check', '--fix', '-'], { input: FORGOTTEN });
    expect(stdout).toBe(AWAITED);
    expect(status).toBe(0);
    expect(stderr).toContain('1 correction appliquée');
    expect(run(['check', '--fix', '-'], { input: AWAITED }).stdout).toBe(AWAITED);
  });

  it('does not touch a file without safe fixes', () => {
    write('a.py', FORGOTTEN.replace('    envoyer()', '    envoyer()  # noqa'));
    const { mtimeMs } = statOf('a.py');
    expect(run(['check', '--fix', 'a.py']).stderr).toBe('');
    expect(statOf('a.py').mtimeMs).toBe(mtimeMs);
  });

  it('shows a diff and writes nothing with --diff', () => {
    write('a.py', FORGOTTEN);
    expect(run(['check', '--fix', '--diff', 'a.py'])).toEqual({
      status: 1,
      stdout: `--- a.py
+++ a.py
@@ -4,5 +4,5 @@
 async def envoyer():
     pass
 async def main():
-    envoyer()
+    await envoyer()
 asyncio.run(main())
`,
      stderr: '1 correction possible dans 1 fichier.\n',
    });
    expect(read('a.py')).toBe(FORGOTTEN);
  });
});
