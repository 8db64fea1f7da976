import { expect, test } from '@jest/globals';
import { messageKeys, t } from '#src/locales';
import { emails } from '#src/mail/emails';
import { renderEmail } from '#src/mail/render-email';
import { slotMarker, slotWidths, type Slot } from '#src/mail/slots';
import { parseHtml } from '#src/rules/document';
import { withoutMarks } from '#src/rules/own-words';
import { noticeSamples, readNoticeSample } from '#src/mail/samples';

const links: Record<(typeof noticeSamples)[number], [path: string, slot: Slot][]> = {
  confirmation: [
    ['/confirm/', 'confirm'],
    ['/not-me/', 'notMe'],
  ],
  'already-subscribed': [
    ['/preferences/', 'preferences'],
    ['/u/', 'unsubscribe'],
  ],
  welcome: [
    ['/welcome/', 'welcome'],
    ['/preferences/', 'preferences'],
    ['/u/', 'unsubscribe'],
  ],
  goodbye: [['/u/', 'unsubscribe']],
  'sign-in': [['/studio/sign-in/', 'signIn']],
  'data-request': [['/data/', 'data']],
  'change-address': [['/confirm/', 'change']],
  'address-changed': [],
  reminder: [
    ['/confirm/', 'confirm'],
    ['/not-me/', 'notMe'],
  ],
};

test('every email of the table has a sample', () => {
  expect(['digest', ...noticeSamples].toSorted()).toEqual(Object.keys(emails).toSorted());
});

test('every email has its texts in both languages', () => {
  const [english, hebrew] = ['en', 'he'].map((language) => messageKeys(language).filter((key) => key.startsWith('email.')));
  expect(hebrew!.toSorted()).toEqual(english!.toSorted());
});

test.each(noticeSamples)('%s has its personal links in HTML and text, and no other', async (name) => {
  const { html, text } = await renderEmail(readNoticeSample(name, 'he'));
  for (const [path, slot] of links[name]) {
    const address = `https://briefing.coastline.example${path}${slotMarker(slot)}`;
    expect([html.includes(`href="${address}"`), text.split('\n').includes(address)]).toEqual([true, true]);
  }
  const used = (Object.keys(slotWidths) as Slot[]).filter(
    (slot) => slot !== 'joined' && slot !== 'since' && html.includes(slotMarker(slot)),
  );
  expect(new Set(used)).toEqual(new Set(links[name].map(([, slot]) => slot)));
});

test('the confirmation is short, plain and says who asked and when', async () => {
  const { subject, html, text } = await renderEmail(readNoticeSample('confirmation', 'en'));
  const { texts, elements } = parseHtml(html);
  const body = withoutMarks(texts.map((part) => part.text).join(' ')).split('Contact us')[0]!;
  expect(subject).toBe('Confirm your Israel Briefing subscription');
  expect(body.split(' ').length).toBeLessThanOrEqual(90);
  expect(body).toContain('at www.coastline.example on 22 November 2026 at 06:30');
  expect(body).toContain('Not you? Do nothing: we will not write again.');
  expect(elements.filter(({ tagName }) => tagName === 'img')).toEqual([]);
  expect(Buffer.byteLength(html)).toBeLessThan(15 * 1024);
  expect(text).not.toMatch(/unsubscribe/i);
});

test('one-off mails are transactional, the digest is not', () => {
  const transactional = Object.entries(emails).filter(([, row]) => row.transactional);
  expect(transactional.map(([name]) => name).toSorted()).toEqual(noticeSamples.toSorted());
  expect(emails.digest.transactional).toBe(false);
});

test('a visitor’s words have no way into a confirmation', async () => {
  const request = readNoticeSample('confirmation', 'en') as { email: 'confirmation'; variables: object };
  const { html, text } = await renderEmail({ ...request, variables: { ...request.variables, name: 'BUY NOW' } });
  expect(`${html}${text}`).not.toContain('BUY NOW');
});

test.each(['en', 'he'])('the subjects in %s name the newsletter', (language) => {
  for (const key of [
    'confirmation',
    'alreadySubscribed',
    'welcome',
    'goodbye',
    'signIn',
    'dataRequest',
    'changeAddress',
    'addressChanged',
    'reminder',
  ]) {
    expect(t(language, `email.${key}.subject`, { newsletter: 'Israel Briefing' })).toContain('Israel Briefing');
  }
});
