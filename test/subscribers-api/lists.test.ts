import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { csvLine, readCell } from '#src/subscribers/csv-line';
import { consent, type PeopleApp, startPeopleApp } from './people-app.js';

let app: PeopleApp;
beforeAll(async () => {
  app = await startPeopleApp();
});
afterAll(() => app.close());

const openers = [
  '=cmd|calc!A0',
  '=1+1',
  '==',
  '=HYPERLINK("http://x.example")',
  '=@x',
  '+1',
  '+SUM(A1:A9)',
  '++',
  '-1',
  '-2+3',
  '--',
  '@SUM(1)',
  '@@',
  '\tTAB',
  '\rCR',
  "'=quoted",
  "''+twice",
  '\uff1dfull',
  '\uff0bfull',
  '\uff20full',
];

function rejectsOf(body: { rejects: { row: number; column: string; kind: string }[] }): string[] {
  return body.rejects.map(({ row, column, kind }) => `${row} ${column} ${kind}`);
}

describe('POST /v1/imports', () => {
  test('takes a list in, with the consent of each, and tells what it did', async () => {
    const answer = await app.importList(
      'email,language,timezone,cadence,consented_at\r\nanna@list.example,he-IL,Europe/Paris,daily weekly,2024-05-01T08:00:00+02:00\r\nben@list.example,,,,\r\n',
    );
    expect(answer.status).toBe(202);
    expect(answer.body).toMatchObject({
      state: 'finished',
      newsletter: 'israel-briefing',
      consentSource: 'fair of 2024',
      dryRun: false,
      counts: { rows: 2, added: 2, unchanged: 0, invalid: 0, duplicate: 0, suppressed: 0, unsubscribed: 0 },
      ignoredColumns: [],
      rejects: [],
    });
    const location = answer.headers.get('location') ?? '';
    expect(location).toBe(`/v1/imports/${answer.body.id}`);
    expect((await app.api('GET', location)).body).toEqual(answer.body);
    const { body } = await app.api('GET', '/v1/subscribers?q=anna@list');
    expect(body.items).toMatchObject([
      {
        state: 'active',
        language: 'he',
        timezone: 'Europe/Paris',
        cadences: ['daily', 'weekly'],
        source: 'fair of 2024',
        subscriptions: [{ confirmedAt: '2024-05-01T06:00:00Z' }],
      },
    ]);
    const { body: consents } = await app.api('GET', `/v1/subscribers/${body.items[0].id}/consents`);
    expect(consents).toMatchObject({
      items: [
        { kind: 'imported', at: '2024-05-01T06:00:00Z', source: 'fair of 2024', record: { by: 'import', import: answer.body.id, row: 2 } },
      ],
      chain: { whole: true, records: 1 },
    });
    await app.drain();
    expect(await app.inbox.messages('anna@list.example')).toEqual([]);
  });

  test('the same list again changes nothing, and a dry run never does', async () => {
    const list = 'email\nanna@list.example\nnew@list.example\n';
    const before = await app.rows();
    const dry = await app.importList(list, { dryRun: 'true' });
    expect([dry.status, dry.body]).toMatchObject([202, { dryRun: true, counts: { rows: 2, added: 1, unchanged: 1 } }]);
    expect(await app.rows()).toBe(before);
    expect((await app.importList(list)).body.counts).toMatchObject({ added: 1, unchanged: 1 });
    const after = await app.rows();
    expect((await app.importList(list)).body.counts).toMatchObject({ added: 0, unchanged: 2 });
    expect(await app.rows()).toBe(after);
  });

  test('rows that do not fit are named with row, column and reason, and keep no other out', async () => {
    const rows = [
      'Email , Name,LANGUAGE,cadence,consented_at,timezone',
      'one@bad.example,"Levi, ""Anna""",,,,',
      'nonsense,,,,,',
      '',
      'ONE@bad.example,,,,,',
      'two@bad.example,,xx,,,',
      'three@bad.example,,,hourly,,',
      'four@bad.example,,,,2999-01-01,',
      'five@bad.example,,,,2025-02-30,',
      'six@bad.example,,,,,Mars/Olympus',
      'a\0b@bad.example,,,,,',
      '"seven@bad.example',
      'x",,,,,',
      '"quoted local"@bad.example,,,,,',
      `${'l'.repeat(300)}@bad.example,,,,,`,
      'דנה@דוגמה.example,,he,,,',
      'eight@bücher.example,,,weekly;daily,2025-01-02 03:04,Asia/Jerusalem,one more,and more',
      ' nine@bad.example ',
    ];
    for (const query of [{ dryRun: 'true' }, {}]) {
      const { body } = await app.importList(`\ufeff${rows.join('\r\n')}`, query);
      expect(body.counts).toEqual({ rows: 15, added: 4, unchanged: 0, invalid: 10, duplicate: 1, suppressed: 0, unsubscribed: 0 });
      expect(rejectsOf(body)).toEqual([
        '3 email invalid',
        '5 email duplicate',
        '6 language invalid',
        '7 cadence invalid',
        '8 consented_at invalid',
        '9 consented_at invalid',
        '10 timezone invalid',
        '11 email invalid',
        '12 email invalid',
        '13 email invalid',
        '14 email invalid',
      ]);
      expect(body.rejects[1].reason).toBe('is the address of row 2');
      expect(body.ignoredColumns).toEqual(['name']);
      expect(JSON.stringify(body)).not.toMatch(/@bad|nonsense|Levi/);
      const csv = await app.api('GET', `/v1/imports/${body.id}/rejects.csv`);
      expect(csv.headers.get('content-type')).toContain('text/csv');
      expect(csv.body.split('\r\n')).toHaveLength(13);
    }
    const { body } = await app.api('GET', '/v1/subscribers?q=eight@bücher.example');
    expect(body.items[0]).toMatchObject({ cadences: ['daily', 'weekly'], timezone: 'Asia/Jerusalem' });
  });

  test('an address twice is found however far apart', async () => {
    const many = Array.from({ length: 4_500 }, (_, n) => `far${n}@far.example`).join('\n');
    for (const query of [{ dryRun: 'true' }, {}]) {
      const { body } = await app.importList(`email\n${many}\nFAR0@far.example\n`, query);
      expect(body).toMatchObject({
        counts: { rows: 4_501, added: 4_500, duplicate: 1 },
        rejects: [{ row: 4_502, reason: 'is the address of row 2' }],
      });
    }
  });

  test('who is suppressed or has left stays out; a later consent brings back who left', async () => {
    await app.importList('email\nsuppressed@out.example\nleft@out.example\nback@out.example\n');
    await app.api('POST', '/v1/suppressions', { email: 'suppressed@out.example' });
    await app.api('POST', '/v1/suppressions', { email: 'never-seen@out.example' });
    for (const name of ['left', 'back']) {
      const { body } = await app.api('GET', `/v1/subscribers?q=${name}@out`);
      await app.api('PATCH', `/v1/subscribers/${body.items[0].id}`, { state: 'left' });
    }
    app.clock.now = new Date(app.clock.now.getTime() + 3_600_000);
    const later = app.clock.now.toISOString();
    const list = `email,consented_at\nsuppressed@out.example,${later}\nnever-seen@out.example,\nleft@out.example,\nLeft@out.example,\nback@out.example,${later}\n`;
    const dry = await app.importList(list, { dryRun: 'true' });
    const { body } = await app.importList(list);
    expect(body.counts).toEqual({ rows: 5, added: 1, unchanged: 0, invalid: 0, duplicate: 1, suppressed: 2, unsubscribed: 1 });
    expect([dry.body.counts, dry.body.rejects]).toEqual([body.counts, body.rejects]);
    expect(rejectsOf(body)).toEqual(['2 email suppressed', '3 email suppressed', '4 email unsubscribed', '5 email duplicate']);
    expect(await Promise.all(['suppressed', 'never-seen', 'left', 'back'].map((name) => app.stateOf(`${name}@out.example`)))).toEqual([
      'suppressed',
      undefined,
      'left',
      'active',
    ]);
  });

  test.each([
    ['nothing', ''],
    ['empty lines', '\n\r\n\n'],
    ['another header', 'name,phone\na@x.example,1\n'],
    ['no header', 'a@x.example\nb@x.example\n'],
    ['semicolons', 'email;language\na@x.example;en\n'],
    ['a column twice', 'email,email\na@x.example,b@x.example\n'],
    ['an open quote', 'email,name\na@x.example,"never closed\nb@x.example,x\n'],
    ['a line of 10 MB', Buffer.concat([Buffer.from('email\na@x.example\n'), Buffer.alloc(10_000_000, 'x'), Buffer.from('\n')])],
    ['10 MB of NUL', Buffer.alloc(10_000_000)],
    ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13])],
  ])('%s is refused in words, and nobody is taken from it', async (_, list) => {
    const before = await app.rows();
    const answer = await app.importList(list);
    expect([answer.status, answer.body.code]).toEqual([422, 'invalid']);
    expect(answer.body.detail).toMatch(/^The list cannot be read\. /);
    expect(await app.rows()).toBe(before);
  });

  test('bytes that are no UTF-8 are named; UTF-16 as spreadsheets save it is read', async () => {
    const { body } = await app.importList(Buffer.from('email\nm\xfcller@x.example\nfine@utf.example\n', 'latin1'));
    expect([body.counts.added, body.rejects]).toEqual([1, [expect.objectContaining({ row: 2, reason: 'holds bytes that are no UTF-8' })]]);
    const utf16 = await app.importList(Buffer.from('\ufeffemail\r\nsixteen@utf.example\r\n', 'utf16le'));
    expect(utf16.body.counts).toMatchObject({ rows: 1, added: 1 });
  });

  test('line ends may be of any kind, and of several', async () => {
    const { body } = await app.importList('email\r\nr1@ends.example\nr2@ends.example\r\nr3@ends.example\rr4@ends.example');
    expect(body.counts).toMatchObject({ rows: 4, added: 4 });
  });

  test.each([
    ['newsletter', { newsletter: 'the-other' }],
    ['newsletter', { newsletter: '' }],
    ['consentSource', { consentSource: ' ' }],
    ['consentSource', { consentSource: 'a\0b' }],
    ['dryRun', { dryRun: 'perhaps' }],
    ['colour', { colour: 'red' }],
  ])('a wrong %s is 422', async (name, query) => {
    const answer = await app.importList('email\nq@x.example\n', query);
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([422, `/${name}`]);
  });

  test('JSON, forms and compressed bodies are 415', async () => {
    for (const type of ['application/json', 'multipart/form-data; boundary=x', 'application/x-www-form-urlencoded'])
      expect((await app.importList('email\n', {}, { 'content-type': type })).status).toBe(415);
    expect((await app.importList('email\n', {}, { 'content-encoding': 'gzip' })).status).toBe(415);
  });

  test('an Idempotency-Key takes a list in once', async () => {
    const first = await app.importList('email\nidem@x.example\n', {}, { 'idempotency-key': 'list-1' });
    const again = await app.importList('email\nidem@x.example\n', {}, { 'idempotency-key': 'list-1' });
    expect([first.status, again.status, again.body]).toEqual([202, 202, first.body]);
  });

  test('one whose process died is told as failed', async () => {
    const { rows } = await app.ctx.pool.query<{ id: string }>(
      `INSERT INTO import (newsletter_id, consent_source, is_dry_run, started_at, updated_at)
       SELECT id, 'x', false, $1, $1 FROM newsletter LIMIT 1 RETURNING id`,
      [app.clock.now],
    );
    const path = `/v1/imports/${rows[0]?.id}`;
    expect((await app.api('GET', path)).body.state).toBe('running');
    app.clock.now = new Date(app.clock.now.getTime() + 3 * 60_000);
    expect((await app.api('GET', path)).body.state).toBe('failed');
  });
});

