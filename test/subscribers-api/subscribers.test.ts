import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { consent, type PeopleApp, startPeopleApp } from './people-app.js';

let app: PeopleApp;
beforeAll(async () => {
  app = await startPeopleApp();
});
afterAll(() => app.close());

const hour = 3_600_000;

describe('POST /v1/subscribers', () => {
  test('with a consent given elsewhere the person is active at once, and the consent is on record', async () => {
    const added = await app.add('Anna@Example.org', { cadences: ['weekly', 'daily', 'daily'], language: 'he' });
    expect(added.status).toBe(201);
    expect(added.body).toMatchObject({
      email: 'anna@example.org',
      state: 'active',
      newsletter: 'israel-briefing',
      cadences: ['daily', 'weekly'],
      language: 'he',
      source: consent.source,
      subscriptions: [{ newsletter: 'israel-briefing', state: 'active', confirmedAt: consent.at }],
    });
    const { id } = added.body as { id: string };
    expect(added.headers.get('location')).toBe(`/v1/subscribers/${id}`);
    const found = await app.api('GET', `/v1/subscribers/${id}`);
    expect([found.status, found.body, found.headers.get('etag')]).toEqual([200, added.body, added.headers.get('etag')]);
    const consents = await app.api('GET', `/v1/subscribers/${id}/consents`);
    expect(consents.body).toMatchObject({
      items: [{ kind: 'imported', newsletter: 'israel-briefing', at: consent.at, source: consent.source, wording: consent.wording }],
      nextCursor: null,
      chain: { whole: true, records: 1 },
    });
    expect(await app.inbox.messages('anna@example.org')).toEqual([]);
  });

  test('who is subscribed already stays as they are: 200', async () => {
    const first = await app.add('twice@example.org', { cadences: ['weekly'] });
    const second = await app.add('TWICE@example.org', { cadences: ['daily'] });
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(second.body).toEqual(first.body);
    expect((await app.api('POST', '/v1/subscribers', { email: 'twice@example.org', newsletter: 'israel-briefing' })).status).toBe(200);
  });

  test('a second newsletter is a second subscription of the same person', async () => {
    const first = await app.add('both@example.org');
    const second = await app.add('both@example.org', { newsletter: 'israel-briefing-he' });
    expect([second.status, second.body.id, second.body.newsletter, second.body.language]).toEqual([
      201,
      first.body.id,
      'israel-briefing-he',
      'he',
    ]);
    expect(second.body.subscriptions).toHaveLength(2);
  });

  test('without a consent the person is asked, as by the sign-up page, and at most once a day', async () => {
    const asked = await app.api('POST', '/v1/subscribers', { email: 'ben@example.org', newsletter: 'israel-briefing' });
    expect([asked.status, asked.body]).toEqual([
      202,
      { status: 'check-your-inbox', email: 'ben@example.org', newsletter: 'israel-briefing', state: 'pending' },
    ]);
    await app.drain();
    expect(await app.stateOf('ben@example.org')).toBe('pending');
    expect((await app.api('POST', '/v1/subscribers', { email: 'ben@example.org', newsletter: 'israel-briefing' })).status).toBe(202);
    await app.drain();
    expect(await app.inbox.messages('ben@example.org')).toHaveLength(1);
    await app.post(await app.mailedPath('ben@example.org', '/confirm/'), {});
    expect(await app.stateOf('ben@example.org')).toBe('active');
  });

  test('a consent makes somebody who was only asked active', async () => {
    await app.api('POST', '/v1/subscribers', { email: 'pending@example.org', newsletter: 'israel-briefing' });
    await app.drain();
    expect((await app.add('pending@example.org')).status).toBe(201);
    expect(await app.stateOf('pending@example.org')).toBe('active');
  });

  test('nobody is brought back by a consent from before they left; by a later one they are', async () => {
    const { id } = (await app.add('gone@example.org')).body as { id: string };
    expect((await app.api('PATCH', `/v1/subscribers/${id}`, { state: 'left' })).body.state).toBe('left');
    const old = await app.add('gone@example.org');
    expect([old.status, old.body.code]).toEqual([409, 'wrong-state']);
    app.clock.now = new Date(app.clock.now.getTime() + hour);
    const later = await app.add('gone@example.org', { consent: { ...consent, at: app.clock.now.toISOString() } });
    expect([later.status, later.body.state]).toEqual([201, 'active']);
    const { body } = await app.api('GET', `/v1/subscribers/${id}/consents`);
    expect(body.items.map(({ kind }: { kind: string }) => kind)).toEqual(['imported', 'left', 'imported']);
    expect(body.chain).toEqual({ whole: true, records: 3 });
  });

  test.each([
    ['no address', { email: 'nonsense' }, '/email'],
    ['a NUL in the address', { email: 'a\0b@example.org' }, '/email'],
    ['no such newsletter', { newsletter: 'the-other' }, '/newsletter'],
    ['no such cadence', { cadences: ['hourly'] }, '/cadences/0'],
    ['no cadence at all', { cadences: [] }, '/cadences'],
    ['no such language', { language: 'tlh' }, '/language'],
    ['an unknown field', { colour: 'red' }, '/colour'],
    ['half a consent', { consent: { source: 'x', wording: 'y' } }, '/consent/at'],
    ['a consent without words', { consent: { ...consent, wording: ' ' } }, '/consent/wording'],
    ['a NUL in the source', { consent: { ...consent, source: 'a\0b' } }, '/consent/source'],
    ['half a surrogate in the wording', { consent: { ...consent, wording: 'a\ud800' } }, '/consent/wording'],
    ['a consent of tomorrow', { consent: { ...consent, at: '2999-01-01T00:00:00Z' } }, '/consent/at'],
    ['a consent of the year 0', { consent: { ...consent, at: '0000-01-01T00:00:00Z' } }, '/consent/at'],
    ['a day that no calendar has', { consent: { ...consent, at: '2025-02-30T00:00:00Z' } }, '/consent/at'],
  ])('%s is 422, with its place', async (_, wrong, pointer) => {
    const before = await app.rows();
    const answer = await app.add('fine@example.org', wrong);
    expect([answer.status, answer.body.code, answer.body.errors[0].pointer]).toEqual([422, 'invalid', pointer]);
    expect(await app.rows()).toBe(before);
  });

  test('an Idempotency-Key makes it once', async () => {
    const body = { email: 'once@example.org', newsletter: 'israel-briefing', consent };
    const first = await app.api('POST', '/v1/subscribers', body, { 'idempotency-key': 'once-1' });
    const again = await app.api('POST', '/v1/subscribers', body, { 'idempotency-key': 'once-1' });
    expect([first.status, again.status, again.body]).toEqual([201, 201, first.body]);
    const other = await app.api('POST', '/v1/subscribers', { ...body, email: 'other@example.org' }, { 'idempotency-key': 'once-1' });
    expect(other.status).toBe(422);
    expect(await app.stateOf('other@example.org')).toBeUndefined();
  });

  test('one address twenty-fold at once becomes one person with one consent', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => app.add('crowd@example.org')));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect((await app.api('GET', `/v1/subscribers/${answers[0]?.body.id}/consents`)).body.chain).toEqual({ whole: true, records: 1 });
  });

  test('Hebrew and international addresses are kept as mail servers know them, and found as people type them', async () => {
    const added = await app.add('דנה@דוגמה.example');
    expect(added.body.email).toBe(
      'דנה@xn--4dbbkge.example'.replace('xn--4dbbkge', new URL('http://דוגמה.example').hostname.split('.')[0] ?? ''),
    );
    expect(await app.api('GET', `/v1/subscribers?q=${encodeURIComponent('@דוגמה.example')}`)).toMatchObject({
      body: { items: [{ id: added.body.id }] },
    });
  });
});

