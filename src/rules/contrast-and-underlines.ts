import { attribute, withAncestors, type Element } from '#src/rules/document';
import { contrast, hexOf, inverted, type Colour } from '#src/rules/colour';
import { inheritedValue, styleReader, type Scheme } from '#src/rules/computed-style';
import { elementPlace } from '#src/rules/places';
import type { CheckedMessage } from '#src/rules/checked-message';
import type { Finding, Rule } from '#src/rules/rule';
import { saying } from '#src/rules/saying';

const least = 4.5;
const views: { name: string; scheme: Scheme; shown: (colour: Colour) => Colour }[] = [
  { name: 'light', scheme: 'light', shown: (colour) => colour },
  { name: 'dark', scheme: 'dark', shown: (colour) => colour },
  { name: 'outlook', scheme: 'outlook-dark', shown: (colour) => colour },
  { name: 'inverted', scheme: 'light', shown: inverted },
];

/** WCAG 2.2, 1.4.3 and 1.4.1. */
export const contrastAndUnderlines: Rule = {
  id: 'D07',
  name: 'contrastAndUnderlines',
  level: 'block',
  part: 'html',
  check: (message) => [...paleTexts(message), ...bareLinks(message)],
};

function paleTexts({ html, styleRules }: CheckedMessage): Finding[] {
  const style = styleReader(styleRules);
  const elements = [...new Set(html.texts.map(({ element }) => element))];
  return views.flatMap(({ name, scheme, shown }) =>
    elements.flatMap((element) => {
      const colour = shown(style.colour(element, scheme));
      const background = shown(style.background(element, scheme));
      const ratio = contrast(colour, background);
      if (ratio >= least) return [];
      const view = saying(`contrastAndUnderlines.view.${name}`);
      return [
        { place: elementPlace(element), fault: 'pale', values: { colour: hexOf(colour), background: hexOf(background), view, ratio } },
      ];
    }),
  );
}

function bareLinks({ html }: CheckedMessage): Finding[] {
  return html.elements
    .filter(
      (element) =>
        element.tagName === 'a' && !isButton(element) && !/underline/.test(inheritedValue(element, 'text-decoration') ?? 'underline'),
    )
    .map((element) => ({ place: elementPlace(element), fault: 'bare' }));
}

/** A button shows by its ground that it can be pressed. */
export function isButton(link: Element): boolean {
  const style = attribute(link, 'style') ?? '';
  return (
    /display:\s*inline-block/.test(style) &&
    /background/.test(style) &&
    [...withAncestors(link)].some((ancestor) => ancestor.tagName === 'td')
  );
}
