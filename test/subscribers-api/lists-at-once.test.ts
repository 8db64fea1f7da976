import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type PeopleApp, startPeopleApp } from './people-app.js';

let app: PeopleApp;
beforeAll(async () => {
  app = await startPeopleApp();
});
afterAll(() => app.close());

test('four lists of the same people at once make each of them once', async () => {
  const people = Array.from({ length: 3_000 }, (_, n) => `p${n}@four.example`);
  const lists = [people, people.toReversed(), people.toSorted(), people.toSorted().toReversed()];
  const answers = await Promise.all(lists.map((list) => app.importList(`email\n${list.join('\n')}`)));
  const counts = answers.map(({ body }) => body.counts as { added: number; unchanged: number });
  expect(answers.map(({ body }) => body.state)).toEqual(['finished', 'finished', 'finished', 'finished']);
  expect(counts.reduce((sum, { added }) => sum + added, 0)).toBe(3_000);
  expect(counts.reduce((sum, { unchanged }) => sum + unchanged, 0)).toBe(9_000);
  const { rows } = await app.ctx.pool.query(
    `SELECT count(*) FROM consent JOIN subscriber ON subscriber.id = subscriber_id WHERE address LIKE '%@four.example'`,
  );
  expect(rows).toEqual([{ count: '3000' }]);
});

test('nobody who is erased or suppressed while a list runs is active after it', async () => {
  const people = Array.from({ length: 300 }, (_, n) => `r${n}@race.example`);
  await app.importList(`email\n${people.join('\n')}`);
  const ids = new Map<string, string>();
  for (let cursor: string | null = ''; cursor !== null;) {
    const { body } = await app.api('GET', `/v1/subscribers?q=@race.example&limit=200${cursor && `&cursor=${cursor}`}`);
    for (const { id, email } of body.items as { id: string; email: string }[]) ids.set(email, id);
    cursor = body.nextCursor as string | null;
  }
  const goneAway = people.filter((_, n) => n % 10 === 0);
  const strangers = Array.from({ length: 20 }, (_, n) => `s${n}@race.example`);
  const again = Array.from({ length: 6 }, () =>
    app.importList(`email\n${[...people, ...strangers].join('\n')}`, { newsletter: 'israel-briefing-he' }),
  );
  const gone = goneAway.map((email) => app.api('DELETE', `/v1/subscribers/${ids.get(email)}`));
  const blocked = strangers.map((email) => app.api('POST', '/v1/suppressions', { email }));
  expect((await Promise.all(gone)).map(({ status }) => status)).toEqual(goneAway.map(() => 204));
  expect((await Promise.all(blocked)).map(({ status }) => status)).toEqual(strangers.map(() => 201));
  await Promise.all(again);
  const { rows } = await app.ctx.pool.query(`SELECT address FROM subscriber WHERE state = 'active' AND address = ANY($1)`, [
    [...goneAway, ...strangers],
  ]);
  expect(rows).toEqual([]);
});

test('an upload that is cut off or too large takes nobody in, and leaves no file', async () => {
  const before = await app.rows();
  const upload = (body: AsyncIterable<Uint8Array>) =>
    app.fetch('/v1/imports?newsletter=israel-briefing&consentSource=x', {
      method: 'POST',
      headers: { authorization: `Bearer ${app.key}`, 'content-type': 'text/csv' },
      body: body as never,
      duplex: 'half',
    });
  await expect(upload(cut())).rejects.toThrow();
  expect((await upload(huge())).status).toBe(413);
  const whole = Buffer.concat([Buffer.from('email\n'), ...Array.from({ length: 101 }, () => megabyte)]);
  expect((await app.importList(whole)).status).toBe(413);
  expect(await app.rows()).toBe(before);
  expect(readdirSync(app.ctx.config.dataDir).filter((name) => name.startsWith('upload-'))).toEqual([]);
});

const megabyte = Buffer.from('huge@x.example\n'.repeat(70_000));

async function* cut(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('email\ncut@x.example\n');
  throw new Error('the line is cut');
}

async function* huge(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('email\n');
  for (let sent = 0; sent < 101; sent += 1) yield megabyte;
}
