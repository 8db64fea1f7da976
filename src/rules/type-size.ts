import { classesOf, withAncestors, type Element } from '#src/rules/document';
import { inheritedValue } from '#src/rules/computed-style';
import { at, elementPlace } from '#src/rules/places';
import type { CheckedMessage } from '#src/rules/checked-message';
import type { Finding, Rule } from '#src/rules/rule';

const bodySize = 16;
const metaSize = 13;
const bodyLines = 1.5;

/** Lines of small print are of class `meta`, or headings; all else is body text. `rem` is unknown to Outlook and Yahoo. */
export const typeSize: Rule = {
  id: 'D09',
  name: 'typeSize',
  level: 'block',
  part: 'html',
  check: (message) => [...new Set(message.html.texts.map(({ element }) => element))].flatMap(sizeFindings).concat(foreignUnits(message)),
};

function sizeFindings(element: Element): Finding[] {
  const place = elementPlace(element);
  const size = pixels(inheritedValue(element, 'font-size'));
  const lineHeight = pixels(inheritedValue(element, 'line-height'));
  if (size === null) return [{ place, fault: 'unsized' }];
  if (size < metaSize) return [{ place, fault: 'tiny', values: { size } }];
  if (isHeading(element) || isButtonText(element)) return [];
  if (!isMeta(element) && size < bodySize) return [{ place, fault: 'small', values: { size } }];
  if (lineHeight === null || lineHeight / size < bodyLines) return [{ place, fault: 'tight' }];
  return [];
}

function foreignUnits({ rendered }: CheckedMessage): Finding[] {
  const found = rendered.html.match(/font-size:\s*[\d.]+(?!px|[\d.])[a-z%]+/gi) ?? [];
  return [...new Set(found)].map((declaration) => ({ place: at('named', { name: declaration }), fault: 'foreign' }));
}

function pixels(value: string | null): number | null {
  const number = /^([\d.]+)px/.exec(value ?? '')?.[1];
  return number === undefined ? null : Number(number);
}

function isHeading(element: Element): boolean {
  return [...withAncestors(element)].some(({ tagName }) => /^h[1-6]$/.test(tagName));
}

function isButtonText(element: Element): boolean {
  return [...withAncestors(element)].some((ancestor) => classesOf(ancestor).includes('button'));
}

function isMeta(element: Element): boolean {
  return [...withAncestors(element)].some((ancestor) => classesOf(ancestor).includes('meta'));
}
