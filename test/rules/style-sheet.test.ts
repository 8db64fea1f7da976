import { expect, test } from '@jest/globals';
import { contrast, parseColour } from '#src/rules/colour';
import { parseHtml } from '#src/rules/document';
import { matches, parseStyleSheet } from '#src/rules/style-sheet';

test('a style sheet is read with its media queries', () => {
  const rules = parseStyleSheet('/* a */ p, .b > a{color:#123456 !important;margin:0} @media print{.c{top:1px}}');
  expect(rules.map(({ media, selector }) => [media, selector])).toEqual([
    [null, 'p'],
    [null, '.b > a'],
    ['@media print', '.c'],
  ]);
  expect(rules[0]!.declarations.get('color')).toBe('#123456 !important');
});

test.each([
  ['p', true],
  ['.one p', true],
  ['div > p', true],
  ['body > p', false],
  ['[role] p', true],
  ['[role=list] p', false],
  ['p.two', true],
  ['.one .three', false],
  ['body .one p.two', true],
])('the selector %s matches: %s', (selector, expected) => {
  const { elements } = parseHtml('<body><div class="one" role="article"><p class="two">x</p></div></body>');
  expect(
    matches(
      elements.find(({ tagName }) => tagName === 'p')!,
      selector,
    ),
  ).toBe(expected);
});

test('contrast is that of WCAG', () => {
  expect(contrast(parseColour('#000')!, parseColour('#ffffff')!)).toBeCloseTo(21);
  expect(contrast(parseColour('#767676')!, parseColour('rgb(255, 255, 255)')!)).toBeCloseTo(4.54, 1);
  expect(parseColour('transparent')).toBeNull();
});
