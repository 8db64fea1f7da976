import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { freezeDigest } from '#src/digests/freeze-digest';
import { openSender } from '#src/outbox/sender';
import { openNewsroom } from '../digests/newsroom.js';
import { startApp, type TestApp } from '../support/app.js';
import { openWitness, type Witness } from '../support/witness.js';
import { type Desk, openDesk } from './desk.js';

/** An editor's hands on a digest that is on its way: the first readers first, and what to do about a mistake. No script anywhere. */
let app: TestApp;
let witness: Witness;
let desk: Desk;
let writer: Desk;
let newsroom: ReturnType<typeof openNewsroom>;
let id: string;
let page: string;
let article: string;

beforeAll(async () => {
  witness = await openWitness();
  app = await startApp();
  desk = await openDesk(app);
  writer = await openDesk(app, { role: 'writer' });
  newsroom = openNewsroom(app.ctx);
  for (const name of ['a', 'b', 'c']) await newsroom.reader({ address: `${name}@example.net` });
  article = await newsroom.article({ headline: 'Cabinet agrees on a budget of 7 billion' });
});
afterAll(async () => {
  await app.close();
  await witness.close();
});

/** A draft for three readers; what the test before left under way is out of the way. */
beforeEach(async () => {
  await sql`UPDATE digest SET state = 'cancelled' WHERE state IN ('scheduled', 'sending', 'paused')`.execute(app.ctx.db);
  const { body } = await app.api('POST', '/v1/digests', {
    newsletter: 'israel-briefing',
    articles: [article],
    subject: 'A budget of 7 billion',
  });
  id = body.id;
  page = `/studio/digests/${id}`;
});

/** By the form of the review page. */
async function send(fields: Record<string, string> = {}): Promise<void> {
  const review = await desk.get(`${page}/review`);
  const recipients = /name="recipients" value="(\d+)"/.exec(review.html)?.[1] ?? '';
  const sent = await desk.post(`${page}/send`, { recipients, ...fields });
  expect(sent.path).toBe(page);
  await sql`UPDATE digest SET hold_seconds = 0 WHERE id = ${id}`.execute(app.ctx.db);
  await freezeDigest(app.ctx, id);
}

/** The witness takes the first `many` and asks the others to wait. */
async function deliver(many = 9): Promise<void> {
  let asked = 0;
  witness.behave = (step) => (step === 'RCPT' && (asked += 1) > many ? '451 4.3.0 later' : undefined);
  const sender = openSender({ ...app.ctx.config, smtpUrl: `${witness.url}?connections=1` }, app.ctx.log, app.ctx.now);
  await sender.drain();
  await sender.stop(5_000);
  await sql`UPDATE outcome SET retry_at = now() WHERE state = 'deferred'`.execute(app.ctx.db);
  await sql`UPDATE slice SET not_before = now()`.execute(app.ctx.db);
}

const digest = async () => (await app.api('GET', `/v1/digests/${id}`)).body;
const valueOf = (html: string, name: string): string => new RegExp(`name="${name}"[^>]* value="([^"]*)"`).exec(html)?.[1] ?? '';
/** The name of the field in which an article's headline is typed over. */
const fieldOf = (html: string, headline: string): string =>
  new RegExp(`name="([^"]*)"[^>]* placeholder="${headline}`).exec(html)?.[1] ?? '';
const actions = async (): Promise<string[]> =>
  (await app.api('GET', '/v1/audit')).body.items.map(({ action }: { action: string }) => action);
const right = () => ({
  subject: 'A budget of 700 billion',
  preheader: '',
  note: 'An earlier version said 7.',
  [`headline-${article}`]: 'Cabinet agrees on 700 billion',
});

describe('the first readers', () => {
  test('go ahead when that is ticked, and only then; the others follow by themselves or when the editor says so', async () => {
    expect((await desk.get(`${page}/review`)).html.match(/name="canary"/g)).toHaveLength(2);
    await send();
    expect((await desk.get(page)).html).not.toContain('The first readers go ahead');

    const second = await app.api('POST', '/v1/digests', { newsletter: 'israel-briefing', articles: [article], subject: 'Carefully' });
    id = second.body.id;
    page = `/studio/digests/${id}`;
    await send({ canary: 'on' });
    const shown = await desk.get(page);
    expect(shown.html).toContain('The first readers go ahead');
    expect(shown.html).toContain('It goes to 3 readers first.');
    expect((await desk.post(`${page}/release`)).html).toContain('The others follow.');
    expect((await desk.get(page)).html).not.toContain('The first readers go ahead');
    expect(await actions()).toContain('digest.release');
  });

  test('are asked for with a set time too, and the page remembers it', async () => {
    await desk.post(`${page}/schedule`, { at: '2031-01-07T06:30', zone: 'Asia/Jerusalem', canary: 'on' });
    expect((await desk.get(page)).html).toMatch(/name="canary" value="on" checked/);
    await desk.post(`${page}/schedule`, { at: '2031-01-07T06:30', zone: 'Asia/Jerusalem' });
    expect((await desk.get(page)).html).not.toMatch(/name="canary" value="on" checked/);
  });
});