describe('GET /v1/subscribers', () => {
  test('goes through everybody once, newest first, and finds by a part of the address', async () => {
    for (const name of ['one', 'two', 'three']) await app.add(`${name}%_\\x@list.example`.replace(/[%_\\]/g, ''));
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { status, body } = await app.api('GET', `/v1/subscribers?limit=2${cursor && `&cursor=${cursor}`}`);
      expect(status).toBe(200);
      seen.push(...(body.items as { email: string }[]).map(({ email }) => email));
      cursor = body.nextCursor as string | null;
    }
    expect(seen.slice(0, 3)).toEqual(['threex@list.example', 'twox@list.example', 'onex@list.example']);
    expect(new Set(seen).size).toBe(seen.length);
    const found = await app.api('GET', '/v1/subscribers?q=WOX@list');
    expect(found.body.items.map(({ email }: { email: string }) => email)).toEqual(['twox@list.example']);
    for (const q of ['%', '_', '\\', "'", 'nobody@'])
      expect((await app.api('GET', `/v1/subscribers?q=${encodeURIComponent(q)}`)).body.items).toEqual([]);
  });

  test('by state and newsletter', async () => {
    const he = await app.api('GET', '/v1/subscribers?newsletter=israel-briefing-he&state=active');
    expect(he.body.items).toMatchObject([{ email: 'both@example.org', newsletter: 'israel-briefing-he' }]);
    expect((await app.api('GET', '/v1/subscribers?state=suppressed')).body.items).toEqual([]);
  });

  test.each(['state=king', 'q=a%00b', 'limit=0', 'limit=201', 'cursor=nonsense', 'colour=red', 'q=a&q=b'])('?%s is 422', async (query) => {
    expect((await app.api('GET', `/v1/subscribers?${query}`)).status).toBe(422);
  });
});

