import { expect, test } from '@jest/globals';
import { inboxRows } from '#src/http/preview/inbox-rows';
import { renderEmail } from '#src/mail/render-email';
import { readDigestSample, readNoticeSample } from '#src/mail/samples';

test('a digest shows its subject and preheader, then its first words', async () => {
  const rendered = await renderEmail({ email: 'digest', variables: readDigestSample('english-eight') });
  const rows = inboxRows(rendered);
  expect(rows.map(({ client }) => client)).toEqual(['Gmail, desktop', 'Gmail, phone', 'Apple Mail, phone', 'Outlook, desktop']);
  for (const { subject, preview } of rows) {
    expect(subject).toBe('Hadera water plant slips a year');
    expect(rendered.preheader.startsWith(preview.slice(0, 30))).toBe(true);
  }
  expect(inboxRows({ ...rendered, preheader: 'Short.' })[2]?.preview).toMatch(/^Short\. Israel Briefing/);
});

test('a letter shows its first words', async () => {
  const [row] = inboxRows(await renderEmail(readNoticeSample('confirmation', 'en')));
  expect(row?.preview).toMatch(/^Israel Briefing Confirm your subscription/);
});

test('a long subject is cut where the client cuts it, never inside a character', () => {
  const rows = inboxRows({ subject: '👩‍👩‍👧 '.repeat(60), preheader: 'x'.repeat(300), html: '<p>Words</p>' });
  expect(rows.map(({ preview }) => preview.length)).toEqual([116 - 88, 46, 90, 52]);
  for (const { subject } of rows) expect(subject).toMatch(/^(👩‍👩‍👧 ?)+…$/u);
});
