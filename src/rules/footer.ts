import { slotMarker } from '#src/mail/slots';
import { attribute, type Element } from '#src/rules/document';
import { inheritedValue } from '#src/rules/computed-style';
import { withoutMarks } from '#src/rules/own-words';
import { at } from '#src/rules/places';
import type { CheckedMessage } from '#src/rules/checked-message';
import type { Finding, Rule } from '#src/rules/rule';
import { saying } from '#src/rules/saying';

const smallest = 13;
const unsubscribePath = `/u/${slotMarker('unsubscribe')}`;

/** CAN-SPAM and Gmail's rules: who sends this, why, and the ways out. */
const completeFooter: Rule = {
  id: 'D23',
  name: 'completeFooter',
  level: 'block',
  part: 'html',
  check: (message) => [...missingFrom(message, 'html'), ...missingFrom(message, 'text')],
};

const visibleUnsubscribe: Rule = {
  id: 'D24',
  name: 'visibleUnsubscribe',
  level: 'block',
  part: 'html',
  check: (message) => (message.email ? unsubscribeFindings(message) : []),
};

export const footerRules: Rule[] = [completeFooter, visibleUnsubscribe];

function missingFrom({ html, rendered, email }: CheckedMessage, part: 'html' | 'text'): Finding[] {
  const words = withoutMarks(part === 'html' ? html.texts.map(({ text }) => text).join(' ') : rendered.text).replaceAll(' ', '');
  const links = part === 'html' ? linksOf(html.elements).join('\n') : rendered.text;
  const says = (text: string) => words.includes(withoutMarks(text).replaceAll(' ', ''));
  const contact = email ? email.newsletter.contactAddress : '@';
  const needed: [boolean, string][] = [
    [part === 'html' ? links.includes('mailto:') && links.includes(contact) : links.includes(contact), 'contact'],
  ];
  if (email) {
    needed.push(
      [(says(slotMarker('joined')) || says(slotMarker('since'))) && says(email.newsletter.name), 'reason'],
      [says(email.newsletter.fromName), 'sender'],
      [says(email.newsletter.postalAddress), 'address'],
      [links.includes('/preferences/'), 'preferences'],
      [links.includes(email.webUrl), 'web'],
      [links.includes(unsubscribePath), 'unsubscribe'],
    );
  }
  return needed
    .filter(([there]) => !there)
    .map(([, what]) => ({ part, place: at('footer'), fault: part, values: { what: saying(`completeFooter.what.${what}`) } }));
}

function unsubscribeFindings({ html, rendered }: CheckedMessage): Finding[] {
  const link = html.texts.find(({ element }) => attribute(element, 'href')?.includes(unsubscribePath));
  const size = Number(/^([\d.]+)px/.exec(link ? (inheritedValue(link.element, 'font-size') ?? '') : '')?.[1] ?? 0);
  const findings: Finding[] = [];
  if (!link) findings.push({ place: at('footer'), fault: 'html' });
  else if (size < smallest) findings.push({ place: at('footer'), fault: 'small', values: { size } });
  if (!rendered.text.includes(unsubscribePath)) findings.push({ part: 'text', place: at('footer'), fault: 'text' });
  return findings;
}

function linksOf(elements: Element[]): string[] {
  return elements.map((element) => attribute(element, 'href') ?? '').filter(Boolean);
}
