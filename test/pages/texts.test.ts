import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { languages, messageKeys } from '#src/locales';
import { projectFile } from '#src/project';

const pageKeys = (language: string) => messageKeys(language).filter((key) => key.startsWith('page.'));

test.each(languages)('no text of the pages is missing in %s', (language) => {
  expect(pageKeys(language).toSorted()).toEqual(pageKeys('en').toSorted());
});

test('every text of the pages is used', () => {
  const sources = [...filesBelow('templates/pages'), ...filesBelow('src/http/pages')].join('\n');
  const unused = pageKeys('en').filter((key) => !isUsed(key.slice('page.'.length), sources));
  expect(unused).toEqual([]);
});

/** Named in quotes, or made from a template whose fixed beginning fits. */
function isUsed(key: string, sources: string): boolean {
  if (sources.includes(`'${key}'`) || sources.includes(`'page.${key}'`)) return true;
  const openings = [...sources.matchAll(/`(?:page\.)?([\w-]+\.)\$\{/g)].map(([, opening = '']) => opening);
  return openings.some((opening) => key.startsWith(opening));
}

function filesBelow(folder: string): string[] {
  return readdirSync(projectFile(folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(eta|ts)$/.test(name))
    .map((name) => readFileSync(projectFile(`${folder}/${name}`), 'utf8'));
}