describe('PATCH /v1/subscribers/:id', () => {
  test('changes how often, the language and the pause, and refuses a version that is not the latest', async () => {
    const added = await app.add('change@example.org');
    const path = `/v1/subscribers/${added.body.id}`;
    const until = new Date(app.clock.now.getTime() + 48 * hour).toISOString().replace(/\.\d+/, '');
    const etag = added.headers.get('etag') ?? '';
    const wish = { cadences: ['weekly'], language: 'he', pausedUntil: until };
    const changed = await app.api('PATCH', path, wish, { 'if-match': etag });
    expect([changed.status, changed.body]).toEqual([200, expect.objectContaining(wish)]);
    expect(changed.headers.get('etag')).not.toBe(etag);
    const stale = await app.api('PATCH', path, { cadences: ['daily'] }, { 'if-match': etag });
    expect([stale.status, stale.body.code]).toEqual([412, 'version-changed']);
    expect((await app.api('PATCH', path, { pausedUntil: null })).body.pausedUntil).toBeNull();
    expect((await app.api('GET', path)).body).toMatchObject({ cadences: ['weekly'], language: 'he' });
    const { body } = await app.api('GET', `${path}/consents`);
    expect(body).toMatchObject({ items: [{ kind: 'imported' }, { kind: 'changed' }], chain: { whole: true } });
  });

  test('of several newsletters one must be named', async () => {
    await app.add('several@example.org');
    const { body } = await app.add('several@example.org', { newsletter: 'israel-briefing-he' });
    const path = `/v1/subscribers/${body.id}`;
    const which = await app.api('PATCH', path, { cadences: ['weekly'] });
    expect([which.status, which.body.errors[0].pointer]).toEqual([422, '/newsletter']);
    const changed = await app.api('PATCH', path, { newsletter: 'israel-briefing-he', cadences: ['weekly'] });
    expect(changed.body).toMatchObject({ newsletter: 'israel-briefing-he', cadences: ['weekly'] });
    const left = await app.api('PATCH', path, { newsletter: 'israel-briefing', state: 'left' });
    expect(left.body).toMatchObject({ state: 'active', newsletter: 'israel-briefing' });
    expect((await app.api('PATCH', path, { state: 'left' })).body.state).toBe('left');
    expect((await app.api('PATCH', path, { newsletter: 'israel-briefing', cadences: ['daily'] })).body.code).toBe('wrong-state');
  });

  test.each([
    [{ pausedUntil: '2020-01-01T00:00:00Z' }, '/pausedUntil'],
    [{ pausedUntil: '9999-01-01T00:00:00Z' }, '/pausedUntil'],
    [{ state: 'active' }, '/state'],
    [{ email: 'new@example.org' }, '/email'],
    [{ newsletter: 'the-other', cadences: ['daily'] }, '/newsletter'],
  ])('%j is 422', async (change, pointer) => {
    const { body } = await app.add('unchanged@example.org');
    const answer = await app.api('PATCH', `/v1/subscribers/${body.id}`, change);
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([422, pointer]);
  });
});

