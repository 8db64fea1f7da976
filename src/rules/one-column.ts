import { attribute, childElements, textOf, type Element } from '#src/rules/document';
import { elementPlace } from '#src/rules/places';
import { inlineStyle } from '#src/rules/style-sheet';
import type { Finding, Rule } from '#src/rules/rule';

const widest = 600;
const phone = 320;
const longestUnbroken = 30;

/** Gmail drops style elements for accounts that are not its own: the mail must fit a phone without them. */
export const oneColumn: Rule = {
  id: 'D10',
  level: 'block',
  part: 'html',
  promise: 'One column, at most 600 px, that fits 320 px with every style element removed.',
  check: ({ html }) => html.elements.flatMap((element) => columnFindings(element)),
};

function columnFindings(element: Element): Finding[] {
  const style = inlineStyle(element);
  const place = elementPlace(element);
  const fixed = pixels(style.get('width')) ?? (element.tagName === 'img' ? null : pixels(attribute(element, 'width')));
  const findings: Finding[] = [];
  if (Math.max(fixed ?? 0, pixels(style.get('max-width')) ?? 0) > widest)
    findings.push({ place, message: 'It is wider than 600 px.', remedy: 'Keep to 600 px.' });
  if ((fixed !== null && fixed > phone) || (pixels(style.get('min-width')) ?? 0) > phone) {
    findings.push({ place, message: 'Its fixed width does not fit a phone.', remedy: 'Use width:100% and a max-width.' });
  }
  if (element.tagName === 'img' && !(style.get('width')?.endsWith('%') || style.get('max-width')?.endsWith('%'))) {
    findings.push({ place, message: 'The image cannot shrink.', remedy: 'Style it width:100%; height:auto.' });
  }
  if (element.tagName === 'tr' && childElements(element).length > 1)
    findings.push({ place, message: 'Two cells stand side by side.', remedy: 'Use one column.' });
  if (style.get('white-space') === 'nowrap' && textOf(element).length > longestUnbroken)
    findings.push({ place, message: 'A long line may not break.', remedy: 'Let it wrap.' });
  return findings;
}

function pixels(value: string | null | undefined): number | null {
  const number = /^([\d.]+)(?:px)?$/.exec(value ?? '')?.[1];
  return number === undefined ? null : Number(number);
}
