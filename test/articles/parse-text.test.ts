import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { parseText } from '#src/articles/parse-text';
import { Refusal } from '#src/errors';
import { projectFile } from '#src/project';

const zone = 'Asia/Jerusalem';
const samples = projectFile('templates/samples/articles');
const signUp = 'To get more Israel news, click here to sign up for our free Israel Briefing newsletter.';

const standfirst =
  'Envoys of both sides have met in Nicosia for a third round of talks after the mediators withdrew their deadline and went home';
const paragraphs = [
  'The mayor spoke of “enormous progress” if the other side does not change its mind in the next days.',
  'She added: “NOBODY WANTS TO SEE THE ALTERNATIVE - NOBODY.”',
  '"I am told it will be done this week," he said — or next, others say; ‘soon’.',
  'Officials close to the talks, who asked not to be named, expect nothing before Sunday.',
];
const text = [standfirst, 'October 6, 2025 09:48', ...paragraphs, signUp].join('\n');

describe('a text article', () => {
  test('arrives whole: standfirst, date in the zone, every paragraph; the sign-up line is dropped', () => {
    expect(parseText(text, zone)).toEqual({
      headline: 'Envoys of both sides have met in Nicosia for a third round of talks after the mediators',
      description: standfirst,
      datePublished: '2025-10-06T06:48:00.000Z',
      author: [],
      articleBody: paragraphs,
      notes: ['headline missing'],
    });
  });

  test('has its headline from the first line when there are two before the date', () => {
    const article = parseText(['Talks go on', standfirst, 'October 6, 2025 09:48', 'One.'].join('\n'), zone);
    expect(article).toMatchObject({ headline: 'Talks go on', description: standfirst, articleBody: ['One.'] });
    expect(article.notes).toBeUndefined();
  });

  test.each(['By Dana Levi', 'By Dana Levi and Omer Sa’adon', 'מאת דנה לוי', 'מאת: דנה לוי־כהן'])('reads the byline "%s"', (byline) => {
    const author = byline.replace(/^(By|מאת:?) /, '');
    expect(parseText(['A', 'B', byline, 'October 6, 2025', 'One.'].join('\n'), zone)).toMatchObject({
      headline: 'A',
      description: 'B',
      author: [author],
    });
  });

  test('takes a line that only begins like a byline for text', () => {
    expect(parseText(['A', 'By Friday all of it was over', 'October 6, 2025', 'One.'].join('\n'), zone)).toMatchObject({
      description: 'By Friday all of it was over',
      author: [],
    });
  });

  test.each([
    ['a byte order mark', `\uFEFF${text}`],
    ['Windows line ends', text.replaceAll('\n', '\r\n')],
    ['old Macintosh line ends', text.replaceAll('\n', '\r')],
    ['empty lines and outer spaces', `\n\n${text.replaceAll('\n', ' \n\n\t')}\n\n`],
    ['NUL and other control characters', text.replaceAll('e', 'e\u0000\u0007\u001b')],
  ])('is the same with %s', (_, spoilt) => expect(parseText(spoilt, zone)).toEqual(parseText(text, zone)));

  test.each([
    ['', 'The file is empty'],
    [' \n \u0000 ', 'The file is empty'],
    ['One line', 'There is no date line'],
    [['A', ...paragraphs, ...paragraphs].join('\n'), 'date line such as "October 6, 2025 09:48"'],
    ['October 6, 2025 09:48\nA paragraph', 'Nothing stands before the date line'],
    ['A standfirst\nFebruary 30, 2025 09:48\nA paragraph', 'a time that does not exist'],
  ])('%j is refused: %s', (wrong, detail) => {
    expect(() => parseText(wrong, zone)).toThrow(Refusal);
    expect(() => parseText(wrong, zone)).toThrow(detail);
  });

  test('loses no word of any paragraph', () => {
    const paragraph = fc
      .string({ unit: fc.constantFrom(...'aBz אבש’“”–—,.:;()'.split('')), minLength: 3, maxLength: 80 })
      .filter((line) => line.trim() !== '');
    fc.assert(
      fc.property(fc.array(paragraph, { maxLength: 30 }), (lines) => {
        const body = parseText(['Standfirst', '2025-10-06 09:48', ...lines].join('\n'), zone).articleBody;
        expect(body).toEqual(lines.map((line) => line.replace(/\s+/g, ' ').trim()));
      }),
    );
  });

  test.each(readdirSync(samples))('the sample %s is read', (name) => {
    const article = parseText(readFileSync(`${samples}/${name}`, 'utf8'), zone);
    expect(article.datePublished).toMatch(/^2026-11-1[789]T/);
    expect(article.articleBody?.length).toBeGreaterThanOrEqual(5);
    expect(article.articleBody?.join(' ')).not.toMatch(/newsletter|ניוזלטר/);
    expect(article.headline.length).toBeLessThanOrEqual(90);
  });
});
