import { expect, test } from '@jest/globals';
import type { DigestArticle } from '#src/digests/digest';
import { editArticle, moveArticle, seat, withArticles, withoutArticle } from '#src/http/studio/arrangement';

/** `a^ b c.`: the top article, one in brief, one that closes. */
function list(text: string): DigestArticle[] {
  return text.split(' ').map((word) => ({
    articleId: word[0] ?? '',
    slot: word.endsWith('^') ? 'top' : word.endsWith('.') ? 'more' : 'brief',
    headline: null,
    description: null,
    whyItMatters: null,
  }));
}

function written(articles: readonly DigestArticle[]): string {
  return articles.map(({ articleId, slot }) => articleId + { top: '^', brief: '', more: '.' }[slot]).join(' ');
}

test.each([
  ['a^ b c.', 'c', 'up', 'a^ c b'],
  ['a^ b c.', 'b', 'up', 'b^ a c.'],
  ['a^ b c.', 'a', 'up', 'a^ b c.'],
  ['a^ b c.', 'b', 'down', 'a^ c b'],
  ['a^ b c d', 'd', '1', 'd^ a b c'],
  ['a^ b c d', 'a', '9', 'b^ c d a'],
  ['a^ b c', 'x', 'up', 'a^ b c'],
  ['a^ b c', 'b', 'sideways', 'a^ b c'],
])('in "%s" moving %s %s makes "%s"', (before, articleId, to, after) => {
  expect(written(moveArticle(list(before), articleId, to))).toBe(after);
});

test('what is added stands before what closes, and never twice', () => {
  expect(written(withArticles(list('a^ b c.'), ['d', 'b', 'e']))).toBe('a^ b d e c.');
  expect(written(withArticles([], ['x', 'y']))).toBe('x^ y');
});

test('without the first article the next one leads', () => {
  expect(written(withoutArticle(list('a^ b c.'), 'a'))).toBe('b^ c.');
  expect(withoutArticle(list('a^'), 'a')).toEqual([]);
});

test('an article that closes goes to the end, and one that no longer closes stays', () => {
  const [first] = list('b.');
  expect(written(editArticle(list('a^ b c'), first as DigestArticle))).toBe('a^ c b.');
  const [open] = list('c');
  expect(written(editArticle(list('a^ b c.'), open as DigestArticle))).toBe('a^ b c');
});

test('seating is settled after once', () => {
  for (const wild of ['a. b^ c. d', 'a b. c. d^', 'a.']) {
    const seated = seat(list(wild));
    expect(seat(seated)).toEqual(seated);
    expect(seated.filter(({ slot }) => slot === 'top')).toHaveLength(1);
  }
});
