import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { languages, messageKeys } from '#src/locales';
import { readDigestSample } from '#src/mail/samples';
import { projectFile } from '#src/project';
import { checkEmail, type CheckItem } from '#src/rules/check-email';
import type { CheckRequest } from '#src/rules/checked-message';
import type { Saying } from '#src/rules/saying';
import { spellOut } from '#src/rules/spell-out';
import { breakages } from './broken-messages.js';
import { checkedDigest } from './sample.js';

const sound = new Map<string, CheckRequest>();
const items: CheckItem[] = [];
/** What the studio puts around the words of others. */
const isolate = (words: string) => `\u2068${words}\u2069`;

beforeAll(async () => {
  for (const { from = 'english-eight', spoil } of breakages) {
    const message = sound.get(from) ?? (await checkedDigest(readDigestSample(from)));
    sound.set(from, message);
    items.push(...(await checkEmail(spoil(message))).items);
  }
});

/** The texts below `rules.` that the rules say; `check-digest.ts` has four sections of its own. */
const ofDigests = /^(articles|available|recipients|sameDay|place\.seat)\b/;
const keys = messageKeys('en')
  .filter((key) => key.startsWith('rules.'))
  .map((key) => key.slice('rules.'.length));

test('every text of the rules is said of some message', () => {
  const said = new Set(items.flatMap(({ place, message, remedy }) => [place, message, remedy]).flatMap(keysOf));
  expect(keys.filter((key) => !ofDigests.test(key) && !said.has(key))).toEqual([]);
});

test('every text of the digest’s own checks is used', () => {
  const source = readFileSync(projectFile('src/digests/check-digest.ts'), 'utf8');
  const names = keys
    .filter((key) => ofDigests.test(key))
    .map((key) => key.replace(/\.(promise|message|remedy)$/, '').replace('place.', ''));
  const byReason = /^available\.(withdrawn|embargoed)$/; // the reason is the name
  expect(names.filter((name) => !byReason.test(name) && !source.includes(`'${name}'`))).toEqual([]);
});

test.each(readdirSync(projectFile('src/rules')))('no text is missing for a fault that %s names', (file) => {
  const source = readFileSync(projectFile(`src/rules/${file}`), 'utf8');
  const named = (pattern: RegExp) => [...source.matchAll(pattern)].map(([, name = '']) => name);
  const rules = named(/^ {2}name: '(\w+)'/gm);
  const missing = named(/\bfault: '(\w+)'/g).filter((fault) => !rules.some((rule) => keys.includes(`${rule}.${fault}.remedy`)));
  const places = named(/\bat\('(\w+)'/g).filter((place) => !keys.includes(`place.${place}`));
  expect([...missing, ...places, ...rules.filter((rule) => !keys.includes(`${rule}.promise`))]).toEqual([]);
});

test.each(languages.filter((language) => language !== 'en'))('in %s nothing is left in English', (language) => {
  const english = new Set(items.flatMap((item) => textsOf(item, 'en', '1')));
  const left = new Set(
    items.flatMap((item) => textsOf(item, language, '1')).filter((sentence) => english.has(sentence) && /[a-z]/i.test(sentence)),
  );
  expect([...left]).toEqual([]);
});

describe('in Hebrew', () => {
  test('every sentence has a Hebrew word', () => {
    const sentences = items.flatMap((item) => [spellOut(item, 'he').message, ...(item.remedy ? [spellOut(item, 'he').remedy] : [])]);
    expect([...new Set(sentences)].filter((sentence) => !/\p{Script=Hebrew}{2}/u.test(sentence))).toEqual([]);
  });

  test('code that signs begin or end is isolated, so that it reads from left to right', () => {
    const texts = items.flatMap((item) => textsOf(item, 'he', ''));
    const loose = texts
      .map((text) => text.replace(/\u2066[^\u2069]*\u2069/g, ''))
      .filter((text) => /[<>[\]={}]|#\w|[a-z][:;%/]/i.test(text));
    expect([...new Set(loose)]).toEqual([]);
  });
});

describe.each([
  [
    'D15',
    'a foreign word without span',
    '“CardioLine” runs the other way and is not marked.',
    '„\u2068CardioLine\u2069” נכתב בכיוון ההפוך ואינו מסומן.',
  ],
  [
    'D26',
    'a host that is not on the list',
    'www.coastiine.example is not on the list of hosts.',
    '\u2068www.coastiine.example\u2069 אינו ברשימת האתרים.',
  ],
  ['D30', 'one article', 'There is one article.', 'יש כתבה אחת.'],
  ['D30', 'two articles', 'There are 2 articles.', 'יש 2 כתבות.'],
  ['D17', 'a short subject', 'The subject has 4 characters.', 'בנושא 4 תווים בלבד.'],
  ['D23', 'no preferences', 'The HTML lacks a link to the preferences.', 'ב-HTML אין קישור להעדפות.'],
  ['D21', 'a mail of 80 KB', /^The HTML has 79\.\d KB\.$/, /^ה-HTML שוקל 79\.\d ק״ב\.$/],
  ['L01', 'an unlabelled advertisement', /^The digest holds an advertisement, /, /^בגיליון יש פרסומת, /],
])('%s, %s', (id, what, english, hebrew) => {
  const asked = async () => {
    const { from = 'english-eight', spoil } = breakages.find((breakage) => breakage.id === id && breakage.what === what)!;
    return (await checkEmail(spoil(sound.get(from)!))).items.find((item) => item.id === id && !item.ok)!;
  };

  test('says so in English as it is, and in Hebrew with what it quotes isolated', async () => {
    const item = await asked();
    const sentences = [spellOut(item, 'en').message, spellOut(item, 'he', isolate).message];
    expect(sentences).toEqual([english, hebrew].map((wanted) => (wanted instanceof RegExp ? expect.stringMatching(wanted) : wanted)));
  });
});

test('places of one fault that are not listed are counted in either language', async () => {
  const { rendered, ...message } = sound.get('english-eight')!;
  const html = rendered.html.replaceAll(' role="presentation"', '');
  const last = (await checkEmail({ ...message, rendered: { ...rendered, html } })).items.findLast(({ id }) => id === 'D03')!;
  expect(spellOut(last, 'en').message).toMatch(/^A layout table is read out as a table of data\. \(and \d+ more\)$/);
  expect(spellOut(last, 'he').message).toMatch(/^קורא מסך מקריא טבלת עימוד כטבלת נתונים\. \(ועוד \d+\)$/);
});

/** Place, message and remedy, where it has them, with one and the same word for whatever they quote. */
function textsOf(item: CheckItem, language: string, quoted: string): string[] {
  const { place, message, remedy } = spellOut(item, language, () => quoted);
  return [place, message, remedy].filter(Boolean);
}

function keysOf(saying: Saying | null): string[] {
  if (saying === null) return [];
  const within = Object.values(saying.values).flatMap((value) => (typeof value === 'object' ? keysOf(value) : []));
  return [saying.key, ...within];
}
