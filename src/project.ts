import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's root: the same whether this runs from `src/` (tests) or from `dist/src/`. */
const root = ((folder) => {
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
})(dirname(fileURLToPath(import.meta.url)));

/** Absolute path of a file that ships with the project, such as a template or a migration. */
export function projectFile(path: string): string {
  return join(root, path);
}
