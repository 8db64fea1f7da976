import { attribute } from '#src/rules/document';
import { inheritedValue } from '#src/rules/computed-style';
import { elementPlace } from '#src/rules/places';
import type { CheckedMessage } from '#src/rules/checked-message';
import type { Finding, Rule } from '#src/rules/rule';

/** A fetched font or sheet tells a third party who reads, and MJML adds one for its default font. */
export const externalResources: Rule = {
  id: 'D12',
  level: 'block',
  part: 'html',
  promise: 'Nothing but an image is fetched, and every text has a font that readers have.',
  check: (message) => [...fetched(message), ...fontless(message)],
};

function fetched({ html, styleRules, rendered }: CheckedMessage): Finding[] {
  const remedy = 'Use the fonts that readers have, and inline styles.';
  const links = html.elements.filter((element) => element.tagName === 'link').map(elementPlace);
  const imports = html.styleSheets.filter((sheet) => /@import|@font-face/i.test(sheet)).map(() => 'a style element');
  const ghosts = /<link[^>]*>|@import/i.test(html.comments.join('\n')) ? ['a comment for Outlook'] : [];
  const backgrounds = [
    ...styleRules
      .filter(({ declarations }) => [...declarations.values()].some((value) => /url\(/i.test(value)))
      .map(({ selector }) => `style ${selector}`),
    ...html.elements
      .filter((element) => /url\(/i.test(attribute(element, 'style') ?? '') || attribute(element, 'background') !== null)
      .map(elementPlace),
  ];
  const mjmlDefault = rendered.html.includes('font-family:Ubuntu') ? ['MJML’s default font'] : [];
  return [...links, ...imports, ...ghosts, ...backgrounds, ...mjmlDefault].map((place) => ({
    place,
    message: 'The mail fetches a font, a sheet or a background.',
    remedy,
  }));
}

function fontless({ html }: CheckedMessage): Finding[] {
  return [...new Set(html.texts.map(({ element }) => element))]
    .filter((element) => !/(sans-serif|serif|monospace)$/.test(inheritedValue(element, 'font-family') ?? ''))
    .map((element) => ({
      place: elementPlace(element),
      message: 'The text names no family of fonts to fall back on.',
      remedy: 'End font-family with serif or sans-serif.',
    }));
}
