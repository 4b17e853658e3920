import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [
    {
      name: 'markdown-as-text',
      load(id) {
        if (id.endsWith('.md')) return `export default ${JSON.stringify(readFileSync(id, 'utf8'))}`;
        return undefined;
      },
    },
  ],
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Two cores: more workers only make timings noisier.
    maxWorkers: 2,
  },
});
