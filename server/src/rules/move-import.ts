/** The repair of an import whose name has moved to another module. */
import type { Alias, ImportFrom } from '../syntax/index.ts';
import type { Edits } from './edits.ts';

/** Imports the name from where `qualifiedName` says; abandoned when the code that uses it would have to change. */
export function moveImport(edits: Edits, alias: Alias, qualifiedName: string): void {
  const dot = qualifiedName.lastIndexOf('.');
  const [module, name] = [qualifiedName.slice(0, dot), qualifiedName.slice(dot + 1)];
  const statement = alias.parent as ImportFrom;
  const { names } = statement;
  const isComment = edits.file.at(alias).text(statement).includes('#');
  if (isComment || (alias.asname === null && alias.name !== name)) edits.abandon();
  const written = `from ${module} import ${name}${alias.asname === null ? '' : ` as ${alias.asname}`}`;
  if (names.length === 1) {
    edits.replace(statement, written);
    return;
  }
  const i = names.indexOf(alias);
  if (i > 0) edits.replaceRange(alias, names[i - 1]!.end, alias.end, '');
  else edits.replaceRange(alias, alias.start, names[1]!.start, '');
  edits.insertLinesBefore(statement, [written]);
}
