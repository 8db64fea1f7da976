import { expect, test } from '@jest/globals';
import { looksLikeApiKey, makeApiKey, startOfKey } from '#src/accounts/api-key';

test('a key has its prefix, 32 characters and a checksum', () => {
  const keys = Array.from({ length: 200 }, makeApiKey);
  expect(new Set(keys).size).toBe(200);
  for (const key of keys) {
    expect(key).toMatch(/^ib_live_[0-9A-Za-z]{38}$/);
    expect(looksLikeApiKey(key)).toBe(true);
    expect(key.startsWith(startOfKey(key))).toBe(true);
  }
});

test('any slip of the pen is found by the checksum', () => {
  const key = makeApiKey();
  for (let place = 0; place < key.length; place += 1) {
    const other = key[place] === 'x' ? 'y' : 'x';
    expect(looksLikeApiKey(`${key.slice(0, place)}${other}${key.slice(place + 1)}`)).toBe(false);
  }
  expect(looksLikeApiKey(`${key} `)).toBe(false);
  expect(looksLikeApiKey(`${key}\n`)).toBe(false);
});
