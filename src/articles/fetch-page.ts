import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import { resolvePublic } from '#src/articles/public-address';
import { Refusal } from '#src/errors';

/** A page's text and where it was found after redirects. */
export interface Page {
  address: string;
  html: string;
}

/** Which hosts may be asked: the address to connect to, or null. Tests let a loopback server in. */
export interface Reach {
  resolve(host: string): Promise<string | null>;
  mayUsePort(port: string): boolean;
}

const theInternet: Reach = { resolve: resolvePublic, mayUsePort: (port) => port === '' || port === '80' || port === '443' };
const maxRedirects = 3;
const maxBytes = 5 * 1024 * 1024;
const timeoutMs = 10_000;

/**
 * Fetches a page that somebody named, so it may name our own network: only http and https on their ports, the name resolved once and that
 * address connected to, each of at most 3 redirects looked at anew. No proxy, no cookies; 5 MB, 10 s for everything.
 */
export async function fetchPage(url: string, reach: Reach = theInternet, limits = { bytes: maxBytes, ms: timeoutMs }): Promise<Page> {
  const signal = AbortSignal.timeout(limits.ms);
  let address = new URL(url);
  for (let hop = 0; hop <= maxRedirects; hop += 1) {
    const response = await get(address, reach, signal);
    const next = redirectOf(response, address);
    if (next === null) return { address: address.href, html: await readHtml(response, limits.bytes, signal) };
    response.destroy();
    address = next;
  }
  throw refused(`The page redirects more than ${maxRedirects} times.`);
}

async function get(address: URL, reach: Reach, signal: AbortSignal): Promise<IncomingMessage> {
  if (!/^https?:$/.test(address.protocol) || address.username !== '' || address.password !== '' || !reach.mayUsePort(address.port)) {
    throw refused('Only http and https pages on their own ports can be fetched.');
  }
  const target = await Promise.race([reach.resolve(address.hostname), rejection(signal)]);
  if (target === null) throw refused(`${address.hostname} has no address on the public internet.`);
  return connect(address, target, signal);
}

function connect(address: URL, target: string, signal: AbortSignal): Promise<IncomingMessage> {
  const isSecure = address.protocol === 'https:';
  const name = isIP(address.hostname) === 0 && !address.hostname.startsWith('[') ? { servername: address.hostname } : {};
  const options = {
    host: target,
    port: address.port || (isSecure ? 443 : 80),
    path: address.pathname + address.search,
    headers: {
      host: address.host,
      accept: 'text/html, application/xhtml+xml',
      'accept-encoding': 'identity',
      'user-agent': 'IsraelBriefing/1',
    },
    agent: false as const,
    signal,
    ...name,
  };
  return new Promise((resolve, reject) => {
    const request = isSecure ? requestHttps(options, resolve) : requestHttp(options, resolve);
    request.on('error', () => reject(refused(signal.aborted ? tooSlow : 'The page cannot be reached.')));
    request.end();
  });
}

function redirectOf(response: IncomingMessage, from: URL): URL | null {
  const { statusCode = 0, headers } = response;
  if (statusCode < 300 || statusCode > 399 || headers.location === undefined) return null;
  if (!URL.canParse(headers.location, from.href)) throw refused('The page redirects to no address.');
  return new URL(headers.location, from);
}

async function readHtml(response: IncomingMessage, maxSize: number, signal: AbortSignal): Promise<string> {
  const type = response.headers['content-type'] ?? '';
  if (response.statusCode !== 200) throw refused(`The page answered ${response.statusCode}.`, response);
  if (!/^(text\/html|application\/xhtml\+xml)\b/i.test(type)) throw refused(`The page is no HTML but "${type.slice(0, 100)}".`, response);
  if ((response.headers['content-encoding'] ?? 'identity') !== 'identity')
    throw refused('The page came compressed, though plain was asked for.', response);
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > maxSize) throw refused(`The page is larger than ${Math.round(maxSize / 1024 / 1024)} MB.`, response);
    }
  } catch (error) {
    throw error instanceof Refusal ? error : refused(signal.aborted ? tooSlow : 'The page broke off.');
  }
  return decode(Buffer.concat(chunks), type);
}

/** By the charset that the header names, else the page's beginning, else UTF-8. */
function decode(bytes: Buffer, type: string): string {
  const named = /charset=["']?([\w-]+)/i;
  const label = (named.exec(type) ?? named.exec(bytes.toString('latin1', 0, 1024)))?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(label).decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}

const tooSlow = 'The page did not come within 10 seconds.';

function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(refused(tooSlow)), { once: true });
  });
}

function refused(detail: string, response?: IncomingMessage): Refusal {
  response?.destroy();
  return new Refusal('invalid', detail, { faults: [{ pointer: '/url', detail }] });
}
