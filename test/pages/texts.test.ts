import { readdirSync, readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { consentWording } from '#src/http/pages/sign-up-form';
import { languages, messageKeys, t } from '#src/locales';
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

test('whoever changes the words of consent gives them a new version', () => {
  const keys = ['hint', 'hintDays', 'button', 'privacy', 'promise'];
  const words = ['en', 'he'].flatMap((language) => keys.map((key) => t(language, `page.subscribe.${key}`, { newsletter: 'N', days: 'D' })));
  expect([consentWording, createHash('sha256').update(words.join('\n')).digest('hex').slice(0, 12)]).toEqual(['2026-11-2', '5ef4e23d0b6b']);
});

/** Named in quotes, or a word of a closed list, or made from a template whose fixed beginning fits. */
function isUsed(key: string, sources: string): boolean {
  if (sources.includes(`'${key}'`) || sources.includes(`'page.${key}'`)) return true;
  const openings = [...sources.matchAll(/`(?:page\.)?([\w-]+\.)\$\{/g)].map(([, opening = '']) => opening);
  openings.push(...[...sources.matchAll(/\bword\('([\w-]+)'/g)].map(([, list = '']) => `${list}.`));
  return openings.some((opening) => key.startsWith(opening));
}

function filesBelow(folder: string): string[] {
  return readdirSync(projectFile(folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(eta|ts)$/.test(name))
    .map((name) => readFileSync(projectFile(`${folder}/${name}`), 'utf8'));
}
