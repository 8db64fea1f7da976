import { afterEach, expect, test } from '@jest/globals';
import { remindUnconfirmed } from '#src/subscribers/remind-unconfirmed';
import { type ReaderApp, startReaderApp } from '../pages/reader-app.js';

let app: ReaderApp;
afterEach(() => app.close());

const hours = (count: number) => {
  app.clock.now = new Date(app.clock.now.getTime() + count * 3_600_000);
};
const mails = async (address: string) => (await app.inbox.messages(address)).map(({ subject }) => subject);

async function remind(): Promise<number> {
  const written = await remindUnconfirmed(app.ctx);
  await app.drain();
  return written;
}

test('who does not confirm is reminded once, after a day, and the button works', async () => {
  app = await startReaderApp({ settings: { BRIEFING_REMINDER: 'on' } });
  await app.post('/subscribe', { email: 'anna@example.org' });
  await app.drain();
  hours(23);
  expect(await remind()).toBe(0);
  hours(2);
  expect(await Promise.all([remindUnconfirmed(app.ctx), remindUnconfirmed(app.ctx)])).toContain(1);
  await app.drain();
  hours(1);
  expect(await remind()).toBe(0);
  expect(await mails('anna@example.org')).toEqual(['Confirm your Israel Briefing subscription', 'One press is missing: Israel Briefing']);
  expect((await app.post(await app.mailedPath('anna@example.org', '/confirm/'), {})).status).toBe(303);
});

test('the reminder counts: three messages in thirty days, whatever they are', async () => {
  app = await startReaderApp({ settings: { BRIEFING_REMINDER: 'on' } });
  for (let day = 0; day < 6; day += 1) {
    await app.post('/subscribe', { email: 'ben@example.org' });
    await app.drain();
    hours(25);
    await remind();
  }
  expect(await mails('ben@example.org')).toHaveLength(3);
});

test.each([
  ['who has confirmed', (path: string) => app.post(path, {})],
  ['who said that it was not them', async () => app.post(await app.mailedPath('carol@example.org', '/not-me/'), {})],
])('%s is not reminded', async (_, act) => {
  app = await startReaderApp({ settings: { BRIEFING_REMINDER: 'on' } });
  await app.post('/subscribe', { email: 'carol@example.org' });
  await app.drain();
  await act(await app.mailedPath('carol@example.org', '/confirm/'));
  hours(25);
  expect(await remind()).toBe(0);
});

test('nobody is reminded unless the operator wants it', async () => {
  app = await startReaderApp();
  await app.post('/subscribe', { email: 'dana@example.org' });
  await app.drain();
  hours(25);
  expect(await remind()).toBe(0);
});
