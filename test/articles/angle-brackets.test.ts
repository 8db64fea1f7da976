import { expect, test } from '@jest/globals';
import { plainText } from '#src/articles/plain-text';

test.each([
  ['Why 3<x matters: a<b>c', 'Why 3<x matters: a<b>c'],
  ['Profit <b margin is 5 percent. Then the rest.', 'Profit <b margin is 5 percent. Then the rest.'],
  ['If a <b then c is lost.', 'If a <b then c is lost.'],
  ['<3 and <you>', '<3 and <you>'],
])('text with an angle bracket stays whole: %s', (text, kept) => {
  expect(plainText(text)).toBe(kept);
});

test.each([
  ['<b>Bold</b> words', 'Bold words'],
  ['One<br>two', 'One two'],
  ['Safe <script>alert(1)</script>words', 'Safe words'],
  ['Safe <script>alert(1)', 'Safe'],
  ['<p class="lead">Lead', '<p class="lead">Lead'],
  ['<img src=x onerror=alert(1)>Caption', 'Caption'],
])('markup becomes the words that a reader would see: %s', (markup, words) => {
  expect(plainText(markup)).toBe(words);
});
