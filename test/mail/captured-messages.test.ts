import { beforeAll, describe, expect, test } from '@jest/globals';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import PostalMime from 'postal-mime';
import { type Captured, captureEveryKind, type CapturedMail } from '../support/captured-mail.js';
import { lintMessage, readRaw } from '../support/lint-message.js';

let mail: CapturedMail;
const kinds = [
  'digest',
  'latest',
  'resend',
  'test',
  'confirmation',
  'already-subscribed',
  'welcome',
  'goodbye',
  'sign-in',
  'data-request',
  'change-address',
  'address-changed',
  'reminder',
] as const;
const both = kinds.flatMap((kind) => (['en', 'he'] as const).map((language) => [kind, language] as const));
const isOfList = (kind: string) => ['digest', 'latest', 'resend', 'test'].includes(kind);

beforeAll(async () => {
  mail = await captureEveryKind();
  const folder = process.env['MAIL_DIR'];
  if (folder) keep(folder);
});

function the(kind: Captured['kind'], language: string): Captured {
  const found = mail.messages.filter((message) => message.kind === kind && message.language === language);
  expect(found).toHaveLength(1);
  return found[0]!;
}

describe.each(both)('the captured %s in %s', (kind, language) => {
  test('is what the standards ask of its bytes', () => {
    expect(lintMessage(the(kind, language).bytes)).toEqual([]);
  });

  test('has the headers of its kind, and no others', () => {
    const { fields } = readRaw(the(kind, language).bytes);
    const names = fields.map(({ name }) => name);
    const always = [
      'DKIM-Signature',
      'DKIM-Signature',
      'From',
      'Subject',
      'To',
      'Date',
      'Message-ID',
      'MIME-Version',
      'Content-Type',
      'Content-Language',
    ];
    const own = isOfList(kind) ? ['List-Id', 'List-Unsubscribe', 'List-Unsubscribe-Post', 'Feedback-ID'] : ['Auto-Submitted'];
    expect(names).toEqual([...always, ...own]);
    expect(fields.find(({ name }) => name === 'Content-Language')?.value).toBe(language);
  });

  test('reads the same to another parser, text and HTML', async () => {
    const { bytes, to } = the(kind, language);
    const parsed = await PostalMime.parse(bytes);
    expect(parsed.to?.map(({ address }) => address)).toEqual([to]);
    expect(parsed.attachments).toEqual([]);
    const { parts } = readRaw(bytes);
    expect([parsed.text, parsed.html].map(withoutLineEnds)).toEqual(parts.map(({ text }) => withoutLineEnds(text)));
    expect(parsed.html).toContain(`<html lang="${language}"`);
  });

  test('verifies by both keys', async () => {
    expect(await verdicts(the(kind, language).bytes)).toEqual(['ed25519-sha256 pass', 'rsa-sha256 pass']);
  });
});

describe.each([
  ['digest', 'en'],
  ['digest', 'he'],
  ['confirmation', 'en'],
  ['confirmation', 'he'],
] as const)('one flipped byte in the captured %s in %s', (kind, language) => {
  test('of any signed field fails both signatures', async () => {
    const { bytes } = the(kind, language);
    const { fields } = readRaw(bytes);
    const signed = fields.filter(({ name }) => name !== 'DKIM-Signature');
    for (const { name, raw } of signed) {
      const start = bytes.indexOf(raw);
      for (const at of [start + name.length + 2, start + raw.length - 3])
        expect([name, ...(await verdicts(flipped(bytes, at)))]).toEqual([name, ...failed]);
    }
  });

  test('of the body fails both, wherever it is', async () => {
    const { bytes } = the(kind, language);
    const start = bytes.indexOf('\r\n\r\n') + 4;
    const places = Array.from({ length: 25 }, (_, index) => start + Math.floor(((bytes.length - start - 3) * index) / 24));
    for (const place of places) {
      const at = /\s/.test(String.fromCharCode(bytes[place]!)) ? place + 2 : place;
      expect(await verdicts(flipped(bytes, at))).toEqual(failed);
    }
  });

  test('of a signature fails that signature alone', async () => {
    const { bytes } = the(kind, language);
    const { fields } = readRaw(bytes);
    for (const { raw } of fields.filter(({ name }) => name === 'DKIM-Signature')) {
      const at = bytes.indexOf(raw) + raw.indexOf(' b=') + 5;
      const algorithm = /a=([a-z0-9-]+)/.exec(raw)![1]!;
      expect(await verdicts(flipped(bytes, at))).toEqual(
        ['ed25519-sha256', 'rsa-sha256'].map((name) => `${name} ${name === algorithm ? 'fail' : 'pass'}`),
      );
    }
  });
});

test('every one-click address is short, https, and its token the reader’s own', () => {
  for (const { bytes } of mail.messages.filter(({ kind }) => isOfList(kind) && kind !== 'test')) {
    const { fields, parts } = readRaw(bytes);
    const url = /^<([^>]*)>/.exec(fields.find(({ name }) => name === 'List-Unsubscribe')!.value)![1]!;
    expect(url).toMatch(/^https:\/\/briefing\.news\.example\.org\/u\/[\w-]{52}$/);
    for (const { text } of parts) expect(text).toContain(url);
  }
});

test('a digest that is sent again has the Message-ID of the first, the others have their own', () => {
  expect(idOf('resend', 'en')).toBe(idOf('digest', 'en'));
  expect(new Set(both.map(([kind, language]) => idOf(kind, language))).size).toBe(both.length - 2);
});

test('each body takes the shorter encoding', () => {
  expect([encodings('en'), encodings('he')]).toEqual([
    ['quoted-printable', 'quoted-printable'],
    ['base64', 'base64'],
  ]);
});

const failed = ['ed25519-sha256 fail', 'rsa-sha256 fail'];

function idOf(kind: Captured['kind'], language: string): string {
  return readRaw(the(kind, language).bytes).fields.find(({ name }) => name === 'Message-ID')!.value;
}

function encodings(language: string): string[] {
  return readRaw(the('digest', language).bytes).parts.map(({ encoding }) => encoding);
}

async function verdicts(message: Buffer): Promise<string[]> {
  const { results } = (await dkimVerify(message, { resolver })) as unknown as { results: { algo: string; status: { result: string } }[] };
  return results.map(({ algo, status }) => `${algo} ${status.result === 'pass' ? 'pass' : 'fail'}`).toSorted();
}

function flipped(message: Buffer, at: number): Buffer {
  const changed = Buffer.from(message);
  changed[at] = changed[at]! ^ 1;
  return changed;
}

function withoutLineEnds(text: string | undefined): string {
  return (text ?? '').replaceAll('\r\n', '\n').trimEnd();
}

function resolver(name: string): Promise<string[][]> {
  const record = mail.records[name];
  return record ? Promise.resolve([[record]]) : Promise.reject(Object.assign(new Error(name), { code: 'ENOTFOUND' }));
}

/** For the programs that are asked by hand: see docs/deliverability.md. */
function keep(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const { kind, language, bytes } of mail.messages) writeFileSync(`${folder}/${kind}.${language}.eml`, bytes);
  writeFileSync(`${folder}/records.json`, JSON.stringify(mail.records, null, 2));
}
