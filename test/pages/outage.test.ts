import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type CuttableProxy, openCuttableProxy } from '../support/cuttable-proxy.js';
import { type ReaderApp, startReaderApp } from './reader-app.js';

let app: ReaderApp;
let postgres: CuttableProxy;

beforeAll(async () => {
  app = await startReaderApp({
    settings: { LOG_LEVEL: 'silent' },
    proxy: async (url) => {
      postgres = await openCuttableProxy(url);
      return postgres;
    },
  });
});
afterAll(() => app.close());

test('while the database is away the form is there and keeps what was typed; the next press signs up', async () => {
  expect((await app.get('/subscribe')).status).toBe(200);
  await postgres.cut();
  expect((await app.get('/subscribe')).status).toBe(200);
  const refused = await app.post('/subscribe', { email: 'anna@example.org', src: 'footer' });
  const html = await refused.text();
  expect(refused.status).toBe(503);
  expect(html).toContain('value="anna@example.org"');
  expect(html).toContain('press the button again in a minute');
  expect((await app.post('/u/anything', {})).status).toBe(404);
  await postgres.restore();
  expect((await app.post('/subscribe', { email: 'anna@example.org', src: 'footer' })).status).toBe(303);
});
