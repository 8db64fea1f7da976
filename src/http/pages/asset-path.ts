import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { projectFile } from '#src/project';

const paths = new Map<string, string>();

/** The address of a file in `templates/assets/`, with a piece of its hash: a changed file is a new address, so it may be cached for a year. */
export function assetPath(name: string): string {
  const known = paths.get(name);
  if (known) return known;
  const hash = createHash('sha256')
    .update(readFileSync(projectFile(`templates/assets/${name}`)))
    .digest('base64url')
    .slice(0, 10);
  const path = `/assets/${name}?v=${hash}`;
  paths.set(name, path);
  return path;
}
