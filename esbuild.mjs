// Builds everything that runs into dist/: `node esbuild.mjs [--minify]`.

import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { build } from 'esbuild';

const minify = process.argv.includes('--minify');

const common = {
  bundle: true,
  minify,
  sourcemap: minify ? false : 'linked',
  // French is written as it is read, not as \u escapes.
  charset: 'utf8',
  loader: { '.md': 'text' },
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
  // Node 20 and the browsers of its time: the oldest that VS Code ^1.100 brings.
  target: 'es2022',
};

/**
 * The worker, the process and the command line are one bundle: most of each is the analysis and its
 * facts, which would otherwise ship three times. In a worker it starts by itself; in Node one of the
 * two programs below starts it.
 */
const server = {
  ...common,
  stdin: {
    contents: `
      export const server = () => import('./server/src/node.ts');
      export const cli = () => import('./server/src/cli.ts');
      if (typeof importScripts === 'function') import('./server/src/browser.ts');
    `,
    resolveDir: import.meta.dirname,
  },
  outfile: 'dist/server.browser.js',
  format: 'iife',
  globalName: 'attendu',
  footer: { js: "if (typeof module === 'object') module.exports = attendu;" },
  platform: 'neutral',
  mainFields: ['module', 'main'],
  conditions: ['node', 'browser'],
  // Each host only asks for what it has.
  external: ['node:*', ...builtinModules],
  // A script has no import.meta: its own address stands in.
  define: { 'import.meta.url': 'attenduUrl' },
  banner: {
    js: "const attenduUrl = typeof module === 'object' ? require('node:url').pathToFileURL(__filename).href : self.location.href;",
  },
};
const programs = {
  'dist/server.cjs': "require('./server.browser.js').server();\n",
  'dist/cli.cjs': "#!/usr/bin/env node\nrequire('./server.browser.js').cli();\n",
};

/** One bundle too: what differs between the two starts is a small part, read where it is wanted. */
const client = {
  ...common,
  stdin: {
    contents: `
      const { activate } =
        typeof importScripts === 'function'
          ? require('./client/src/browser.ts')
          : require('./client/src/node.ts');
      export { activate };
    `,
    resolveDir: import.meta.dirname,
  },
  outfile: 'dist/extension.cjs',
  conditions: ['node', 'browser'],
  format: 'cjs',
  platform: 'node',
  external: ['vscode'],
};

/** One suite for both extension hosts: it uses nothing but `vscode`. */
const suite = {
  ...common,
  entryPoints: ['test/vscode/suite/index.ts'],
  outfile: 'dist/test/index.js',
  format: 'cjs',
  platform: 'browser',
  external: ['vscode'],
};
/** VS Code runs a suite only beside an extension under development: this one is empty. */
const suiteManifest = {
  name: 'attendu-suite',
  publisher: 'attendu',
  version: '0.0.0',
  engines: { vscode: '*' },
};

const results = await Promise.all([server, client, suite].map((options) => build(options)));
await mkdir('dist/regles', { recursive: true });
const pages = (await readdir('server/src/rules')).filter((name) => name.endsWith('.md'));
await Promise.all([
  // What an editor other than VS Code opens when the reader clicks on a rule's code.
  ...pages.map((name) => copyFile(`server/src/rules/${name}`, `dist/regles/${name}`)),
  ...Object.entries(programs).map(([path, text]) => writeFile(path, text)),
  copyFile('grammars/tree-sitter-python.wasm', 'dist/tree-sitter-python.wasm'),
  copyFile('node_modules/web-tree-sitter/web-tree-sitter.wasm', 'dist/web-tree-sitter.wasm'),
  writeFile('dist/test/package.json', JSON.stringify(suiteManifest)),
]);

// What went into the bundles, for whoever must credit it.
const inputs = new Set(results.flatMap(({ metafile }) => Object.keys(metafile.inputs)));
await writeFile('dist/inputs.json', JSON.stringify([...inputs].sort(), null, 2));
