import type { ConnectionOptions } from 'node:tls';

/** One SMTP service that we hand messages to, as `SMTP_URL` names it. */
export type Relay = {
  /** Stands in the ledger: `?name=`, else host:port. */
  name: string;
  host: string;
  port: number;
  /** `implicit`: TLS from the first byte. `required`: STARTTLS or no session. `offered`: STARTTLS when the relay offers it. */
  encryption: 'implicit' | 'required' | 'offered' | 'none';
  credentials: { user: string; pass: string; method?: string } | null;
  /** Its share among several relays. */
  weight: number;
  /** Messages per second, null when the operator set no limit. */
  rate: number | null;
  connections: number;
  /** What EHLO says; null leaves it to the machine's own name. */
  ehloName: string | null;
  tls: ConnectionOptions;
};

/**
 * Reads `SMTP_URL`: relays separated by blanks, each `smtp://` or `smtps://` with `user:password@` if need be.
 *
 * Settings in the query: `name`, `weight`, `rate` (messages a second), `connections`, `ehlo`, `auth` (PLAIN, LOGIN, CRAM-MD5),
 * `requireTLS`, `ignoreTLS`, `tls.servername`, `tls.minVersion`, `tls.rejectUnauthorized`. Certificates are verified;
 * credentials cross the network only over TLS unless `ignoreTLS=true` says otherwise; a loopback relay is spoken to in the clear.
 *
 * @throws RelayUrlFault, which names the relay by its place and never quotes the URL: it holds a password
 */
export function parseRelays(urls: string): Relay[] {
  const relays = urls.split(/\s+/).filter(Boolean).map(parseRelay);
  const twice = relays.find((relay, index) => relays.findIndex(({ name }) => name === relay.name) !== index);
  if (twice) throw new RelayUrlFault(relays.lastIndexOf(twice) + 1, `there is another relay with its name: add ?name=`);
  return relays;
}

export class RelayUrlFault extends Error {
  override readonly name = 'RelayUrlFault';

  constructor(place: number, fault: string) {
    super(`SMTP_URL, relay ${place}: ${fault}`);
  }
}

function parseRelay(text: string, index: number): Relay {
  const refuse = (fault: string) => new RelayUrlFault(index + 1, fault);
  if (!URL.canParse(text)) throw refuse('not a URL');
  const url = new URL(text);
  if (url.protocol !== 'smtp:' && url.protocol !== 'smtps:') throw refuse('neither smtp:// nor smtps://');
  if (url.hash !== '' || !/^\/?$/.test(url.pathname)) throw refuse('a path or # in it (write / # ? of a password as %2F %23 %3F)');
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  if (!/^[a-z0-9.:_-]+$/.test(host)) throw refuse('no host, or one that is not ASCII');
  const implicit = url.protocol === 'smtps:';
  const port = Number(url.port) || (implicit ? 465 : 587);
  const settings = readSettings(url.searchParams, refuse);
  const credentials = readCredentials(url, settings['auth'], refuse);
  return {
    name: settings['name'] ?? `${host}:${port}`,
    host,
    port,
    encryption: implicit ? 'implicit' : encryptionOf(settings, isLoopback(host), credentials !== null),
    credentials,
    weight: numberIn(settings, 'weight', refuse) ?? 1,
    rate: numberIn(settings, 'rate', refuse) ?? null,
    connections: Math.ceil(numberIn(settings, 'connections', refuse) ?? 8),
    ehloName: settings['ehlo'] ?? null,
    tls: tlsOptions(settings),
  };
}

const settingValues: Record<string, RegExp> = {
  name: /^[\w.:-]{1,60}$/,
  weight: /^\d{1,6}(\.\d{1,3})?$/,
  rate: /^\d{1,6}(\.\d{1,3})?$/,
  connections: /^\d{1,4}$/,
  ehlo: /^[\w.:[\]-]{1,255}$/,
  auth: /^(PLAIN|LOGIN|CRAM-MD5)$/,
  requireTLS: /^(true|false)$/,
  ignoreTLS: /^(true|false)$/,
  'tls.servername': /^[\w.-]{1,255}$/,
  'tls.minVersion': /^TLSv1\.[23]$/,
  'tls.rejectUnauthorized': /^(true|false)$/,
};

type Settings = Record<string, string | undefined>;
type Refuse = (fault: string) => RelayUrlFault;

function readSettings(query: URLSearchParams, refuse: Refuse): Settings {
  const settings: Settings = {};
  for (const [key, value] of query) {
    const pattern = Object.hasOwn(settingValues, key) && settingValues[key];
    if (!pattern) throw refuse(`an unknown setting; known: ${Object.keys(settingValues).join(' ')}`);
    if (!pattern.test(value)) throw refuse(`${key} must match ${pattern.source}`);
    settings[key] = value;
  }
  return settings;
}

function readCredentials(url: URL, method: string | undefined, refuse: Refuse): Relay['credentials'] {
  if (url.username === '' && url.password === '') return null;
  try {
    const [user, pass] = [decodeURIComponent(url.username), decodeURIComponent(url.password)];
    return method === undefined ? { user, pass } : { user, pass, method };
  } catch {
    throw refuse('user or password has a % that is not followed by two hexadecimal digits (write % as %25)');
  }
}

function encryptionOf(settings: Settings, loopback: boolean, hasCredentials: boolean): Relay['encryption'] {
  if (settings['requireTLS'] === 'true') return 'required';
  if (settings['ignoreTLS'] === 'true' || loopback) return 'none';
  return hasCredentials && settings['requireTLS'] !== 'false' ? 'required' : 'offered';
}

function tlsOptions(settings: Settings): ConnectionOptions {
  return {
    ...(settings['tls.servername'] !== undefined && { servername: settings['tls.servername'] }),
    ...(settings['tls.minVersion'] !== undefined && { minVersion: settings['tls.minVersion'] as 'TLSv1.2' | 'TLSv1.3' }),
    ...(settings['tls.rejectUnauthorized'] === 'false' && { rejectUnauthorized: false }),
  };
}

function numberIn(settings: Settings, key: string, refuse: Refuse): number | undefined {
  const text = settings[key];
  if (text !== undefined && Number(text) === 0) throw refuse(`${key} must be above 0`);
  return text === undefined ? undefined : Number(text);
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
