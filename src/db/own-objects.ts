import { readFileSync, readdirSync } from 'node:fs';
import { projectFile } from '#src/project';

/** The tables and functions that the migrations make, by name: an extension's or another application's may stand in the same schema. */
export function ownObjects(): { tables: string[]; functions: string[] } {
  const folder = projectFile('src/db/migrations');
  const text = readdirSync(folder).map((name) => readFileSync(`${folder}/${name}`, 'utf8'));
  const made = (kind: 'TABLE' | 'FUNCTION'): string[] =>
    [...text.join('\n').matchAll(new RegExp(`^CREATE [A-Z ]*${kind} (\\w+)`, 'gm'))].map(([, name = '']) => name);
  return { tables: [...made('TABLE'), 'migration'], functions: made('FUNCTION') };
}
