import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type ReaderApp, startReaderApp } from './reader-app.js';

let app: ReaderApp;

beforeAll(async () => {
  app = await startReaderApp();
});
afterAll(() => app.close());

const json = (body: unknown, headers: Record<string, string> = {}) =>
  app.fetch('/subscribe', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
beforeEach(() => app.ctx.pool.query('DELETE FROM signup_request'));

async function stored(): Promise<Record<string, unknown>[]> {
  const { rows } = await app.ctx.pool.query('SELECT * FROM signup_request ORDER BY id');
  return rows as Record<string, unknown>[];
}

test.each([
  ['', 'Enter your email address'],
  ['anna', 'Enter an email address in the correct format'],
  ['anna@', 'Enter an email address in the correct format'],
  ['"anna"@example.org', 'Enter an email address in the correct format'],
  ['anna@[127.0.0.1]', 'Enter an email address in the correct format'],
  ['anna@example.org\r\nBcc: all@example.org', 'Enter an email address in the correct format'],
  ['anna@example.org\u0000', 'Enter an email address in the correct format'],
  ['anna@example.org, ben@example.org', 'Enter an email address in the correct format'],
  [`${'a'.repeat(250)}@example.org`, 'longer than an email address can be'],
  ['<script>alert(1)</script>@example.org', 'Enter an email address in the correct format'],
])('%j: 422, the text kept, nothing stored', async (email, message) => {
  const response = await app.post('/subscribe', { email });
  const html = await response.text();
  expect(response.status).toBe(422);
  expect(html).toContain(message);
  expect(html).toMatch(/<title>Error: /);
  expect(html).toContain('role="alert"');
  expect(html).not.toContain('<script>alert');
  if (email === 'anna@') expect(html).toContain('value="anna@"');
  expect(await stored()).toEqual([]);
});

test('IDN and Hebrew addresses are taken, domains as A-labels', async () => {
  for (const email of ['anna@bücher.example', 'דנה@דוגמה.קום', ' Frank@Example.ORG '])
    expect((await app.post('/subscribe', { email })).status).toBe(303);
  expect((await stored()).map(({ address }) => address)).toEqual([
    'anna@xn--bcher-kva.example',
    'דנה@xn--6dbbec0c.xn--9dbq2a',
    'frank@example.org',
  ]);
});

test('nothing else that a visitor can type reaches a mail', async () => {
  const hostile = 'Buy now https://evil.example {{7*7}} <mj-include>';
  await app.post('/subscribe', {
    email: 'gil@example.org',
    name: hostile,
    src: hostile,
    newsletter: 'israel-briefing',
    language: hostile,
    cadence: hostile,
  });
  await app.drain();
  const [mail] = await app.inbox.messages('gil@example.org');
  expect(mail?.text).toContain('Confirm');
  for (const part of [mail?.text, mail?.html, mail?.subject]) expect(part).not.toMatch(/evil|49|mj-include/);
});

test.each([
  [{}, '/email'],
  [{ email: 7 }, '/email'],
  [{ email: 'anna@' }, '/email'],
  [{ email: 'anna@example.org', admin: true }, ''],
  ['{"email":"anna@example.org","__proto__":{"admin":true}}', ''],
  ['{"email":"anna@example.org","constructor":{}}', ''],
  [{ email: 'anna@example.org', cadence: 'hourly' }, '/cadence/0'],
  [{ email: 'anna@example.org', cadence: ['daily', 'hourly'] }, '/cadence/1'],
  [{ email: 'anna@example.org', language: 'xx' }, '/language'],
])('JSON %j: 422 with a pointer', async (body, pointer) => {
  const response = await json(body);
  const problem = (await response.json()) as { errors: { pointer: string }[] };
  expect(response.status).toBe(422);
  expect(problem.errors[0]?.pointer.startsWith(pointer)).toBe(true);
  expect(await stored()).toEqual([]);
});

test.each([
  ['{', 400],
  ['[]', 422],
  ['"x"', 400],
  [`{"email":"${'x'.repeat(20_000)}"}`, 413],
])('JSON text %#: %i', async (body, status) => {
  expect((await json(body)).status).toBe(status);
});

test('ten megabytes are refused and the connection survives', async () => {
  const response = await app.post('/subscribe', { email: 'x'.repeat(10_000_000) }).catch(() => null);
  expect(response === null || response.status === 413).toBe(true);
  expect((await app.get('/subscribe')).status).toBe(200);
});

test('a name that Postgres cannot keep is no newsletter’s, and fails nobody else', async () => {
  const odd = ['\0', 'israel-briefing\0', 'a\ud800', '\udc00\0'];
  const asked = [
    ...odd.map((newsletter) => app.post('/subscribe', { email: 'anna@example.org', newsletter })),
    ...odd.map((newsletter) => json({ email: 'anna@example.org', newsletter })),
    json({ email: 'ben@example.org' }),
  ];
  const statuses = await Promise.all(asked.map(async (answer) => (await answer).status));
  expect(statuses).toEqual([...[...odd, ...odd].map(() => 404), 202]);
  expect((await stored()).map(({ address }) => address)).toEqual(['ben@example.org']);
});

test('an unknown newsletter is not found; a closed one says so and offers the archive', async () => {
  expect((await app.get('/subscribe?newsletter=nothing')).status).toBe(404);
  expect((await json({ email: 'anna@example.org', newsletter: 'nothing' })).status).toBe(404);
  await app.ctx.pool.query(`UPDATE newsletter SET is_open = false WHERE slug = 'israel-briefing'`);
  expect(await (await app.get('/subscribe')).text()).toContain('takes no sign-ups at present');
  expect((await app.post('/subscribe', { email: 'anna@example.org' })).status).toBe(422);
});
