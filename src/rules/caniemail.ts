import { readFileSync } from 'node:fs';
import { projectFile } from '#src/project';

interface Table {
  clients: string[];
  /** Per feature: indexes of the clients without it, and of those that know it in part. */
  features: Record<string, [none: number[], partly: number[]]>;
}

const table = JSON.parse(readFileSync(projectFile('templates/email/caniemail/features.json'), 'utf8')) as Table;

/** The mail clients that do not know a feature (`border-radius`, `<section>`, `unit rem`, `@media`); null when nobody has tested it. */
export function clientsWithout(feature: string): string[] | null {
  const row = table.features[feature];
  return row ? row[0].map((index) => table.clients[index] ?? '') : null;
}

/** The feature under which caniemail files a CSS property: `border-top` is part of `border`. */
export function featureOf(property: string): string | null {
  for (let name = property; name !== ''; name = name.slice(0, Math.max(0, name.lastIndexOf('-')))) {
    if (table.features[name]) return name;
  }
  return null;
}
