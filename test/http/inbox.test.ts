import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createTransport, type SendMailOptions } from 'nodemailer';
import { startApp, type TestApp } from '../support/app.js';
import { linksIn } from '../support/inbox.js';

describe('the mail catcher', () => {
  let app: TestApp;
  const send = async (message: SendMailOptions) => {
    const transport = createTransport({ host: '127.0.0.1', port: app.inbox.port, ignoreTLS: true });
    await transport.sendMail({ from: 'briefing@news.example.org', ...message });
    transport.close();
  };
  beforeAll(async () => {
    app = await startApp();
    await send({
      to: 'dana@example.org',
      subject: 'Première <b>שלום</b>',
      text: `Confirm: ${app.url}/confirm/abc`,
      html: '<p>Hi<script>alert(1)</script></p>',
    });
    await send({
      envelope: { from: '', to: ['Yossi@example.org', 'dana@example.org'] },
      headers: { 'List-Id': '<daily.example.org>' },
      subject: 'Second',
      text: 'two',
    });
  });
  afterAll(() => app.close());

  test('/inbox.json shows the messages, newest first, in the shape of the contract', async () => {
    const { status, body } = await app.api('GET', '/inbox.json');
    expect(status).toBe(200);
    expect(body.items.map((item: { subject: string }) => item.subject)).toEqual(['Second', 'Première <b>שלום</b>']);
    expect(body.items[1]).toEqual({
      id: expect.any(String),
      receivedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      envelope: { from: 'briefing@news.example.org', to: ['dana@example.org'] },
      messageId: expect.stringMatching(/^<.+>$/),
      subject: 'Première <b>שלום</b>',
      headers: expect.objectContaining({ to: 'dana@example.org' }),
      text: expect.stringContaining('/confirm/abc'),
      html: expect.stringContaining('<p>Hi'),
    });
    expect(body.items[0].envelope).toEqual({ from: '', to: ['Yossi@example.org', 'dana@example.org'] });
    expect(body.items[0].headers['list-id']).toBe('<daily.example.org>');
  });

  test('`to` and `limit` choose', async () => {
    expect((await app.api('GET', '/inbox.json?to=yossi@EXAMPLE.org')).body.items).toHaveLength(1);
    expect((await app.api('GET', '/inbox.json?to=dana@example.org&limit=1')).body.items).toHaveLength(1);
    expect((await app.api('GET', '/inbox.json?to=nobody@example.org')).body.items).toEqual([]);
    expect((await app.api('GET', '/inbox.json?limit=0')).status).toBe(422);
  });

  test('the bytes come back as they were', async () => {
    const { body } = await app.api('GET', '/inbox.json?limit=1');
    const response = await app.fetch(`/inbox/${body.items[0].id}.eml`);
    expect(response.headers.get('content-type')).toMatch(/^message\/rfc822/);
    expect(await response.text()).toMatch(/^List-Id: <daily\.example\.org>\r\n/i);
  });

  test('the pages escape what strangers wrote, and frame the HTML without scripts', async () => {
    const list = await (await app.fetch('/inbox')).text();
    expect(list).toContain('<meta name="robots" content="noindex">');
    expect(list).toContain('Première &lt;b&gt;שלום&lt;/b&gt;');
    const path = [...list.matchAll(/href="(\/inbox\/[^"]+)"/g)][1]?.[1] ?? '';
    const view = await (await app.fetch(path)).text();
    expect(view).toMatch(/<iframe [^>]*sandbox="[^"]*"/);
    expect(view).not.toMatch(/sandbox="[^"]*allow-(scripts|same-origin)/);
    const framed = await app.fetch(`${path}/html`);
    expect(framed.headers.get('content-security-policy')).toMatch(/default-src 'none'.*sandbox/);
    expect(await framed.text()).toContain('<p>Hi');
  });

  test.each(['/inbox', '/inbox.json', '/inbox/1.eml'])('%s is not there for who came through a proxy', async (path) => {
    expect((await app.fetch(path, { headers: { 'x-forwarded-for': '127.0.0.1' } })).status).toBe(404);
    expect((await app.fetch(path, { headers: { forwarded: 'for=127.0.0.1' } })).status).toBe(404);
  });

  test.each(['..%2f..%2fapi-key', '%2e%2e%2f', '1'])('the id %s reads no other file', async (id) => {
    for (const path of [`/inbox/${id}`, `/inbox/${id}.eml`, `/inbox/${id}/html`]) expect((await app.fetch(path)).status).toBe(404);
  });

  test('tests find links in it', async () => {
    const [mail] = await app.inbox.waitFor('dana@example.org', 2);
    expect(mail && linksIn(mail, `${app.url}/confirm/`)).toEqual([`${app.url}/confirm/abc`]);
  });

  test('it is not there when another relay is in use', async () => {
    const plain = await startApp({ settings: { BRIEFING_EMBEDDED: '' } });
    try {
      expect((await plain.fetch('/inbox.json')).status).toBe(404);
    } finally {
      await plain.close();
    }
  });
});
