import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import express from 'express';
import { operator } from '#src/accounts/actor';
import { inviteEditor } from '#src/accounts/invite-editor';
import { openStudio } from '#src/accounts/open-studio';
import { signIn } from '#src/accounts/sign-in';
import { clearSession, sessionOf, setSession } from '#src/http/session-cookie';
import { startApp } from '../support/app.js';

test.each([
  ['http://127.0.0.1:3000', /^session=[\w-]{43}; Max-Age=1209600; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Strict$/],
  [
    'https://briefing.example.org',
    /^__Host-session=[\w-]{43}; Max-Age=1209600; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Strict$/,
  ],
])('the session of %s is a cookie that no script and no other site gets', async (publicUrl, pattern) => {
  const app = await startApp({ settings: { PUBLIC_URL: publicUrl } });
  const server = createServer(
    express()
      .get('/in', async (_request, response) => {
        await inviteEditor(app.ctx, operator, { address: 'dana@example.org', role: 'admin', language: 'en' });
        const outcome = await signIn(app.ctx, (await openStudio(app.ctx)).split('/').at(-1) ?? '');
        if (outcome.ok) setSession(app.ctx, response, outcome.session);
        response.end();
      })
      .get('/who', async (request, response) => void response.json({ editor: (await sessionOf(app.ctx, request))?.editor.address ?? null }))
      .get('/out', (_request, response) => {
        clearSession(app.ctx, response);
        response.end();
      }),
  );
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    const cookie = (await fetch(`${url}/in`)).headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(pattern);
    const pair = cookie.split(';')[0] ?? '';
    expect(await (await fetch(`${url}/who`, { headers: { cookie: `a=b; ${pair}; c` } })).json()).toEqual({ editor: 'dana@example.org' });
    expect(await (await fetch(`${url}/who`, { headers: { cookie: `x${pair}` } })).json()).toEqual({ editor: null });
    expect((await fetch(`${url}/out`)).headers.get('set-cookie')).toMatch(/^[^=]+=; Path=\/; Expires=Thu, 01 Jan 1970/);
  } finally {
    server.closeAllConnections();
    server.close();
    await app.close();
  }
});
