import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { checkDns } from '#src/cli/doctor/check-dns';
import { readConfig } from '#src/config';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const published = rsa.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
const config = readConfig({
  NODE_ENV: 'test',
  DATABASE_URL: 'postgres://localhost/x',
  SMTP_URL: 'smtp://127.0.0.1:25',
  SECRET_KEY: 'x'.repeat(32),
  BRIEFING_HASH_KEY: 'x'.repeat(32),
  MAIL_FROM: 'briefing@publisher.co.il',
  DKIM_DOMAIN: 'publisher.co.il',
  DKIM_SELECTOR: 's1',
  DKIM_PRIVATE_KEY: rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
});
const good: Record<string, string[]> = {
  'publisher.co.il': ['google-site-verification=x', 'v=spf1 include:relay.example -all'],
  '_dmarc.publisher.co.il': ['v=DMARC1; p=reject'],
  's1._domainkey.publisher.co.il': [`v=DKIM1; k=rsa; p=${published}`],
};
const levels = async (records: Record<string, string[]>) => {
  const findings = await checkDns(config, async (name) => records[name] ?? []);
  return Object.fromEntries(findings.map(({ part, level }) => [part, level]));
};

test('a sender that did everything is ok', async () => {
  expect(await levels(good)).toEqual({ SPF: 'ok', DMARC: 'ok', 'DKIM record': 'ok' });
});

test('nothing in the DNS is bad', async () => {
  expect(await levels({})).toEqual({ SPF: 'bad', DMARC: 'bad', 'DKIM record': 'bad' });
});

test.each([
  ['two SPF records', { 'publisher.co.il': ['v=spf1 -all', 'v=spf1 ~all'] }, { SPF: 'bad' }],
  ['a DMARC tag that is gone (RFC 9989)', { '_dmarc.publisher.co.il': ['v=DMARC1; p=none; pct=10'] }, { DMARC: 'warn' }],
  ['another key', { 's1._domainkey.publisher.co.il': ['v=DKIM1; p=AAAA'] }, { 'DKIM record': 'bad' }],
  [
    'a key in pieces',
    { 's1._domainkey.publisher.co.il': [`v=DKIM1; p=${published.slice(0, 99)} ${published.slice(99)}`] },
    { 'DKIM record': 'ok' },
  ],
])('%s is seen', async (_, records, expected) => {
  expect(await levels({ ...good, ...records })).toMatchObject(expected);
});

test('a resolver that is away is no verdict', async () => {
  const findings = await checkDns(config, async () => {
    throw new Error('queryTxt ETIMEOUT');
  });
  expect(new Set(findings.map(({ level }) => level))).toEqual(new Set(['warn']));
});
