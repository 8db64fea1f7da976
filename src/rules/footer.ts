import { slotMarker } from '#src/mail/slots';
import { attribute, type Element } from '#src/rules/document';
import { inheritedValue } from '#src/rules/computed-style';
import { withoutMarks } from '#src/rules/own-words';
import type { CheckedMessage } from '#src/rules/checked-message';
import type { Finding, Part, Rule } from '#src/rules/rule';

const smallest = 13;
const unsubscribePath = `/u/${slotMarker('unsubscribe')}`;

/** CAN-SPAM and Gmail's rules: who sends this, why, and the ways out. */
const completeFooter: Rule = {
  id: 'D23',
  level: 'block',
  part: 'html',
  promise: 'The footer says why the mail came, who sends it from which address, and links to all ways out.',
  check: (message) => [...missingFrom(message, 'html'), ...missingFrom(message, 'text')],
};

const visibleUnsubscribe: Rule = {
  id: 'D24',
  level: 'block',
  part: 'html',
  promise: 'The unsubscribe link stands in the HTML and in the text, large enough to press.',
  check: (message) => (message.email ? unsubscribeFindings(message) : []),
};

export const footerRules: Rule[] = [completeFooter, visibleUnsubscribe];

function missingFrom({ html, rendered, email }: CheckedMessage, part: Part): Finding[] {
  const words = withoutMarks(part === 'html' ? html.texts.map(({ text }) => text).join(' ') : rendered.text).replaceAll(' ', '');
  const links = part === 'html' ? linksOf(html.elements).join('\n') : rendered.text;
  const says = (text: string) => words.includes(withoutMarks(text).replaceAll(' ', ''));
  const contact = email ? email.newsletter.contactAddress : '@';
  const needed: [boolean, string][] = [
    [part === 'html' ? links.includes('mailto:') && links.includes(contact) : links.includes(contact), 'a way to write to the sender'],
  ];
  if (email) {
    needed.push(
      [(says(slotMarker('joined')) || says(slotMarker('since'))) && says(email.newsletter.name), 'why it came and when the reader joined'],
      [says(email.newsletter.fromName), 'the sender’s name'],
      [says(email.newsletter.postalAddress), 'the postal address'],
      [links.includes('/preferences/'), 'a link to the preferences'],
      [links.includes(email.webUrl), 'a link to the mail on the web'],
      [links.includes(unsubscribePath), 'a link to unsubscribe'],
    );
  }
  return needed
    .filter(([there]) => !there)
    .map(([, what]) => ({
      part,
      place: 'the footer',
      message: `The ${part === 'html' ? 'HTML' : 'text'} lacks ${what}.`,
      remedy: 'Include the footer, and fill in the newsletter’s sender, address and contact.',
    }));
}

function unsubscribeFindings({ html, rendered }: CheckedMessage): Finding[] {
  const link = html.texts.find(({ element }) => attribute(element, 'href')?.includes(unsubscribePath));
  const size = Number(/^([\d.]+)px/.exec(link ? (inheritedValue(link.element, 'font-size') ?? '') : '')?.[1] ?? 0);
  const findings: Finding[] = [];
  if (!link) findings.push({ place: 'the footer', message: 'The HTML has no visible unsubscribe link.', remedy: 'Include the footer.' });
  else if (size < smallest)
    findings.push({ place: 'the footer', message: `The unsubscribe link is ${size} px.`, remedy: 'Use at least 13 px.' });
  if (!rendered.text.includes(unsubscribePath))
    findings.push({ part: 'text', place: 'the footer', message: 'The text has no unsubscribe link.', remedy: 'Include the footer.' });
  return findings;
}

function linksOf(elements: Element[]): string[] {
  return elements.map((element) => attribute(element, 'href') ?? '').filter(Boolean);
}