describe('GET /v1/exports/subscribers.csv', () => {
  test.each(openers)('%j is no formula in a spreadsheet, and comes back as it was', (opener) => {
    const line = csvLine([opener]);
    expect(line).toMatch(/^"'[\s\S]*"\r\n$/);
    expect(readCell(line.slice(1, -3).replaceAll('""', '"'))).toBe(opener);
  });

  test('what would run in a spreadsheet is taken in as text, goes out quoted, and comes in again the same', async () => {
    const addresses = ['=cmd@formula.example', '+1@formula.example', '-1@formula.example', "'=x@formula.example", 'plain@formula.example'];
    const stored = ['=cmd@formula.example', '+1@formula.example', '-1@formula.example', '=x@formula.example', 'plain@formula.example'];
    const first = await app.importList(`email\n${addresses.join('\n')}\n`, { consentSource: '=HYPERLINK("http://evil.example")' });
    expect(first.body.counts).toMatchObject({ rows: 5, added: 5 });
    await app.add("''=x@formula.example".slice(1), {});
    const csv = await exported('');
    const lines = csv.split('\r\n').filter((line) => line.includes('@formula.example'));
    expect(lines).toHaveLength(6);
    expect(lines.every((line) => /^"('[=+-]|''=|plain)/.test(line))).toBe(true);
    expect(csv).toContain(`"'=HYPERLINK(""http://evil.example"")"`);
    for (const cell of csv.split(/(?<=")[,\r\n]+(?=")/)) expect(cell).not.toMatch(/^"[=+\-@\t\r]/);
    const again = await app.importList(csv, { dryRun: 'true' });
    expect(again.body.counts.added).toBe(0);
    expect(again.body.counts.invalid).toBe(0);
    for (const email of stored) expect(await app.stateOf(email)).toBe('active');
    expect(await app.stateOf("'=x@formula.example")).toBe('active');
  });

  test('whatever a sign-up or a program gave as its source is text in the export', async () => {
    const printable = openers.filter((opener) => !/[\t\r]/.test(opener));
    for (const [n, source] of openers.entries()) {
      const { status } = await app.add(`source${n}@opener.example`, { consent: { ...consent, source } });
      expect([source, status]).toEqual([source, 201]);
    }
    const lines = (await exported('')).split('\r\n').filter((line) => line.includes('@opener.example'));
    expect(lines).toHaveLength(openers.length);
    const sources = lines.map((line) => readCell(line.slice(line.lastIndexOf(',"') + 2, -1).replaceAll('""', '"')));
    expect(sources).toEqual(expect.arrayContaining(printable));
    for (const line of lines) expect(line).toMatch(/,"('|TAB|CR)[^,]*"$/);
  });

  test('every field is quoted, everybody is in it once, and it can be narrowed', async () => {
    const added = await app.add('both@export.example', { cadences: ['daily', 'weekly'] });
    await app.add('both@export.example', { newsletter: 'israel-briefing-he' });
    const [header, ...lines] = (await exported('')).trimEnd().split('\r\n');
    expect(header).toBe(
      '"email","language","timezone","cadence","consented_at","newsletter","state","subscription","paused_until","left_at","left_reason","source"',
    );
    const { rows } = await app.ctx.pool.query<{ count: string }>('SELECT count(*) FROM subscription');
    expect(String(lines.length)).toBe(rows[0]?.count);
    expect(lines).toContain(
      `"both@export.example","en","","daily weekly","${consent.at}","israel-briefing","active","active","","","","${consent.source}"`,
    );
    expect((await exported('?newsletter=israel-briefing-he')).split('\r\n').filter((line) => line.includes('both@export'))).toHaveLength(1);
    expect(await exported('?state=pending')).toBe(`${header}\r\n`);
    expect(added.status).toBe(201);
  });
});

async function exported(query: string): Promise<string> {
  const answer = await app.api('GET', `/v1/exports/subscribers.csv${query}`);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8; header=present']);
  return String(answer.body);
}
