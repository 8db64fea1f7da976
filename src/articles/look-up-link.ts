import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import type { Reach } from '#src/articles/fetch-page';
import { resolvePublic } from '#src/articles/public-address';

/** What a link answered, after redirects; status 0 when nobody did. `bytes` is the size that the server named. */
export interface LinkAnswer {
  ok: boolean;
  status: number;
  bytes: number | null;
}

const theInternet: Reach = { resolve: resolvePublic, mayUsePort: (port) => port === '' || port === '80' || port === '443' };
const maxRedirects = 3;
const timeoutMs = 5_000;
/** A server that does not know HEAD, or asks for a browser, has still answered. */
const undecided = new Set([401, 403, 405, 429, 501]);

/** Asks links with HEAD, each once: public addresses only, looked at anew at each redirect, 5 s for everything. Never rejects. */
export function openLinkLookUp(reach: Reach = theInternet, ms = timeoutMs): (url: string) => Promise<LinkAnswer> {
  const known = new Map<string, Promise<LinkAnswer>>();
  return (url) => {
    const answer = known.get(url) ?? lookUp(url, reach, AbortSignal.timeout(ms)).catch(() => ({ ok: false, status: 0, bytes: null }));
    known.set(url, answer);
    return answer;
  };
}

async function lookUp(url: string, reach: Reach, signal: AbortSignal): Promise<LinkAnswer> {
  let address = new URL(url);
  for (let hop = 0; hop <= maxRedirects; hop += 1) {
    const { statusCode: status = 0, headers } = await head(address, reach, signal);
    if (status < 300 || status > 399 || headers.location === undefined) {
      const length = Number(headers['content-length'] ?? Number.NaN);
      return { ok: status < 400 || undecided.has(status), status, bytes: Number.isNaN(length) ? null : length };
    }
    address = new URL(headers.location, address);
  }
  throw new Error('too many redirects');
}

async function head(address: URL, reach: Reach, signal: AbortSignal): Promise<IncomingMessage> {
  if (!/^https?:$/.test(address.protocol) || address.username !== '' || !reach.mayUsePort(address.port)) throw new Error('no web address');
  const host = await reach.resolve(address.hostname);
  if (host === null || signal.aborted) throw new Error('no public address');
  const isSecure = address.protocol === 'https:';
  const options = {
    method: 'HEAD',
    host,
    port: address.port || (isSecure ? 443 : 80),
    path: address.pathname + address.search,
    headers: { host: address.host, 'user-agent': 'IsraelBriefing/1' },
    agent: false as const,
    signal,
    ...(isIP(address.hostname.replace(/^\[|\]$/g, '')) === 0 ? { servername: address.hostname } : {}),
  };
  return new Promise((resolve, reject) => {
    const request = isSecure ? requestHttps(options, resolve) : requestHttp(options, resolve);
    request.on('response', (response) => response.resume());
    request.on('error', reject);
    request.end();
  });
}
