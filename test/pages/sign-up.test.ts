import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { SubscriberEmail } from '#src/subscribers/subscriber';
import { subscribe } from '#src/subscribers/subscribe';
import { type ReaderApp, startReaderApp } from './reader-app.js';

let app: ReaderApp;

beforeEach(async () => {
  app = await startReaderApp();
});
afterEach(() => app.close());

const json = (body: unknown, headers: Record<string, string> = {}) =>
  app.fetch('/subscribe', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
const requests = async () => (await app.ctx.pool.query('SELECT * FROM signup_request ORDER BY id')).rows as Record<string, unknown>[];
const hours = (count: number) => {
  app.clock.now = new Date(app.clock.now.getTime() + count * 3_600_000);
};

/** The texts of all statements that a sign-up runs, as Postgres is sent them. */
async function statementsOf(act: () => Promise<unknown>): Promise<string[]> {
  const { pool } = app.ctx;
  const seen: string[] = [];
  const connect = pool.connect.bind(pool);
  pool.connect = (async () => {
    const client = await connect();
    const query = client.query.bind(client) as (...words: unknown[]) => unknown;
    client.query = ((...words: unknown[]) => {
      seen.push(typeof words[0] === 'string' ? words[0] : String((words[0] as { text?: string }).text));
      return query(...words);
    }) as typeof client.query;
    const release = client.release.bind(client);
    client.release = (error) => {
      client.query = query as typeof client.query;
      release(error);
    };
    return client;
  }) as typeof pool.connect;
  await act();
  pool.connect = connect;
  return seen;
}

describe('the answer', () => {
  test('is the same, byte for byte, for a stranger, someone pending, a subscriber, one who left, one suppressed', async () => {
    await app.join('active@example.org');
    await app.post(await app.join('left@example.org'), {});
    await app.post('/subscribe', { email: 'notme@example.org' });
    await app.drain();
    await app.post(await app.mailedPath('notme@example.org', '/not-me/'), {});
    await app.post('/subscribe', { email: 'pending@example.org' });
    await app.drain();
    const answers = [];
    for (const who of ['stranger', 'pending', 'active', 'left', 'notme']) {
      const form = await app.post('/subscribe', { email: `${who}@example.org` });
      const body = await json({ email: `${who}@example.org` });
      answers.push([form.status, form.headers.get('location'), await form.text(), body.status, await body.text()].join('|'));
    }
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toContain('202|{"status":"check-your-inbox"}');
  });

  test('is made by the same statements whatever the address is', async () => {
    await app.join('active@example.org');
    const ask = (email: string) => statementsOf(() => app.post('/subscribe', { email }));
    const statements = [await ask('active@example.org'), await ask('stranger@example.org')];
    expect(statements[0]).toEqual(statements[1]);
    expect(statements[0]?.filter((text) => text.includes('signup_request'))).toHaveLength(1);
  });

  test('of many at one moment is one to each, and a newsletter that nobody can keep is not found by whoever asked for it', async () => {
    const people = Array.from({ length: 40 }, (_, n) => ({ email: `reader${n}@example.org`, src: `${n}` }));
    const wishes = [
      ...people,
      { email: 'odd@example.org', newsletter: 'israel\u0000briefing' },
      { email: 'half@example.org', src: '\ud800' },
    ];
    const statuses = (await Promise.all(wishes.map((wish) => json(wish)))).map(({ status }) => status);
    expect(statuses).toEqual([...people.map(() => 202), 404, 202]);
    const kept = new Map((await requests()).map(({ address, source }) => [address, source]));
    expect(kept).toEqual(new Map([...people.map(({ email, src }) => [email, src] as const), ['half@example.org', '\ufffd']]));
    const { rows } = await app.ctx.pool.query('SELECT signup_request_id AS id FROM message ORDER BY signup_request_id');
    expect(rows).toEqual((await requests()).map(({ id }) => ({ id })));
  });

  test('of a moment’s hundred is written by one statement, though one of them wants what cannot be kept', async () => {
    const people = Array.from({ length: 99 }, (_, n) => SubscriberEmail.parse(`reader${n}@example.org`));
    const wish = {
      newsletter: 'israel-briefing',
      cadences: ['daily' as const],
      language: 'en',
      source: null,
      wording: '1',
      page: '/',
      ip: null,
    };
    const ask = (address: SubscriberEmail, more = {}) => subscribe(app.ctx, { ...wish, ...more, address, hasCookie: false });
    let ids: string[] = [];
    const statements = await statementsOf(async () => {
      const amiss = expect(ask(SubscriberEmail.parse('odd@example.org'), { newsletter: '\0' })).rejects.toMatchObject({
        code: 'not-found',
      });
      ids = await Promise.all(people.map((address) => ask(address)));
      await amiss;
    });
    expect(new Map((await requests()).map(({ id, address }) => [address, id]))).toEqual(
      new Map(people.map((address, n) => [address, ids[n]])),
    );
    expect(statements.filter((text) => text.includes('signup_request'))).toHaveLength(1);
  });
});

describe('what an address gets (I6)', () => {
  test('one confirmation a day for anonymous requests, three in thirty days, however it is spelled', async () => {
    const spellings = ['bob@gmail.com', 'BOB@gmail.com', 'b.o.b@gmail.com', 'bob+news@gmail.com', 'b.ob@googlemail.com'];
    for (let day = 0; day < 6; day += 1) {
      for (const email of spellings) await app.post('/subscribe', { email });
      await app.drain();
      hours(25);
    }
    const mails = await app.inbox.messages();
    expect(mails).toHaveLength(3);
  });

  test('the browser that asked may ask again after 15 minutes', async () => {
    const asked = await app.post('/subscribe', { email: 'carol@example.org' });
    const cookie = (asked.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    await app.drain();
    const soon = await app.post('/subscribe/resend', {}, { cookie });
    expect(soon.headers.get('location')).toBe('/subscribe/check-inbox?wait=1');
    expect(await (await app.get('/subscribe/check-inbox?wait=1', { cookie })).text()).toContain('You can ask again from');
    hours(0.3);
    const again = await app.post('/subscribe/resend', {}, { cookie });
    const nextCookie = (again.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    expect(await (await app.get('/subscribe/check-inbox', { cookie: nextCookie })).text()).toContain('Asked for again at');
    await app.drain();
    expect(await app.inbox.messages('carol@example.org')).toHaveLength(2);
  });

  test('a subscriber hears that they are one, and nothing changes', async () => {
    await app.join('dana@example.org');
    hours(25);
    await app.post('/subscribe', { email: 'dana@example.org', cadence: 'weekly', language: 'he' });
    await app.drain();
    expect((await app.inbox.messages('dana@example.org')).at(-1)?.subject).toBe('You already get Israel Briefing');
    const { rows } = await app.ctx.pool.query('SELECT state, cadences, language FROM subscription');
    expect(rows).toEqual([{ state: 'active', cadences: ['daily'], language: 'en' }]);
  });

  test('"this was not me" blocks the address: no further request brings a mail', async () => {
    await app.post('/subscribe', { email: 'eve@example.org' });
    await app.drain();
    const path = await app.mailedPath('eve@example.org', '/not-me/');
    expect((await app.post(path, {})).status).toBe(303);
    expect(await (await app.get(path)).text()).toContain('We will not write again');
    expect((await app.post(await app.mailedPath('eve@example.org', '/confirm/'), {})).status).toBe(404);
    hours(50);
    await app.post('/subscribe', { email: 'eve@example.org' });
    await app.drain();
    expect(await app.inbox.messages('eve@example.org')).toHaveLength(1);
    expect((await app.ctx.pool.query('SELECT address, reason FROM suppression')).rows).toEqual([{ address: null, reason: 'not-me' }]);
  });
});

describe('people and machines', () => {
  test('a likely slip is asked about, and can be overridden either way', async () => {
    const asked = await app.post('/subscribe', { email: 'anna@homtail.com' });
    expect(asked.status).toBe(422);
    expect(await asked.text()).toContain('anna@hotmail.com');
    expect((await app.post('/subscribe', { email: 'anna@homtail.com', asTyped: 'anna@homtail.com' })).status).toBe(303);
    expect((await app.post('/subscribe', { email: 'anna@homtail.com', suggested: 'anna@hotmail.com' })).status).toBe(303);
    expect((await requests()).map(({ address }) => address)).toEqual(['anna@homtail.com', 'anna@hotmail.com']);
  });

  test('an address that lasts for minutes is warned about, and taken all the same', async () => {
    const asked = await app.post('/subscribe', { email: 'anna@in.mailinator.com' });
    expect([asked.status, await asked.text()]).toEqual([422, expect.stringContaining('last for minutes only')]);
    expect((await app.post('/subscribe', { email: 'anna@in.mailinator.com', asTyped: 'anna@in.mailinator.com' })).status).toBe(303);
    expect((await json({ email: 'ben@yopmail.com' })).status).toBe(202);
  });

  test('a filled trap is asked to press again, with the address kept', async () => {
    const response = await app.post('/subscribe', { email: 'anna@example.org', website: 'https://spam.example' });
    expect(response.status).toBe(422);
    expect(await response.text()).toMatch(/press the button once more[\s\S]*value="anna@example.org"/);
    expect(await requests()).toEqual([]);
  });

  test('double submits and two tabs make one mail', async () => {
    await Promise.all(Array.from({ length: 8 }, () => app.post('/subscribe', { email: 'anna@example.org' })));
    await Promise.all([app.drain(), app.drain(), app.drain()]);
    expect(await app.inbox.messages('anna@example.org')).toHaveLength(1);
    const path = await app.mailedPath('anna@example.org', '/confirm/');
    const presses = await Promise.all(Array.from({ length: 5 }, () => app.post(path, {})));
    expect(presses.map(({ status }) => status)).toEqual([303, 303, 303, 303, 303]);
    await app.drain();
    expect(await app.inbox.messages('anna@example.org')).toHaveLength(2);
  });
});

test('the hint names the days of the schedule, or none', async () => {
  const hint = async (language: string) => (await app.get(`/subscribe?lang=${language}`)).text();
  expect(await hint('en')).toContain('Israel Briefing is free. Unsubscribe');
  const schedule = { enabled: true, at: '06:30', weekdays: ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday'] };
  await app.api('PUT', '/v1/newsletters/israel-briefing/schedules/daily', schedule);
  expect(await hint('en')).toContain('Israel Briefing is free, Sunday to Friday. Unsubscribe');
  expect(await hint('he')).toContain('מיום ראשון עד יום שישי');
  await app.api('PUT', '/v1/newsletters/israel-briefing/schedules/daily', { ...schedule, weekdays: ['monday', 'thursday'] });
  expect(await hint('en')).toContain('is free, Monday and Thursday.');
  await app.api('PUT', '/v1/newsletters/israel-briefing/schedules/daily', { ...schedule, enabled: false });
  expect(await hint('en')).toContain('Israel Briefing is free. Unsubscribe');
});

test('the language is that of ?lang=, else of the browser; Hebrew all the way to the mail', async () => {
  expect(await (await app.get('/subscribe', { 'accept-language': 'he-IL,he;q=0.9' })).text()).toContain('<html lang="he" dir="rtl">');
  expect(await (await app.get('/subscribe?lang=en', { 'accept-language': 'he' })).text()).toContain('<html lang="en" dir="ltr">');
  expect(await (await app.get('/subscribe', { 'accept-language': 'fr' })).text()).toContain('<html lang="en"');
  await app.post('/subscribe?lang=he', { email: 'dana@example.org', language: 'he', newsletter: 'israel-briefing-he' });
  await app.drain();
  const [mail] = await app.inbox.messages('dana@example.org');
  expect(mail?.html).toMatch(/<html[^>]* dir="rtl"/);
  expect(await (await app.get(await app.mailedPath('dana@example.org', '/confirm/'))).text()).toContain('dir="rtl"');
});