describe('a mistake that is seen in mid-send', () => {
  test('is paused, corrected, looked at, and goes on to those who have not had it', async () => {
    await send();
    await deliver(1);
    expect((await desk.get(page)).html).toContain('/correction/pause"');
    const form = await desk.post(`${page}/correction/pause`);
    expect([form.path, (await digest()).state]).toEqual([`${page}/correction`, 'paused']);
    expect(form.html).toContain('2 readers are still waiting');
    expect(form.html).toContain('placeholder="Cabinet agrees on a budget of 7 billion"');

    const looked = await desk.post(`${page}/correction`, { ...right(), version: valueOf(form.html, 'version'), after: 'look' });
    expect([looked.path, (await digest()).state]).toEqual([`${page}/correction?done=corrected`, 'paused']);
    expect(looked.html).toContain('value="Cabinet agrees on 700 billion"');
    const preview = await desk.get(`${page}/preview`);
    expect([preview.html.includes('Cabinet agrees on 700 billion'), preview.html.includes('An earlier version said 7.')]).toEqual([
      true,
      true,
    ]);

    const gone = await desk.post(`${page}/correction`, { ...right(), version: valueOf(looked.html, 'version'), after: 'resume' });
    expect([gone.path, (await digest()).state]).toEqual([`${page}?done=resumed`, 'sending']);
    await deliver();
    const { rows } = await sql<{ version: number; readers: number }>`
      SELECT content_version AS version, count(*)::integer AS readers FROM outcome
      WHERE digest_id = ${id} AND state = 'accepted' GROUP BY 1 ORDER BY 1`.execute(app.ctx.db);
    expect(rows).toEqual([
      { version: 1, readers: 1 },
      { version: 3, readers: 2 },
    ]);
    expect((await actions()).slice(0, 3)).toEqual(['digest.correct', 'digest.correct', 'digest.pause']);
  });

  test('an article is taken out, and what closes or leads is seated anew', async () => {
    const second = await newsroom.article({ headline: 'Rain fills the lake' });
    await app.api('PUT', `/v1/digests/${id}/articles`, { items: [{ articleId: article }, { articleId: second }] });
    await send();
    const form = await desk.post(`${page}/correction/pause`);
    await desk.post(`${page}/correction`, {
      subject: 'Rain',
      [`out-${article}`]: 'on',
      version: valueOf(form.html, 'version'),
      after: 'look',
    });
    expect((await digest()).articles).toMatchObject([{ articleId: second, slot: 'top' }]);
  });

  test('what a check refuses, what somebody else changed, and what is too long change nothing, and keep what was typed', async () => {
    await send();
    const form = await desk.post(`${page}/correction/pause`);
    const version = valueOf(form.html, 'version');
    const empty = await desk.post(`${page}/correction`, { ...right(), [`out-${article}`]: 'on', version, after: 'resume' });
    expect([empty.status, empty.html.includes('class="check check-block"')]).toEqual([409, true]);
    const stale = await desk.post(`${page}/correction`, { ...right(), version: '1', after: 'resume' });
    expect([stale.status, valueOf(stale.html, 'version')]).toEqual([412, version]);
    const long = await desk.post(`${page}/correction`, { ...right(), [`headline-${article}`]: 'x'.repeat(301), version, after: 'resume' });
    expect([long.status, long.html.includes('A text is too long.')]).toEqual([422, true]);
    for (const { html } of [empty, stale]) {
      expect(html).toContain('value="A budget of 700 billion"');
      expect(html).toContain('value="Cabinet agrees on 700 billion"');
    }
    expect(await digest()).toMatchObject({ state: 'paused', subject: 'A budget of 7 billion' });
  });

  describe('that another editor has corrected meanwhile, by taking an article out,', () => {
    let rain: string;
    let form: string;
    let version: string;

    beforeEach(async () => {
      rain = await newsroom.article({ headline: 'Rain fills the lake' });
      await app.api('PUT', `/v1/digests/${id}/articles`, { items: [{ articleId: article }, { articleId: rain }] });
      await send();
      form = (await desk.post(`${page}/correction/pause`)).html;
      version = valueOf(form, 'version');
      await app.api('POST', `/v1/digests/${id}/corrections`, {
        subject: 'Rain',
        items: [{ articleId: rain, headline: 'Rain fills half the lake' }],
        resume: false,
      });
    });

    test('keeps what was typed under its own article, and shows both versions before one of them is lost', async () => {
      const mine = { [fieldOf(form, 'Cabinet agrees')]: 'Cabinet agrees on 700 billion', [fieldOf(form, 'Rain fills')]: 'Rain falls' };
      const stale = await desk.post(`${page}/correction`, { ...right(), ...mine, version, after: 'resume' });
      expect(stale.status).toBe(412);
      expect(stale.html).not.toContain('Cabinet agrees');
      expect(valueOf(stale.html, fieldOf(stale.html, 'Rain fills'))).toBe('Rain falls');
      expect(stale.html).toContain('<dd><bdi lang="en" dir="ltr">Rain</bdi></dd>');
      expect(stale.html).toContain('<dd><bdi lang="en" dir="ltr">Rain fills half the lake</bdi></dd>');

      await desk.post(`${page}/correction`, { ...right(), ...mine, version: valueOf(stale.html, 'version'), after: 'look' });
      expect((await digest()).articles).toMatchObject([{ articleId: rain, headline: 'Rain falls', description: null }]);
    });

    test('keeps the stored words of an article that the form did not have', async () => {
      const stale = await desk.post(`${page}/correction`, { ...right(), version, after: 'resume' });
      expect(valueOf(stale.html, fieldOf(stale.html, 'Rain fills'))).toBe('Rain fills half the lake');
      expect(stale.html).not.toContain('<dd><bdi lang="en" dir="ltr">Rain fills half the lake</bdi></dd>');
    });

    test('is not overwritten after a refusal that showed nothing of it', async () => {
      const long = await desk.post(`${page}/correction`, { ...right(), subject: 'x'.repeat(301), version, after: 'resume' });
      expect([long.status, valueOf(long.html, 'version')]).toEqual([422, version]);
      const again = await desk.post(`${page}/correction`, { ...right(), version: valueOf(long.html, 'version'), after: 'resume' });
      expect([again.status, (await digest()).subject]).toEqual([412, 'Rain']);
    });
  });

  test('only an editor corrects, only from our own page, and only while it is paused', async () => {
    await send();
    expect((await writer.get(page)).html).not.toContain('/correction/pause"');
    for (const path of ['/correction/pause', '/correction', '/release']) expect((await writer.post(`${page}${path}`)).status).toBe(403);
    expect((await writer.get(`${page}/correction`)).status).toBe(403);
    expect((await desk.post(`${page}/correction/pause`, {}, { origin: 'https://evil.example' })).status).toBe(403);
    expect((await desk.get(`${page}/correction`)).path).toBe(page);
    expect((await desk.post(`${page}/correction`, { ...right(), version: '2', after: 'resume' })).path).toBe(page);
    expect(await digest()).toMatchObject({ state: 'sending', subject: 'A budget of 7 billion' });
  });
});

