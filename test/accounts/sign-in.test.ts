import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { operator } from '#src/accounts/actor';
import { inviteEditor } from '#src/accounts/invite-editor';
import { openStudio } from '#src/accounts/open-studio';
import { readSession } from '#src/accounts/read-session';
import { requestSignIn } from '#src/accounts/request-sign-in';
import { signIn } from '#src/accounts/sign-in';
import { signOut } from '#src/accounts/sign-out';
import { tidyAccounts } from '#src/accounts/tidy-accounts';
import { writeLink } from '#src/links';
import { startApp, type TestApp } from '../support/app.js';

describe('signing in by mailed link', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
    await inviteEditor(app.ctx, operator, { address: 'Dana@Example.org', role: 'editor', language: 'he' });
    await app.ctx.db.deleteFrom('message').execute();
  });
  afterAll(() => app.close());

  const minutes = (count: number) => {
    app.clock.now = new Date(app.clock.now.getTime() + count * 60_000);
  };
  const mails = () => app.ctx.db.selectFrom('message').select(['kind', 'address', 'language', 'editor_id']).execute();
  const newestToken = async () => {
    const { id } = await app.ctx.db.selectFrom('sign_in').select('id').orderBy('id', 'desc').limit(1).executeTakeFirstOrThrow();
    return writeLink(app.ctx.config.keys, 'signIn', id, app.ctx.now());
  };

  test('asking puts one message for an editor, whatever the letters’ case, and none for a stranger', async () => {
    await requestSignIn(app.ctx, ' DANA@example.ORG ');
    await requestSignIn(app.ctx, 'stranger@example.org');
    await requestSignIn(app.ctx, 'no address at all');
    expect(await mails()).toEqual([{ kind: 'sign-in', address: 'dana@example.org', language: 'he', editor_id: expect.any(String) }]);
  });

  test('asking again and again does not fill the editor’s inbox', async () => {
    for (let count = 0; count < 10; count += 1) await requestSignIn(app.ctx, 'dana@example.org');
    expect((await mails()).length).toBeLessThanOrEqual(5);
    minutes(16);
    const before = (await mails()).length;
    await requestSignIn(app.ctx, 'dana@example.org');
    expect(await mails()).toHaveLength(before + 1);
  });

  test('a link opens one session, once, even when pressed twenty times at once', async () => {
    const token = await newestToken();
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => signIn(app.ctx, token)));
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    expect(outcomes.filter((outcome) => !outcome.ok && outcome.reason === 'used')).toHaveLength(19);
  });

  test('a session belongs to its editor until it is ended or two weeks old', async () => {
    const open = async () => {
      await requestSignIn(app.ctx, 'dana@example.org');
      const outcome = await signIn(app.ctx, await newestToken());
      if (!outcome.ok) throw new Error(outcome.reason);
      return outcome.session;
    };
    const [first, second] = [await open(), await open()];
    expect(await readSession(app.ctx, first)).toMatchObject({ address: 'dana@example.org', role: 'editor', language: 'he' });
    await signOut(app.ctx, first);
    expect(await readSession(app.ctx, first)).toBeUndefined();
    expect(await readSession(app.ctx, second)).toBeDefined();
    minutes(14 * 24 * 60 + 1);
    expect(await readSession(app.ctx, second)).toBeUndefined();
    const stored = await app.ctx.db.selectFrom('session').select('token_hash').execute();
    expect(JSON.stringify(stored)).not.toContain(second);
    await tidyAccounts(app.ctx);
    expect(await app.ctx.db.selectFrom('session').selectAll().execute()).toEqual([]);
  });

  test('an expired, a forged and a foreign link open nothing', async () => {
    await requestSignIn(app.ctx, 'dana@example.org');
    const token = await newestToken();
    const foreign = writeLink(app.ctx.config.keys, 'unsubscribe', '1', app.ctx.now());
    const flipped = `${token.slice(0, 20)}${token[20] === 'A' ? 'B' : 'A'}${token.slice(21)}`;
    for (const bad of [foreign, flipped, '', 'x'.repeat(52)]) expect(await signIn(app.ctx, bad)).toEqual({ ok: false, reason: 'forged' });
    minutes(15);
    expect(await signIn(app.ctx, token)).toEqual({ ok: false, reason: 'expired' });
  });

  test.each(['', 'x', 'x'.repeat(43), `${'x'.repeat(42)}\u0000`])('the cookie %j is nobody', async (cookie) => {
    expect(await readSession(app.ctx, cookie)).toBeUndefined();
  });

  test('an invitation mails a link; a second one changes the role', async () => {
    await app.ctx.db.deleteFrom('message').execute();
    const invited = await inviteEditor(app.ctx, operator, { address: 'yossi@example.org', role: 'writer', language: 'xx' });
    expect(invited).toMatchObject({ address: 'yossi@example.org', role: 'writer', language: 'en' });
    expect(await inviteEditor(app.ctx, operator, { address: 'yossi@example.org', role: 'admin', language: 'en' })).toEqual({
      ...invited,
      role: 'admin',
    });
    expect(await mails()).toHaveLength(2);
    await expect(inviteEditor(app.ctx, operator, { address: 'not an address', role: 'writer', language: 'en' })).rejects.toMatchObject({
      code: 'invalid',
    });
    const writer = { ...operator, scopes: new Set(['articles:write'] as const) };
    await expect(inviteEditor(app.ctx, writer, { address: 'a@example.org', role: 'admin', language: 'en' })).rejects.toMatchObject({
      code: 'not-allowed',
    });
  });

  test('whoever starts the program gets a link for an admin, who is made once', async () => {
    const fresh = await startApp();
    try {
      const [first, second] = [await openStudio(fresh.ctx), await openStudio(fresh.ctx)];
      expect(first).toMatch(new RegExp(`^${fresh.url}/studio/sign-in/[\\w-]{52}$`));
      expect(await signIn(fresh.ctx, first.split('/').at(-1) ?? '')).toMatchObject({ ok: true, editor: { role: 'admin' } });
      expect(await signIn(fresh.ctx, second.split('/').at(-1) ?? '')).toMatchObject({ ok: true });
      expect(await fresh.ctx.db.selectFrom('editor').selectAll().execute()).toHaveLength(1);
      expect(await fresh.ctx.db.selectFrom('message').selectAll().execute()).toEqual([]);
    } finally {
      await fresh.close();
    }
  });
});
