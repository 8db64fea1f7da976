import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { freezeDigest } from '#src/digests/freeze-digest';
import { publishDue } from '#src/digests/publish-due';
import { startApp, type TestApp } from '../support/app.js';
import { openNewsroom } from './newsroom.js';

let app: TestApp;
let newsroom: ReturnType<typeof openNewsroom>;
let readers: string[];

beforeAll(async () => {
  app = await startApp();
  newsroom = openNewsroom(app.ctx);
  readers = [await newsroom.reader(), await newsroom.reader({ language: 'he' }), await newsroom.reader()];
});
afterAll(() => app.close());

async function draft(more: object = {}): Promise<string> {
  const { body } = await app.api('POST', '/v1/digests', { newsletter: 'israel-briefing', articles: [await newsroom.article()], ...more });
  return body.id;
}

const state = async (id: string): Promise<string> => (await app.api('GET', `/v1/digests/${id}`)).body.state;

test('a digest that is sent is frozen with its readers, held, and let go', async () => {
  const id = await draft();
  const sent = await app.api('PUT', `/v1/digests/${id}/send`, { expectedRecipients: 3, holdSeconds: 30 });
  expect([sent.status, sent.headers.get('location')]).toEqual([202, `/v1/digests/${id}/progress`]);
  expect(await freezeDigest(app.ctx, id)).toBe('holding');
  expect(await freezeDigest(app.ctx, id)).toBe('not-due');
  const { body: progress } = await app.api('GET', `/v1/digests/${id}/progress`);
  expect(progress).toMatchObject({ state: 'holding', frozen: 3, waiting: 3, sending: 0, accepted: 0, etaSeconds: null });
  const again = await app.api('PUT', `/v1/digests/${id}/send`, { expectedRecipients: 3, holdSeconds: 30 });
  expect([again.status, again.body]).toEqual([200, sent.body]);
  await publishDue(app.ctx);
  expect(await state(id)).toBe('holding');
  app.clock.now = new Date(app.clock.now.getTime() + 30_000);
  await publishDue(app.ctx);
  expect(await state(id)).toBe('sending');
  const { body: deliveries } = await app.api('GET', `/v1/digests/${id}/deliveries?limit=2`);
  expect(deliveries.items.map((row: { subscriberId: string }) => row.subscriberId)).toEqual(readers.slice(0, 2));
  expect(deliveries.items[0]).toMatchObject({ state: 'waiting', reason: null, messageId: expect.stringMatching(/^<[a-z2-7]{39}@/) });
  const contents = await app.ctx.db
    .selectFrom('content')
    .select(['variant', 'language'])
    .where('digest_id', '=', id)
    .orderBy('variant')
    .execute();
  expect(contents).toEqual([
    { variant: 0, language: 'en' },
    { variant: 1, language: 'he' },
  ]);
});

test('a hundred who send it at once send it once', async () => {
  const id = await draft();
  const answers = await Promise.all(Array.from({ length: 100 }, () => app.api('PUT', `/v1/digests/${id}/send`, {})));
  expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(99);
  expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  const frozen = await Promise.all(Array.from({ length: 20 }, () => freezeDigest(app.ctx, id)));
  expect(frozen.filter((outcome) => outcome === 'holding')).toHaveLength(1);
  const { count } = await app.ctx.db
    .selectFrom('delivery')
    .select((row) => row.fn.countAll<string>().as('count'))
    .where('digest_id', '=', id)
    .executeTakeFirstOrThrow();
  expect(count).toBe('3');
});

test('another number of recipients than expected is refused with the number that was counted', async () => {
  const id = await draft();
  const refused = await app.api('PUT', `/v1/digests/${id}/send`, { expectedRecipients: 12_480 });
  expect([refused.status, refused.body.code, refused.body.actual]).toEqual([409, 'recipients-changed', 3]);
  expect(await state(id)).toBe('draft');
});

test('a digest that nobody would get is refused', async () => {
  const id = await draft({ newsletter: 'israel-briefing-he' });
  const refused = await app.api('PUT', `/v1/digests/${id}/send`, {});
  expect([refused.status, refused.body.code, refused.body.actual]).toEqual([409, 'checks-blocked', 0]);
});

test('an empty digest is refused, and says so', async () => {
  const id = await draft({ articles: [] });
  for (const [path, body] of [
    ['send', {}],
    ['schedule', { at: '2030-01-01T06:30', zone: 'Asia/Jerusalem' }],
  ] as const) {
    const refused = await app.api('PUT', `/v1/digests/${id}/${path}`, body);
    expect([refused.status, refused.body.code]).toEqual([409, 'checks-blocked']);
    expect(refused.body.detail).toContain('no article');
  }
});

test('undo takes back readers and content while it holds, and not later', async () => {
  const id = await draft();
  await app.api('PUT', `/v1/digests/${id}/send`, { holdSeconds: 60 });
  await freezeDigest(app.ctx, id);
  const undone = await app.api('DELETE', `/v1/digests/${id}/send`);
  expect([undone.status, undone.body.state, undone.body.stateReason, undone.body.frozenCount]).toEqual([200, 'draft', 'undone', null]);
  for (const table of ['delivery', 'slice', 'content'] as const) {
    expect(await app.ctx.db.selectFrom(table).select('digest_id').where('digest_id', '=', id).execute()).toEqual([]);
  }
  await app.api('PUT', `/v1/digests/${id}/send`, { holdSeconds: 0 });
  expect(await freezeDigest(app.ctx, id)).toBe('sending');
  const late = await app.api('DELETE', `/v1/digests/${id}/send`);
  expect([late.status, late.body.code]).toEqual([409, 'wrong-state']);
});