describe('a mistake that is seen afterwards', () => {
  test('is written of to those who had it, in a draft that says whom it is for', async () => {
    await send();
    await deliver(2);
    const draft = await desk.post(`${page}/correction/letter`);
    expect(draft.html).toContain('value="Correction: A budget of 7 billion"');
    expect(draft.html).toContain('in a faulty version');
    expect(draft.html).toContain(`href="${page}"`);
    const review = await desk.get(`${draft.path}/review`);
    expect([valueOf(review.html, 'recipients'), review.html.includes('readers who had the faulty version')]).toEqual(['2', true]);
  });

  test('of several versions the editor says which; one that nobody had is refused', async () => {
    await send();
    await deliver(1);
    const form = await desk.post(`${page}/correction/pause`);
    await desk.post(`${page}/correction`, { ...right(), version: valueOf(form.html, 'version'), after: 'resume' });
    await deliver();
    expect((await desk.get(page)).html).toMatch(/<option value="1" selected>version 1<\/option><option value="2">/);
    const recipients = async (version: string): Promise<string> => {
      const draft = await desk.post(`${page}/correction/letter`, { version });
      return valueOf((await desk.get(`${draft.path}/review`)).html, 'recipients');
    };
    expect([await recipients('1'), await recipients('2'), await recipients('banana')]).toEqual(['1', '2', '1']);
    expect((await desk.post(`${page}/correction/letter`, { version: '9' })).status).toBe(422);
  });

  test('a digest that nobody has had yet offers none', async () => {
    await send();
    expect((await desk.get(page)).html).not.toContain('/correction/letter"');
  });
});
