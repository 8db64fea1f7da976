import { expect, test } from '@jest/globals';
import { breakMarkers } from '#src/mail/break-markers';
import { compileSkeleton } from '#src/mail/compile-skeleton';
import { DigestEmail } from '#src/mail/digest-email';
import type { RenderRequest } from '#src/mail/emails';
import { renderEmail } from '#src/mail/render-email';
import { readDigestSample, readNoticeSample } from '#src/mail/samples';
import { slotMarker, slotWidths, type Slot } from '#src/mail/slots';
import { checkEmail } from '#src/rules/check-email';
import { checkedDigest } from '../rules/sample.js';

const markers = (Object.keys(slotWidths) as Slot[]).map(slotMarker);
const allMarkers = markers.join(' ');

test.each(['english-eight', 'hebrew-eight'])('no word of an article in %s passes for a slot, and the digest may be sent', async (name) => {
  const email = readDigestSample(name);
  const [lead, ...rest] = email.articles as [DigestEmail['articles'][number], ...DigestEmail['articles']];
  const spoiled: DigestEmail = {
    ...email,
    note: allMarkers,
    articles: [
      {
        ...lead,
        headline: `How ${slotMarker('joined')} and timeslot.since came to be`,
        description: allMarkers,
        whyItMatters: allMarkers,
        source: slotMarker('joined'),
        url: `${lead.url}/${slotMarker('unsubscribe')}?day=${slotMarker('since')}#${slotMarker('joined')}`,
        image: {
          url: `https://www.coastline.example/images/${slotMarker('joined')}.jpg`,
          alt: slotMarker('data'),
          width: 600,
          height: 300,
        },
      },
      ...rest,
    ],
  };
  expect(await slotsIn({ email: 'digest', variables: spoiled })).toEqual(await slotsIn({ email: 'digest', variables: email }));
  const { items } = await checkEmail(await checkedDigest(spoiled));
  expect(items.filter(({ ok, level }) => !ok && level === 'block')).toEqual([]);
});

test('nor does a word of a newsletter, or of the latest subject, in a letter', async () => {
  const request = readNoticeSample('welcome', 'en') as { email: 'welcome'; variables: { newsletter: object } };
  const { newsletter } = request.variables;
  const latest = { subject: allMarkers, url: `https://www.coastline.example/${slotMarker('welcome')}` };
  const spoiled = { ...request.variables, newsletter: { ...newsletter, postalAddress: allMarkers }, latest };
  expect(await slotsIn({ email: 'welcome', variables: spoiled })).toEqual(await slotsIn(request));
});

test('an address still leads to the same page', () => {
  const address = 'https://www.coastline.example/slot.joined/slot.mp4?at=slot.since';
  expect(breakMarkers(address)).toBe('https://www.coastline.example/slot%2Ejoined/slot%2Emp4?at=slot%2Esince');
  expect(decodeURI(breakMarkers(address))).toBe(address);
});

test('a host that reads like a slot is refused', () => {
  const email = readDigestSample('english-one');
  email.articles[0]!.url = 'https://slot.joined.example/news';
  expect(() => DigestEmail.parse(email)).toThrow('Its host reads like a slot');
});

test('other words stay as they are', () => {
  const plain = { text: 'A slot. Another one; slot 7, slots.', list: [null, 3, true] };
  expect(breakMarkers(plain)).toEqual(plain);
});

/** Each slot as often as a reader's value would be written. */
async function slotsIn(request: RenderRequest): Promise<string[]> {
  const { plain, windows } = compileSkeleton(await renderEmail(request));
  return [...plain, ...windows.flatMap(({ slots }) => slots)].map(({ slot }) => slot).toSorted();
}
