import { expect, test } from '@jest/globals';
import { renderEmail } from '#src/mail/render-email';
import { checkEmail } from '#src/rules/check-email';
import { allowedHosts, checkedDigest, digestNames, noticeNames, sampleDigest, sampleNotice } from './sample.js';

const inBothLanguages = (names: readonly string[]) => names.flatMap((name) => ['en', 'he'].map((language) => [name, language] as const));

test('there are twelve digests', () => {
  expect(digestNames).toHaveLength(12);
});

test.each(inBothLanguages(digestNames))('the digest %s, framed in %s, may be sent', async (name, language) => {
  const message = await checkedDigest(sampleDigest(name, language));
  const again = (await checkedDigest(sampleDigest(name, language))).rendered;
  const { canSend, items } = await checkEmail({ ...message, again });
  expect(items.filter((item) => !item.ok && item.level === 'block')).toEqual([]);
  expect(canSend).toBe(true);
});

test.each(inBothLanguages(noticeNames))('the mail %s, in %s, may be sent', async (name, language) => {
  const rendered = await renderEmail(sampleNotice(name as (typeof noticeNames)[number], language));
  const { items } = await checkEmail({ rendered, email: null, allowedHosts });
  expect(items.filter((item) => !item.ok && item.level === 'block')).toEqual([]);
});
