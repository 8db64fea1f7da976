import { attribute, type Element } from '#src/rules/document';
import { clientsWithout, featureOf } from '#src/rules/caniemail';
import { fallbacks, untested } from '#src/rules/fallbacks';
import { at, elementPlace } from '#src/rules/places';
import { inlineStyle } from '#src/rules/style-sheet';
import type { CheckedMessage } from '#src/rules/checked-message';
import type { Finding, Rule } from '#src/rules/rule';
import type { Saying } from '#src/rules/saying';

const forbiddenElements = /^(svg|picture|source|form|input|button|select|textarea|script|iframe|object|embed|video|audio|amp-.*|bdi)$/;
const forbiddenDeclarations =
  /^(display:\s*(inline-)?(flex|grid)|position:|text-align:\s*(start|end)|[a-z-]*-(inline|block)(-(start|end|size))?:|(inline|block)-size:|--)|var\(/;
const sections = /^(header|footer|main|section|article|nav|aside)$/;
const untestedElements = /^(html|head|title|meta|tbody|tr|td|a|br|h[1-6]|center)$/;

/** What the clients of readers do not know, by caniemail's tests, unless `fallbacks.ts` says what such readers get instead. */
export const clientSupport: Rule = {
  id: 'D11',
  name: 'clientSupport',
  level: 'block',
  part: 'html',
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
  const found = (fault: Omit<Finding, 'place'>): Finding[] => [{ place: elementPlace(element), ...fault }];
  if (forbiddenElements.test(element.tagName)) return found({ fault: 'element', values: { element: element.tagName } });
  if (attribute(element, 'href')?.startsWith('#')) return found({ fault: 'anchor' });
  if (/\.(webp|svg|avif)(\?|$)/i.test(attribute(element, 'src') ?? '')) return found({ fault: 'format' });
  return [];
}

function forbiddenStyles(used: Used[]): Finding[] {
  return used
    .filter(({ property, value }) => forbiddenDeclarations.test(`${property}:${value}`))
    .map(({ property, value, place }) => ({ place: place(), fault: 'declaration', values: { declaration: `${property}:${value}` } }));
}

function unsupported(features: Feature[]): Finding[] {
  return [...new Map(features)].flatMap(([feature, place]) => {
    const without = clientsWithout(feature);
    if (without?.length === 0 || feature in fallbacks) return [];
    if (!without) return [{ place: place(), fault: 'untested', values: { feature } }];
    return [{ place: place(), fault: 'unknown', values: { feature, count: without.length, clients: without.slice(0, 3).join(', ') } }];
  });
}

function elementFeatures({ html }: CheckedMessage): Feature[] {
  return html.elements
    .filter(({ tagName }) => !untestedElements.test(tagName))
    .map((element) => [sections.test(element.tagName) ? '<section>' : `<${element.tagName}>`, () => elementPlace(element)]);
}

function styleFeatures(used: Used[]): Feature[] {
  const properties = used
    .filter(({ property }) => !untested.test(property))
    .map(({ property, place }): Feature => [featureOf(property) ?? property, place]);
  const units = used.flatMap(({ value, place }) =>
    [...value.matchAll(/\d(rem|em|vw|vh|ch|ex|vmin|vmax)\b/g)].map((match): Feature => [`unit ${match[1]}`, place]),
  );
  return [...properties, ...units];
}

function mediaFeatures({ styleRules }: CheckedMessage): Feature[] {
  return styleRules.flatMap(({ media }): Feature[] => {
    if (media === null) return [];
    const name = /prefers-color-scheme/.test(media) ? '@media prefers-color-scheme' : (/^@[\w-]+/.exec(media)?.[0] ?? '@');
    return [[name, () => at('styleElement')]];
  });
}

/** As caniemail names it, and where it is used. */
type Feature = [name: string, place: () => Saying];

interface Used {
  property: string;
  value: string;
  place: () => Saying;
}

function declarationsOf({ html, styleRules }: CheckedMessage): Used[] {
  const inline = html.elements.flatMap((element) =>
    [...inlineStyle(element)].map(([property, value]) => ({ property, value, place: () => elementPlace(element) })),
  );
  const sheet = styleRules.flatMap(({ selector, declarations }) =>
    [...declarations].map(([property, value]) => ({ property, value, place: () => at('style', { selector }) })),
  );
  return [...inline, ...sheet];
}
