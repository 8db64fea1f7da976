import { attribute, withAncestors, type Element } from '#src/rules/document';
import { contrast, hexOf, inverted, type Colour } from '#src/rules/colour';
import { inheritedValue, styleReader, type Scheme } from '#src/rules/computed-style';
import { elementPlace } from '#src/rules/places';
import type { CheckedMessage } from '#src/rules/checked-message';
import type { Finding, Rule } from '#src/rules/rule';

const least = 4.5;
const views: { name: string; scheme: Scheme; shown: (colour: Colour) => Colour }[] = [
  { name: 'in light mode', scheme: 'light', shown: (colour) => colour },
  { name: 'in dark mode', scheme: 'dark', shown: (colour) => colour },
  { name: 'in Outlook’s dark mode', scheme: 'outlook-dark', shown: (colour) => colour },
  { name: 'when a client inverts the colours', scheme: 'light', shown: inverted },
];

/** WCAG 2.2, 1.4.3 and 1.4.1. */
export const contrastAndUnderlines: Rule = {
  id: 'D07',
  level: 'block',
  part: 'html',
  promise: 'All text has a contrast of at least 4.5 to 1, light, dark and inverted, and links are underlined.',
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
      const message = `${hexOf(colour)} on ${hexOf(background)} ${name} has a contrast of ${ratio.toFixed(1)}.`;
      return [{ place: elementPlace(element), message, remedy: 'Use darker text on light ground, or lighter text on dark ground.' }];
    }),
  );
}

function bareLinks({ html }: CheckedMessage): Finding[] {
  return html.elements
    .filter(
      (element) =>
        element.tagName === 'a' && !isButton(element) && !/underline/.test(inheritedValue(element, 'text-decoration') ?? 'underline'),
    )
    .map((element) => ({
      place: elementPlace(element),
      message: 'The link is not underlined.',
      remedy: 'Underline it: colour alone does not show a link.',
    }));
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
