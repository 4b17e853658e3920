/** The command line's public face. */
import { forReaders, rules } from '../lint/index.ts';
import { readArguments } from './arguments.ts';
import { check, type Surroundings } from './check.ts';
import { HELP } from './help.ts';
import { CommandError, FAILED, NOTHING_FOUND } from './outcome.ts';
import { LEVEL_NAMES, quoted } from './words.ts';

/** Runs the command that the words after the program's name make; gives the exit status. */
export async function main(
  words: readonly string[],
  version: string,
  around: Surroundings,
): Promise<number> {
  try {
    const command = readArguments(words);
    switch (command.name) {
      case 'help':
        around.stdout(HELP);
        return NOTHING_FOUND;
      case 'version':
        around.stdout(`attendu ${version}\n`);
        return NOTHING_FOUND;
      case 'rule':
        around.stdout(command.rule === undefined ? ruleList() : rulePage(command.rule));
        return NOTHING_FOUND;
      case 'check':
        return await check(command, around);
    }
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    around.stderr(`attendu\u00a0: ${error.message}\n`);
    return FAILED;
  }
}

function ruleList(): string {
  const widest = Math.max(...rules.map(({ slug }) => slug.length));
  return rules
    .map(
      ({ code, slug, level, page }) =>
        `${code}  ${slug.padEnd(widest)}  ${LEVEL_NAMES[level].padEnd(13)}  ${/^# (.*)/.exec(page)?.[1] ?? ''}\n`,
    )
    .join('');
}

function rulePage(name: string): string {
  const rule = rules.find(
    ({ code, slug }) => [code, slug].includes(name) || code === name.toUpperCase(),
  );
  if (rule) {
    const [title, ...rest] = forReaders(rule.page).trimEnd().split('\n');
    return `${title}\n\n${rule.code} · ${LEVEL_NAMES[rule.level]}\n${rest.join('\n')}\n`;
  }
  throw new CommandError(
    `règle inconnue ${quoted(name)}\u00a0: «\u00a0attendu rule\u00a0» en donne la liste.`,
  );
}
