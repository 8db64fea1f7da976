import { beforeAll, describe, expect, test } from '@jest/globals';
import { checkEmail } from '#src/rules/check-email';
import type { CheckRequest } from '#src/rules/checked-message';
import { rules } from '#src/rules/rules';
import { spellOut } from '#src/rules/spell-out';
import { breakages } from './broken-messages.js';
import { readDigestSample } from '#src/mail/samples';
import { checkedDigest } from './sample.js';

const sound = new Map<string, CheckRequest>();
const names = [...new Set(breakages.map(({ from }) => from ?? 'english-eight'))];

beforeAll(async () => {
  for (const name of names) sound.set(name, await checkedDigest(readDigestSample(name)));
});

test.each(names)('the sample %s keeps every rule', async (name) => {
  const { items } = await checkEmail(sound.get(name)!);
  expect(items.filter((item) => !item.ok)).toEqual([]);
});

describe('a broken message is found by the rule', () => {
  test.each(breakages.map((breakage) => [breakage.id, breakage.what, breakage] as const))('%s: %s', async (id, _what, { from, spoil }) => {
    const { items } = await checkEmail(spoil(sound.get(from ?? 'english-eight')!));
    const [found] = items.filter((item) => item.id === id && !item.ok);
    expect(found && spellOut(found, 'en')).toMatchObject({
      ok: false,
      place: expect.stringMatching(/./),
      message: expect.stringMatching(/\.$/),
      remedy: expect.stringMatching(/./),
    });
  });
});

describe('turned off', () => {
  test.each(rules.map((rule) => [rule.id, rule.name, rule] as const))(
    '%s would let a broken message through: %s',
    async (id, _promise, rule) => {
      const place = rules.indexOf(rule);
      rules.splice(place, 1);
      try {
        const through: string[] = [];
        for (const { what, from, spoil } of breakages.filter((breakage) => breakage.id === id)) {
          const { items } = await checkEmail(spoil(sound.get(from ?? 'english-eight')!));
          if (items.every(({ ok }) => ok)) through.push(what);
        }
        expect(through).not.toEqual([]);
      } finally {
        rules.splice(place, 0, rule);
      }
    },
  );
});

test('every rule has a message that breaks it', () => {
  const broken = new Set(breakages.map(({ id }) => id));
  expect(rules.map(({ id }) => id).filter((id) => !broken.has(id))).toEqual([]);
});

test('the rules are D01 to D30 and the law', () => {
  const ids = [...new Set(rules.map(({ id }) => id))];
  expect(ids).toEqual([...Array.from({ length: 30 }, (_, index) => `D${String(index + 1).padStart(2, '0')}`), 'L01']);
});

test('a warning does not stop a digest, a block does', async () => {
  const message = sound.get('english-eight')!;
  const warned = await checkEmail({ ...message, previousSubjects: [message.rendered.subject] });
  const blocked = await checkEmail({ ...message, headers: { Subject: '{{subject}}' } });
  expect([warned.canSend, blocked.canSend]).toEqual([true, false]);
});

test('nothing is looked up without a resolver, and never our own host or loopback', async () => {
  const asked: string[] = [];
  const resolve = async (url: string) => {
    asked.push(new URL(url).host);
    return { ok: true, status: 200 };
  };
  await checkEmail({ ...sound.get('english-eight')!, resolve });
  expect(new Set(asked)).toEqual(new Set(['www.coastline.example']));
});

test('the label of an advertisement lets the digest go', async () => {
  const email = readDigestSample('english-eight');
  email.articles[3]!.kind = 'sponsored';
  const { items } = await checkEmail(await checkedDigest({ ...email, subject: 'Advertisement: four plays in Haifa' }));
  expect(items.filter((item) => !item.ok)).toEqual([]);
});

test('many places of one mistake are counted, not listed', async () => {
  const { rendered, ...message } = sound.get('english-eight')!;
  const { items } = await checkEmail({ ...message, rendered: { ...rendered, html: rendered.html.replaceAll(' role="presentation"', '') } });
  const found = items.filter((item) => item.id === 'D03');
  expect(found).toHaveLength(5);
  expect(spellOut(found.at(-1)!, 'en').message).toMatch(/\(and \d+ more\)$/);
});

test('a subject made of a headline may quote what the headline quotes', async () => {
  const email = readDigestSample('english-eight');
  email.articles[0]!.headline = 'What {{7*7}} means in a template';
  const { items } = await checkEmail(await checkedDigest({ ...email, subject: email.articles[0]!.headline }));
  expect(items.filter((item) => !item.ok)).toEqual([]);
});

test('a note may hold an address or the word undefined', async () => {
  const note = 'Undefined behaviour is undefined: https://www.coastline.example/en/2026/1001 says more.';
  const { items } = await checkEmail(await checkedDigest({ ...readDigestSample('english-eight'), note }));
  expect(items.filter((item) => !item.ok)).toEqual([]);
});
