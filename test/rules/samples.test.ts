import { expect, test } from '@jest/globals';
import { renderEmail } from '#src/mail/render-email';
import { checkEmail } from '#src/rules/check-email';
import { digestSamples, noticeSamples, readDigestSample, readNoticeSample, sampleHosts } from '#src/mail/samples';
import { checkedDigest } from './sample.js';

const inBothLanguages = (names: readonly string[]) => names.flatMap((name) => ['en', 'he'].map((language) => [name, language] as const));

test('there are twelve digests', () => {
  expect(digestSamples).toHaveLength(12);
});

test.each(inBothLanguages(digestSamples))('the digest %s, framed in %s, may be sent', async (name, language) => {
  const message = await checkedDigest(readDigestSample(name, language));
  const again = (await checkedDigest(readDigestSample(name, language))).rendered;
  const { canSend, items } = await checkEmail({ ...message, again });
  expect(items.filter((item) => !item.ok && item.level === 'block')).toEqual([]);
  expect(canSend).toBe(true);
});

test.each(inBothLanguages(noticeSamples))('the mail %s, in %s, may be sent', async (name, language) => {
  const rendered = await renderEmail(readNoticeSample(name as (typeof noticeSamples)[number], language));
  const { items } = await checkEmail({ rendered, email: null, allowedHosts: sampleHosts });
  expect(items.filter((item) => !item.ok && item.level === 'block')).toEqual([]);
});