test('an article that is changed after the approval does not leave', async () => {
  const article = await newsroom.article();
  const id = await draft({ articles: [article] });
  await app.api('PUT', `/v1/digests/${id}/send`, {});
  await newsroom.article({ id: article, headline: 'Another headline altogether' });
  expect(await freezeDigest(app.ctx, id)).toBe('content-changed');
  const { body: digest } = await app.api('GET', `/v1/digests/${id}`);
  expect(digest).toMatchObject({ state: 'draft', stateReason: 'content-changed', frozenCount: null });
});

test('an article that is withdrawn after the approval stops the digest', async () => {
  const article = await newsroom.article();
  const id = await draft({ articles: [article] });
  await app.api('PUT', `/v1/digests/${id}/send`, {});
  await newsroom.article({ id: article, withdrawnAt: app.clock.now.toISOString() });
  expect(await freezeDigest(app.ctx, id)).toBe('article-unavailable');
  expect(await state(id)).toBe('draft');
});

test('what is approved cannot be edited, only called back first', async () => {
  const id = await draft();
  await app.api('PUT', `/v1/digests/${id}/schedule`, { at: '2030-01-01T06:30' });
  for (const [method, path, body] of [
    ['PATCH', '', { subject: 'Another' }],
    ['PUT', '/articles', { items: [] }],
    ['DELETE', '', undefined],
  ] as const) {
    const refused = await app.api(method, `/v1/digests/${id}${path}`, body);
    expect([refused.status, refused.body.code]).toEqual([409, 'wrong-state']);
  }
  expect((await app.api('DELETE', `/v1/digests/${id}/schedule`)).body.state).toBe('draft');
  expect((await app.api('PATCH', `/v1/digests/${id}`, { subject: 'Another' })).status).toBe(200);
});

test('pausing, resuming and cancelling may be said twice', async () => {
  const id = await draft();
  await app.api('PUT', `/v1/digests/${id}/send`, { holdSeconds: 0 });
  await freezeDigest(app.ctx, id);
  for (const [method, path, wanted] of [
    ['PUT', 'pause', 'paused'],
    ['PUT', 'pause', 'paused'],
    ['DELETE', 'pause', 'sending'],
    ['DELETE', 'pause', 'sending'],
    ['PUT', 'cancellation', 'cancelled'],
    ['PUT', 'cancellation', 'cancelled'],
  ] as const) {
    const answer = await app.api(method, `/v1/digests/${id}/${path}`);
    expect([answer.status, answer.body.state]).toEqual([200, wanted]);
  }
  expect((await app.api('PUT', `/v1/digests/${id}/send`, {})).body.code).toBe('wrong-state');
  expect((await app.api('DELETE', `/v1/digests/${id}/pause`)).body.code).toBe('wrong-state');
});

test('a digest without an open slice is finished', async () => {
  const id = await draft();
  await app.api('PUT', `/v1/digests/${id}/send`, { holdSeconds: 0 });
  await freezeDigest(app.ctx, id);
  await publishDue(app.ctx);
  expect(await state(id)).toBe('sending');
  await app.ctx.db
    .updateTable('slice')
    .set((slice) => ({ closed: true, accepted: slice.ref('size') }))
    .where('digest_id', '=', id)
    .execute();
  await publishDue(app.ctx);
  expect((await app.api('GET', `/v1/digests/${id}/progress`)).body).toMatchObject({
    state: 'finished',
    accepted: 3,
    waiting: 0,
    etaSeconds: 0,
  });
});

test('a digest whose time passed while nobody worked is an editor’s again', async () => {
  const id = await draft();
  await app.api('PUT', `/v1/digests/${id}/send`, {});
  const before = app.clock.now;
  app.clock.now = new Date(before.getTime() + 6 * 3_600_000);
  expect(await freezeDigest(app.ctx, id)).toBe('too-late');
  app.clock.now = before;
  expect(await state(id)).toBe('draft');
});

test('a key without the right to send cannot send', async () => {
  const id = await draft();
  const key = await app.keyWith('digests:read', 'digests:write');
  const headers = { authorization: `Bearer ${key}` };
  for (const path of ['send', 'schedule', 'pause', 'cancellation']) {
    expect((await app.api('PUT', `/v1/digests/${id}/${path}`, {}, headers)).status).toBe(403);
  }
});

test('the stream begins with the whole progress and ends with the digest', async () => {
  const id = await draft();
  await app.api('PUT', `/v1/digests/${id}/send`, { holdSeconds: 0 });
  await freezeDigest(app.ctx, id);
  const response = await app.fetch(`/v1/digests/${id}/progress/stream`, { headers: { authorization: `Bearer ${app.key}` } });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  expect(response.headers.get('cache-control')).toBe('no-store, no-transform');
  const reader = (response.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader();
  let heard = '';
  while (!heard.includes('"sending"')) heard += (await reader.read()).value ?? '';
  expect(heard).toMatch(/id: sending-3-3-\S+\nevent: progress\ndata: \{"state":"sending","frozen":3,"waiting":3/);
  await app.api('PUT', `/v1/digests/${id}/cancellation`);
  for (let next = await reader.read(); !next.done; next = await reader.read()) heard += next.value;
  expect(heard).toContain('"state":"cancelled"');
});
