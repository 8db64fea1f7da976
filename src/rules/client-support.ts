import { attribute, type Element } from '#src/rules/document';
import { clientsWithout, featureOf } from '#src/rules/caniemail';
import { fallbacks, untested } from '#src/rules/fallbacks';
import { elementPlace } from '#src/rules/places';
import { inlineStyle } from '#src/rules/style-sheet';
import type { CheckedMessage } from '#src/rules/checked-message';
import type { Finding, Rule } from '#src/rules/rule';

const forbiddenElements = /^(svg|picture|source|form|input|button|select|textarea|script|iframe|object|embed|video|audio|amp-.*|bdi)$/;
const forbiddenDeclarations =
  /^(display:\s*(inline-)?(flex|grid)|position:|text-align:\s*(start|end)|[a-z-]*-(inline|block)(-(start|end|size))?:|(inline|block)-size:|--)|var\(/;
const sections = /^(header|footer|main|section|article|nav|aside)$/;
const untestedElements = /^(html|head|title|meta|tbody|tr|td|a|br|h[1-6]|center)$/;

/** What the clients of readers do not know, by caniemail's tests, unless `fallbacks.ts` says what such readers get instead. */
export const clientSupport: Rule = {
  id: 'D11',
  level: 'block',
  part: 'html',
  promise: 'Every element and property is known to all clients, or has a declared fallback.',
  check: (message) => {
    const used = declarationsOf(message);
    return [
      ...message.html.elements.flatMap(forbiddenElement),
      ...forbiddenStyles(used),
      ...unsupported([...elementFeatures(message), ...styleFeatures(used), ...mediaFeatures(message)]),
    ];
  },
};

function forbiddenElement(element: Element): Finding[] {
  const problem = forbidden(element);
  return problem === null ? [] : [{ place: elementPlace(element), message: problem, remedy: 'Leave it out; an image is JPEG or PNG.' }];
}

function forbidden(element: Element): string | null {
  if (forbiddenElements.test(element.tagName)) return `<${element.tagName}> does not work in mail.`;
  if (attribute(element, 'href')?.startsWith('#')) return 'Links inside a mail are dead in Gmail and Yahoo.';
  if (/\.(webp|svg|avif)(\?|$)/i.test(attribute(element, 'src') ?? '')) return 'Outlook does not show this image format.';
  return null;
}

function forbiddenStyles(used: Used[]): Finding[] {
  return used
    .filter(({ property, value }) => forbiddenDeclarations.test(`${property}:${value}`))
    .map(({ property, value, place }) => ({
      place: place(),
      message: `${property}:${value} does not work in mail.`,
      remedy: 'Leave it out.',
    }));
}

function unsupported(features: [string, () => string][]): Finding[] {
  return [...new Map(features)].flatMap(([feature, place]) => {
    const without = clientsWithout(feature);
    if (without?.length === 0 || feature in fallbacks) return [];
    const message = without
      ? `${feature} is unknown to ${without.length} clients, ${without.slice(0, 3).join(', ')} among them.`
      : `Nobody has tested ${feature} in mail clients.`;
    return [{ place: place(), message, remedy: 'Leave it out, or declare what those readers get instead (src/rules/fallbacks.ts).' }];
  });
}

function elementFeatures({ html }: CheckedMessage): [string, () => string][] {
  return html.elements
    .filter(({ tagName }) => !untestedElements.test(tagName))
    .map((element) => [sections.test(element.tagName) ? '<section>' : `<${element.tagName}>`, () => elementPlace(element)]);
}

function styleFeatures(used: Used[]): [string, () => string][] {
  const properties = used
    .filter(({ property }) => !untested.test(property))
    .map(({ property, place }): [string, () => string] => [featureOf(property) ?? property, place]);
  const units = used.flatMap(({ value, place }) =>
    [...value.matchAll(/\d(rem|em|vw|vh|ch|ex|vmin|vmax)\b/g)].map((match): [string, () => string] => [`unit ${match[1]}`, place]),
  );
  return [...properties, ...units];
}

function mediaFeatures({ styleRules }: CheckedMessage): [string, () => string][] {
  return styleRules.flatMap(({ media }): [string, () => string][] => {
    if (media === null) return [];
    const name = /prefers-color-scheme/.test(media) ? '@media prefers-color-scheme' : (/^@[\w-]+/.exec(media)?.[0] ?? '@');
    return [[name, () => 'a style element']];
  });
}

interface Used {
  property: string;
  value: string;
  place: () => string;
}

function declarationsOf({ html, styleRules }: CheckedMessage): Used[] {
  const inline = html.elements.flatMap((element) =>
    [...inlineStyle(element)].map(([property, value]) => ({ property, value, place: () => elementPlace(element) })),
  );
  const sheet = styleRules.flatMap(({ selector, declarations }) =>
    [...declarations].map(([property, value]) => ({ property, value, place: () => `style ${selector}` })),
  );
  return [...inline, ...sheet];
}