describe('erasure and suppression', () => {
  test('who was erased stays out of the API and of every list, and comes back by their own sign-up', async () => {
    const { id } = (await app.add('erased@example.org')).body as { id: string };
    expect((await app.api('DELETE', `/v1/subscribers/${id}`)).status).toBe(204);
    for (const [method, path] of [
      ['GET', ''],
      ['PATCH', ''],
      ['DELETE', ''],
    ] as const)
      expect((await app.api(method, `/v1/subscribers/${id}${path}`, method === 'PATCH' ? {} : undefined)).status).toBe(404);
    expect((await app.api('GET', `/v1/subscribers/${id}/consents`)).body).toMatchObject({
      items: [
        { kind: 'imported', record: null, source: null },
        { kind: 'erased', record: null },
      ],
      chain: { whole: true, records: 2 },
    });
    for (const more of [{}, { consent: { ...consent, at: app.clock.now.toISOString() } }, { consent: undefined }]) {
      const again = await app.add('Erased@example.org', more);
      expect([again.status, again.body.code]).toEqual([409, 'suppressed']);
    }
    const list = await app.importList(`email,consented_at\nerased@example.org,${app.clock.now.toISOString()}\n`);
    expect(list.body).toMatchObject({
      counts: { rows: 1, added: 0, suppressed: 1 },
      rejects: [{ row: 2, column: 'email', kind: 'suppressed' }],
    });
    const { rows } = await app.ctx.pool.query(
      `SELECT string_agg(t::text, ' ') AS all FROM (SELECT s::text FROM subscriber s UNION ALL SELECT s::text FROM consent_payload s
       UNION ALL SELECT s::text FROM suppression s UNION ALL SELECT s::text FROM audit s UNION ALL SELECT s::text FROM idempotency s
       UNION ALL SELECT s::text FROM import_reject s UNION ALL SELECT s::text FROM signup_request s) AS t`,
    );
    expect(JSON.stringify(rows)).not.toContain('erased@');
    await app.join('erased@example.org');
    expect(await app.stateOf('erased@example.org')).toBe('active');
    expect((await app.api('GET', '/v1/suppressions?email=erased@example.org')).body.items).toEqual([]);
  });

  test('a suppressed address is never added; lifted, the person is what they were', async () => {
    await app.add('blocked@example.org');
    const first = await app.api('POST', '/v1/suppressions', { email: 'Blocked@example.org', reason: 'complaint', detail: 'wrote to us' });
    expect([first.status, first.body]).toEqual([
      201,
      expect.objectContaining({ email: 'blocked@example.org', reason: 'complaint', detail: 'wrote to us' }),
    ]);
    const again = await app.api('POST', '/v1/suppressions', { email: 'blocked@example.org' });
    expect([again.status, again.body]).toEqual([200, first.body]);
    expect(await app.stateOf('blocked@example.org')).toBe('suppressed');
    for (const more of [{}, { consent: undefined }]) expect((await app.add('blocked@example.org', more)).body.code).toBe('suppressed');
    const list = await app.api('GET', '/v1/suppressions?reason=complaint&limit=1');
    expect(list.body).toEqual({ items: [first.body], nextCursor: null });
    expect((await app.api('DELETE', `/v1/suppressions/${first.body.id}`)).status).toBe(204);
    expect((await app.api('DELETE', `/v1/suppressions/${first.body.id}`)).status).toBe(404);
    expect(await app.stateOf('blocked@example.org')).toBe('active');
  });

  test('of an erased person only the hash is shown, and only they lift it', async () => {
    const { id } = (await app.add('hash@example.org')).body as { id: string };
    await app.api('DELETE', `/v1/subscribers/${id}`);
    const { body } = await app.api('GET', '/v1/suppressions?email=hash@example.org');
    expect(body.items).toMatchObject([{ email: null, reason: 'erased' }]);
    const lifted = await app.api('DELETE', `/v1/suppressions/${body.items[0].id}`);
    expect([lifted.status, lifted.body.code]).toEqual([409, 'wrong-state']);
    const harder = await app.api('POST', '/v1/suppressions', { email: 'hash@example.org' });
    expect(harder.body).toMatchObject({ id: body.items[0].id, email: null, reason: 'operator' });
  });

  test('a suppression that knows only a hash finds its person when it is lifted', async () => {
    await app.post('/subscribe', { email: 'notme@example.org' });
    await app.drain();
    await app.post(await app.mailedPath('notme@example.org', '/not-me/'), {});
    expect(await app.stateOf('notme@example.org')).toBe('suppressed');
    const { body } = await app.api('GET', '/v1/suppressions?email=notme@example.org');
    expect(body.items).toMatchObject([{ email: null, reason: 'not-me' }]);
    expect((await app.api('DELETE', `/v1/suppressions/${body.items[0].id}`)).status).toBe(204);
    expect(await app.stateOf('notme@example.org')).toBe('left');
  });
});

test('ids that are none are not found', async () => {
  for (const id of ['0', '-1', 'x', '99999999999999999999', '123456789', '1%20OR%201'])
    for (const path of [`/v1/subscribers/${id}`, `/v1/subscribers/${id}/consents`, `/v1/imports/${id}`])
      expect([path, (await app.api('GET', path)).status]).toEqual([path, 404]);
});

test('a key may do what its scopes say, and each change is on record without an address', async () => {
  const reading = { authorization: `Bearer ${await app.keyWith('subscribers:read')}` };
  const writing = { authorization: `Bearer ${await app.keyWith('subscribers:write')}` };
  expect((await app.api('GET', '/v1/subscribers', undefined, reading)).status).toBe(200);
  expect((await app.api('GET', '/v1/subscribers', undefined, writing)).status).toBe(403);
  expect((await app.api('POST', '/v1/suppressions', { email: 'a@example.org' }, reading)).status).toBe(403);
  expect((await app.api('GET', '/v1/exports/subscribers.csv', undefined, writing)).status).toBe(403);
  expect((await app.importList('email\n', {}, reading)).status).toBe(403);
  expect((await app.api('GET', '/v1/suppressions', undefined, { authorization: '' })).status).toBe(401);
  const audit = JSON.stringify((await app.api('GET', '/v1/audit?limit=200')).body);
  for (const action of [
    'subscriber.add',
    'subscriber.ask',
    'subscriber.change',
    'subscriber.erase',
    'subscriber.import',
    'suppression.add',
  ])
    expect(audit).toContain(action);
  expect(audit).not.toContain('@');
});
