import express from 'express';
import { expect, test } from '@jest/globals';
import { trustOf } from '#src/http/trust-of';

const proxies = ['10.0.0.0/8', '127.0.0.1', '2001:db8::/32'];
const hops = ['127.0.0.1', '::ffff:127.0.0.1', '10.200.3.4', '11.0.0.1', '::1', '2001:db8:7::1', '2001:db9::1', '::ffff:10.1.1.1'];

test('a hop is trusted as Express trusts it, at first sight and ever after', () => {
  const express5 = express().set('trust proxy', proxies).get('trust proxy fn') as (address: string, hop: number) => boolean;
  const trust = trustOf(proxies);
  const expected = hops.map((hop) => express5(hop, 0));
  expect(expected).toEqual([true, true, true, false, false, true, false, true]);
  for (let n = 0; n < 2_500; n += 1) {
    expect(trust(`10.0.${n >> 8}.${n & 255}`, 0)).toBe(true); // more than are remembered
    if (n % 500 === 0) expect(hops.map((hop) => trust(hop, 0))).toEqual(expected);
  }
});
