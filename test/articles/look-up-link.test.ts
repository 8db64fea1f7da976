import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Reach } from '#src/articles/fetch-page';
import { openLinkLookUp } from '#src/articles/look-up-link';

let server: Server;
let root: string;
const asked: string[] = [];
/** Names that end in .test are our server; everything else is nobody. */
const reach: Reach = { resolve: async (host) => (host.endsWith('.test') ? '127.0.0.1' : null), mayUsePort: () => true };

beforeAll(async () => {
  server = createServer(({ method = '', url = '' }, response) => {
    asked.push(`${method} ${url}`);
    if (url === '/picture.jpg') response.writeHead(200, { 'content-length': '123456' }).end();
    else if (url === '/hop') response.writeHead(302, { location: '/page' }).end();
    else if (url === '/round') response.writeHead(302, { location: '/round' }).end();
    else if (url === '/inside') response.writeHead(302, { location: 'http://127.0.0.1:1/secret' }).end();
    else if (url === '/head') response.writeHead(405).end();
    else if (url === '/gone') response.writeHead(410).end();
    else if (url !== '/silent') response.writeHead(200).end();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  root = `http://news.test:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test.each([
  ['/page', true, 200],
  ['/hop', true, 200],
  ['/head', true, 405],
  ['/gone', false, 410],
  ['/round', false, 0],
  ['/inside', false, 0],
  ['/silent', false, 0],
])('%s: %s, %d', async (path, ok, status) => {
  expect(await openLinkLookUp(reach, 300)(root + path)).toMatchObject({ ok, status });
});

test('a size is what the server names, and a host without a public address is not asked', async () => {
  expect(await openLinkLookUp(reach)(`${root}/picture.jpg`)).toEqual({ ok: true, status: 200, bytes: 123_456 });
  expect(await openLinkLookUp(reach)('http://metadata.internal/')).toEqual({ ok: false, status: 0, bytes: null });
  expect(await openLinkLookUp()(`http://127.0.0.1:${(server.address() as AddressInfo).port}/page`)).toMatchObject({ ok: false, status: 0 });
});

test('a link that stands twice is asked once, with HEAD', async () => {
  const lookUp = openLinkLookUp(reach);
  asked.length = 0;
  await Promise.all([lookUp(`${root}/page`), lookUp(`${root}/page`)]);
  expect(asked).toEqual(['HEAD /page']);
});
