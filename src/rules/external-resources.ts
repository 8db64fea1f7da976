import { attribute } from '#src/rules/document';
import { inheritedValue } from '#src/rules/computed-style';
import { at, elementPlace } from '#src/rules/places';
import type { CheckedMessage } from '#src/rules/checked-message';
import type { Finding, Rule } from '#src/rules/rule';

/** A fetched font or sheet tells a third party who reads, and MJML adds one for its default font. */
export const externalResources: Rule = {
  id: 'D12',
  name: 'externalResources',
  level: 'block',
  part: 'html',
  check: (message) => [...fetched(message), ...fontless(message)],
};

function fetched({ html, styleRules, rendered }: CheckedMessage): Finding[] {
  const links = html.elements.filter((element) => element.tagName === 'link').map(elementPlace);
  const imports = html.styleSheets.filter((sheet) => /@import|@font-face/i.test(sheet)).map(() => at('styleElement'));
  const ghosts = /<link[^>]*>|@import/i.test(html.comments.join('\n')) ? [at('outlookComment')] : [];
  const backgrounds = [
    ...styleRules
      .filter(({ declarations }) => [...declarations.values()].some((value) => /url\(/i.test(value)))
      .map(({ selector }) => at('style', { selector })),
    ...html.elements
      .filter((element) => /url\(/i.test(attribute(element, 'style') ?? '') || attribute(element, 'background') !== null)
      .map(elementPlace),
  ];
  const mjmlDefault = rendered.html.includes('font-family:Ubuntu') ? [at('mjmlFont')] : [];
  return [...links, ...imports, ...ghosts, ...backgrounds, ...mjmlDefault].map((place) => ({ place, fault: 'fetched' }));
}

function fontless({ html }: CheckedMessage): Finding[] {
  return [...new Set(html.texts.map(({ element }) => element))]
    .filter((element) => !/(sans-serif|serif|monospace)$/.test(inheritedValue(element, 'font-family') ?? ''))
    .map((element) => ({ place: elementPlace(element), fault: 'fontless' }));
}
