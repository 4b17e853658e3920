/** What a user may ask of the extension, asked through VS Code's API. */

import * as vscode from 'vscode';
import { check, eventually, test } from './harness.ts';

const FORGOTTEN = `import asyncio


async def envoyer(message):
    await asyncio.sleep(0.1)
    return message


async def main():
    envoyer("bonjour")
`;

const REPAIRED = FORGOTTEN.replace('    envoyer(', '    await envoyer(');

const BLOCKING = `import asyncio
import time


async def attendre():
    time.sleep(1)


asyncio.run(attendre())
`;

test('Python brings the extension to life', async () => {
  await open(FORGOTTEN);
  const extension = vscode.extensions.getExtension('attendu.attendu');
  check(extension, 'the extension is not installed');
  await eventually('an active extension', () => extension.isActive);
  await eventually('a running server', () => extension.exports.status() === 'running');
});

test('a file of the workspace is judged in French', async () => {
  const uri = vscode.Uri.joinPath(workspace(), 'envoi.py');
  await show(await vscode.workspace.openTextDocument(uri));
  const found = await finding(uri, 'ATT101');
  check(found.source === 'attendu', `source: ${found.source}`);
  check(found.severity === vscode.DiagnosticSeverity.Error, `severity: ${found.severity}`);
  check(/coroutine .*envoyer.* jamais attendue/.test(found.message), found.message);
  check(typeof found.code === 'object', 'the code has no link');
  const page = await vscode.workspace.openTextDocument(found.code.target);
  check(page.getText().startsWith('# Coroutine jamais attendue'), `page: ${found.code.target}`);
  check(page.languageId === 'markdown', `language of the page: ${page.languageId}`);
});

test('the project’s configuration is read', async () => {
  const folder = vscode.Uri.joinPath(workspace(), 'muet');
  await write(vscode.Uri.joinPath(folder, 'attendu.toml'), 'ignore = ["ATT101"]\n');
  const uri = vscode.Uri.joinPath(folder, 'attente.py');
  await write(uri, BLOCKING.replace('    time.sleep(1)', '    time.sleep(1)\n    attendre()'));
  await show(await vscode.workspace.openTextDocument(uri));
  await finding(uri, 'ATT201');
  check(findings(uri, 'ATT101').length === 0, 'ATT101 is reported though it is ignored');
});

test('a coroutine that another file of the project defines is known', async () => {
  const uri = vscode.Uri.joinPath(workspace(), 'appel.py');
  await write(vscode.Uri.joinPath(workspace(), 'messagerie.py'), FORGOTTEN);
  await write(uri, 'from messagerie import main\n\n\nasync def lancer():\n    main()\n');
  await show(await vscode.workspace.openTextDocument(uri));
  await finding(uri, 'ATT101');
});

test('hovering a finding explains it in French', async () => {
  const document = await open(FORGOTTEN);
  const { range } = await finding(document.uri, 'ATT101');
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
    'vscode.executeHoverProvider',
    document.uri,
    range.start,
  );
  const text = hovers
    .flatMap((hover) => hover.contents)
    .map((content) => (typeof content === 'string' ? content : content.value))
    .join('\n');
  check(/coroutine/.test(text) && /[éèàê]/.test(text), `hover: ${text}`);
});

test('the preferred quick fix repairs the finding', async () => {
  const document = await open(FORGOTTEN);
  const { range } = await finding(document.uri, 'ATT101');
  const fixes = await actions(document.uri, range, vscode.CodeActionKind.QuickFix.value);
  const fix = fixes.find(({ title }) => title.startsWith('Ajouter `await`'));
  check(fix, `fixes: ${fixes.map(({ title }) => title).join(' | ')}`);
  check(fix.isPreferred, 'it is not preferred');
  await apply(fix);
  check(document.getText() === REPAIRED, document.getText());
  await clean(document.uri);
});

test('source.fixAll.attendu repairs all that is safe', async () => {
  const document = await open(FORGOTTEN + FORGOTTEN.replaceAll('main', 'autre'));
  await eventually('two findings', () => findings(document.uri, 'ATT101').length === 2);
  const whole = new vscode.Range(0, 0, document.lineCount, 0);
  const [all] = await actions(document.uri, whole, 'source.fixAll.attendu');
  check(all, 'no such action');
  await apply(all);
  await clean(document.uri);
});

test('the command « Corriger tout » does as much to the active editor', async () => {
  const document = await open(BLOCKING);
  await finding(document.uri, 'ATT201');
  await vscode.commands.executeCommand('attendu.fixAll');
  await clean(document.uri);
  check(document.getText().includes('await asyncio.sleep(1)'), document.getText());
});

