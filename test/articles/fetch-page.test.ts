import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { fetchPage, type Reach } from '#src/articles/fetch-page';
import { isPublicAddress } from '#src/articles/public-address';

let server: Server;
let root: string;
let asked: string[] = [];
/** Names that end in .test are our server; everything else is nobody. */
const reach: Reach = { resolve: async (host) => (host.endsWith('.test') ? '127.0.0.1' : null), mayUsePort: () => true };

beforeAll(async () => {
  server = createServer(answer);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  root = `http://news.test:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function answer(request: IncomingMessage, response: ServerResponse): void {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://any');
  asked.push(`${request.headers.host} ${pathname}`);
  const html = (body: string | Buffer, more = {}) =>
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...more }).end(body);
  if (pathname === '/page') html('<h1>שלום</h1>');
  else if (pathname === '/1255') html(Buffer.from([0xf9, 0xec, 0xe5, 0xed]), { 'content-type': 'text/html; charset=windows-1255' });
  else if (pathname === '/hop') {
    const left = Number(searchParams.get('left'));
    response.writeHead(302, { location: left > 0 ? `/hop?left=${left - 1}` : '/page' }).end();
  } else if (pathname === '/to') response.writeHead(301, { location: searchParams.get('where') ?? '' }).end();
  else if (pathname === '/endless') {
    response.writeHead(200, { 'content-type': 'text/html' });
    const more = (): void => void (response.writable && response.write('x'.repeat(100_000), more));
    more();
  } else if (pathname === '/gzip') html('compressed', { 'content-encoding': 'gzip' });
  else if (pathname === '/pdf') response.writeHead(200, { 'content-type': 'application/pdf' }).end('%PDF');
  else if (pathname === '/missing') response.writeHead(404).end();
  else if (pathname === '/slow') response.writeHead(200, { 'content-type': 'text/html' }).write('<h1>');
  else if (pathname === '/cut') {
    response.writeHead(200, { 'content-type': 'text/html', 'content-length': '1000' }).write('<h1>');
    setImmediate(() => response.destroy());
  }
}

const limits = { bytes: 1024 * 1024, ms: 5_000 };

describe('fetching a page that somebody named', () => {
  test('brings its text, in its own charset, and says where it was found', async () => {
    expect(await fetchPage(`${root}/page`, reach, limits)).toEqual({ address: `${root}/page`, html: '<h1>שלום</h1>' });
    expect((await fetchPage(`${root}/1255`, reach, limits)).html).toBe('שלום');
    expect((await fetchPage(`${root}/hop?left=2`, reach, limits)).address).toBe(`${root}/page`);
  });

  test.each([
    ['/hop?left=3', 'redirects more than 3 times'],
    ['/endless', 'larger than 1 MB'],
    ['/gzip', 'compressed'],
    ['/pdf', 'no HTML'],
    ['/missing', 'answered 404'],
    ['/cut', 'broke off'],
    ['/to?where=file:///etc/passwd', 'Only http and https'],
    ['/to?where=http://metadata.internal/', 'no address on the public internet'],
    ['/to?where=http://me:secret@news.test/', 'Only http and https'],
  ])('%s: %s', (path, why) => expect(fetchPage(root + path, reach, limits)).rejects.toThrow(why));

  test('does not wait for ever', async () => {
    await expect(fetchPage(`${root}/slow`, reach, { ...limits, ms: 200 })).rejects.toThrow('did not come within');
    const never: Reach = { ...reach, resolve: () => new Promise(() => undefined) };
    await expect(fetchPage(`${root}/page`, never, { ...limits, ms: 50 })).rejects.toThrow('did not come within');
  });

  test('looks a name up once, and connects to what it found', async () => {
    asked = [];
    let lookUps = 0;
    const rebinding: Reach = { ...reach, resolve: async () => ((lookUps += 1) === 1 ? '127.0.0.1' : '10.0.0.1') };
    await fetchPage(`${root}/page`, rebinding, limits);
    expect([lookUps, asked]).toEqual([1, [`${root.slice('http://'.length)} /page`]]);
  });

  test.each([
    'http://127.0.0.1/',
    'http://localhost/',
    'http://0.0.0.0/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://017700000001/',
    'http://10.1.2.3/',
    'http://192.168.1.1/',
    'http://172.16.0.1/',
    'http://169.254.169.254/',
    'http://100.64.0.1/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[fe80::1]/',
    'http://[fd00::1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[2002:7f00:1::]/',
    'http://[::]/',
    'http://224.0.0.1/',
    'http://255.255.255.255/',
  ])('%s is not on the public internet', (url) => expect(fetchPage(url)).rejects.toThrow('no address on the public internet'));

  test.each([
    'http://example.org:22/',
    'http://example.org:8080/',
    'https://example.org:6379/',
    'ftp://example.org/',
    'file:///etc/passwd',
  ])('%s is not asked', (url) => expect(fetchPage(url)).rejects.toThrow('Only http and https'));

  test('public addresses are public', () => {
    expect(['93.184.215.14', '2606:2800:21f:cb07:6820:80da:af6b:8b2c', '::ffff:93.184.215.14'].map(isPublicAddress)).toEqual([
      true,
      true,
      true,
    ]);
    expect(['', 'example.org', '127.0.0.1', '198.18.0.1', '192.0.2.1'].map(isPublicAddress)).toEqual([false, false, false, false, false]);
  });
});
