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
  name: 'oneColumn',
  level: 'block',
  part: 'html',
  check: ({ html }) => html.elements.flatMap((element) => columnFindings(element)),
};

function columnFindings(element: Element): Finding[] {
  const style = inlineStyle(element);
  const place = elementPlace(element);
  const fixed = pixels(style.get('width')) ?? (element.tagName === 'img' ? null : pixels(attribute(element, 'width')));
  const findings: Finding[] = [];
  if (Math.max(fixed ?? 0, pixels(style.get('max-width')) ?? 0) > widest) findings.push({ place, fault: 'wide' });
  if ((fixed !== null && fixed > phone) || (pixels(style.get('min-width')) ?? 0) > phone) findings.push({ place, fault: 'fixed' });
  if (element.tagName === 'img' && !(style.get('width')?.endsWith('%') || style.get('max-width')?.endsWith('%')))
    findings.push({ place, fault: 'rigid' });
  if (element.tagName === 'tr' && childElements(element).length > 1) findings.push({ place, fault: 'columns' });
  if (style.get('white-space') === 'nowrap' && textOf(element).length > longestUnbroken) findings.push({ place, fault: 'unbroken' });
  return findings;
}

function pixels(value: string | null | undefined): number | null {
  const number = /^([\d.]+)(?:px)?$/.exec(value ?? '')?.[1];
  return number === undefined ? null : Number(number);
}