test('typing makes findings come and go', async () => {
  const document = await open(REPAIRED);
  const line = document.lineCount - 2;
  const edit = (change: (edit: vscode.WorkspaceEdit) => void) => {
    const all = new vscode.WorkspaceEdit();
    change(all);
    return vscode.workspace.applyEdit(all);
  };
  const keyword = new vscode.Range(line, 4, line, 10);
  await edit((all) => all.delete(document.uri, keyword));
  await finding(document.uri, 'ATT101');
  await edit((all) => all.insert(document.uri, keyword.start, 'await '));
  await clean(document.uri);
});

test('attendu.enable, turned off then on, clears the findings then brings them back', async () => {
  const document = await open(FORGOTTEN);
  await finding(document.uri, 'ATT101');
  await enable(false);
  try {
    await clean(document.uri);
    check(status() === 'off', `status: ${status()}`);
  } finally {
    await enable(undefined);
  }
  await finding(document.uri, 'ATT101');
  check(status() === 'running', `status: ${status()}`);
});

test('the restart command gives a new server that knows the open documents', async () => {
  const document = await open(FORGOTTEN);
  await finding(document.uri, 'ATT101');
  const restarted = vscode.commands.executeCommand('attendu.restart');
  await eventually('no finding while it restarts', () => findings(document.uri).length === 0);
  await restarted;
  check(status() === 'running', `status: ${status()}`);
  await finding(document.uri, 'ATT101');
});

test('orders given faster than a server starts end as the last one says', async () => {
  const document = await open(FORGOTTEN);
  await finding(document.uri, 'ATT101');
  const restarts = [1, 2, 3].map(() => vscode.commands.executeCommand('attendu.restart'));
  await enable(false);
  await enable(undefined);
  await Promise.all(restarts);
  await eventually('a running server', () => status() === 'running');
  await finding(document.uri, 'ATT101');
});

test('the cells of a notebook are judged', async () => {
  const cells = [FORGOTTEN.slice(0, FORGOTTEN.indexOf('async def main')), FORGOTTEN].map(
    (text) => new vscode.NotebookCellData(vscode.NotebookCellKind.Code, text, 'python'),
  );
  const notebook = await vscode.workspace.openNotebookDocument(
    'jupyter-notebook',
    new vscode.NotebookData(cells),
  );
  await vscode.window.showNotebookDocument(notebook);
  const [sound, faulty] = notebook.getCells().map((cell) => cell.document.uri);
  await finding(faulty!, 'ATT101');
  check(findings(sound!).length === 0, 'a finding in the sound cell');
});

/** Opens an unsaved Python document. */
async function open(content: string): Promise<vscode.TextDocument> {
  return show(await vscode.workspace.openTextDocument({ language: 'python', content }));
}

async function write(uri: vscode.Uri, text: string): Promise<void> {
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
}

async function show(document: vscode.TextDocument): Promise<vscode.TextDocument> {
  await vscode.window.showTextDocument(document);
  return document;
}

function findings(uri: vscode.Uri, code?: string): vscode.Diagnostic[] {
  return vscode.languages
    .getDiagnostics(uri)
    .filter(({ source }) => source === 'attendu')
    .filter((found) => code === undefined || codeOf(found) === code);
}

function finding(uri: vscode.Uri, code: string): Promise<vscode.Diagnostic> {
  return eventually(`${code} in ${uri}`, () => findings(uri, code)[0]);
}

async function clean(uri: vscode.Uri): Promise<void> {
  await eventually(`no finding in ${uri}`, () => findings(uri).length === 0);
}

function codeOf({ code }: vscode.Diagnostic): string {
  return String(typeof code === 'object' ? code.value : code);
}

/** Code actions of a kind, with their edits. */
function actions(
  uri: vscode.Uri,
  range: vscode.Range,
  kind: string,
): Thenable<vscode.CodeAction[]> {
  return vscode.commands.executeCommand('vscode.executeCodeActionProvider', uri, range, kind, 100);
}

async function apply(action: vscode.CodeAction): Promise<void> {
  check(action.edit, `« ${action.title} » has no edit`);
  check(await vscode.workspace.applyEdit(action.edit), `« ${action.title} » was refused`);
}

async function enable(value: boolean | undefined): Promise<void> {
  await vscode.workspace
    .getConfiguration('attendu')
    .update('enable', value, vscode.ConfigurationTarget.Global);
}

function status(): string {
  return vscode.extensions.getExtension('attendu.attendu')?.exports.status();
}

function workspace(): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  check(folder, 'no workspace is open');
  return folder.uri;
}
