import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { joinedSlots } from '#src/mail/joined-slots';
import { renderEmail } from '#src/mail/render-email';
import { slotMarker, slotWidths } from '#src/mail/slots';
import { readDigestSample, readNoticeSample } from '#src/mail/samples';

test('the day is in English words or in figures', () => {
  expect(joinedSlots(new Date('2026-11-05T23:00:00Z'))).toEqual({ joined: '05 Nov 2026', since: '05.11.2026' });
});

test('every day fills its slots exactly', () =>
  fc.assert(
    fc.property(fc.date({ min: new Date('1970-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }), (at) => {
      const { joined, since } = joinedSlots(at);
      expect([joined.length, since.length]).toEqual([slotWidths.joined, slotWidths.since]);
    }),
  ));

test.each([
  ['en', 'joined', 'since'],
  ['he', 'since', 'joined'],
] as const)('a frame in %s has the slot %s and not the other, in its digest and its letters', async (language, slot, other) => {
  for (const request of [
    { email: 'digest', variables: readDigestSample('mixed-in-hebrew', language) } as const,
    readNoticeSample('welcome', language),
  ]) {
    const { html, text } = await renderEmail(request);
    for (const part of [html, text]) expect([part.includes(slotMarker(slot)), part.includes(slotMarker(other))]).toEqual([true, false]);
  }
});

test('figures read from left to right in a Hebrew sentence', async () => {
  const { html } = await renderEmail(readNoticeSample('welcome', 'he'));
  expect(html).toContain(`<span dir="ltr">${slotMarker('since')}</span>`);
});
