import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import { Settings } from '#src/settings';

export type Environment = Record<string, string | undefined>;
export type Config = ReturnType<typeof readConfig>;

/** Every fault of the environment in one error, each with its variable's name. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

export function readConfig(environment: Environment = process.env) {
  const faults: string[] = [];
  const given = settingsOf(environment, faults);
  const parsed = Settings.safeParse(given);
  if (!parsed.success) {
    faults.push(...parsed.error.issues.map((issue) => `${issue.path.join('.') || issue.message}: ${issue.message}`));
    throw faultsError(faults);
  }
  const set = parsed.data;
  faults.push(...productionFaults(set), ...dependencyFaults(set));
  const trustedProxies = (set.TRUST_PROXY ?? '').split(/[\s,]+/).filter(Boolean);
  for (const hop of trustedProxies) if (isIP(hop.split('/')[0] ?? '') === 0) faults.push(`TRUST_PROXY: "${hop}" is no address or network`);
  if (faults.length > 0) throw faultsError(faults);
  const from = set.MAIL_FROM ?? 'briefing@localhost.test';
  return Object.freeze({
    isProduction: set.NODE_ENV === 'production',
    isTest: set.NODE_ENV === 'test',
    port: set.PORT,
    publicUrl: (set.PUBLIC_URL ?? `http://localhost:${set.PORT}`).replace(/\/+$/, ''),
    databaseUrl: required(set.DATABASE_URL, 'DATABASE_URL', 'npm start sets it to the embedded Postgres'),
    redisUrl: set.BRIEFING_QUEUE === 'postgres' ? null : (set.REDIS_URL ?? null),
    smtpUrl: required(set.SMTP_URL, 'SMTP_URL', 'npm start sets it to the mail catcher'),
    keys: {
      secret: required(set.SECRET_KEY, 'SECRET_KEY', 'npm start makes one'),
      previous: set.SECRET_KEY_PREVIOUS ?? null,
      hash: set.BRIEFING_HASH_KEY ?? lastingKey(resolve(set.DATA_DIR)),
    },
    dkim:
      set.DKIM_DOMAIN && set.DKIM_SELECTOR && set.DKIM_PRIVATE_KEY
        ? {
            domain: set.DKIM_DOMAIN,
            selector: set.DKIM_SELECTOR,
            privateKey: set.DKIM_PRIVATE_KEY,
            ed25519:
              set.DKIM_ED25519_SELECTOR && set.DKIM_ED25519_PRIVATE_KEY
                ? { selector: set.DKIM_ED25519_SELECTOR, privateKey: set.DKIM_ED25519_PRIVATE_KEY }
                : null,
          }
        : null,
    mail: {
      from,
      confirmationFrom: set.BRIEFING_CONFIRMATION_FROM ?? from,
      domain: from.slice(from.lastIndexOf('@') + 1),
      postalAddress: set.POSTAL_ADDRESS ?? 'Israel Briefing, 1 Example Street, Jerusalem',
    },
    trustedProxies,
    logLevel: set.LOG_LEVEL,
    dataDir: resolve(set.DATA_DIR),
    embedOrigins: (set.BRIEFING_EMBED_ORIGINS ?? '').split(/\s+/).filter(Boolean),
    signUpLimits: { inAll: set.BRIEFING_SIGN_UP_LIMIT, aDomain: set.BRIEFING_SIGN_UP_DOMAIN_LIMIT },
    proofOfWorkBits: set.BRIEFING_PROOF_OF_WORK,
    sendsReminder: set.BRIEFING_REMINDER === 'on',
    trustedFeeds: (set.BRIEFING_TRUSTED_FEEDS ?? '').split(/\s+/).filter(Boolean),
    domainRates: domainRates(set.BRIEFING_DOMAIN_RATES ?? ''),
    workerPort: set.BRIEFING_WORKER_PORT ?? null,
    adminPort: set.BRIEFING_ADMIN_PORT ?? null,
    senderThreads: set.BRIEFING_SENDER_THREADS,
    leaseSeconds: set.BRIEFING_LEASE_SECONDS,
    ledgerMonths: set.BRIEFING_LEDGER_MONTHS,
    clockOffsetMs: set.BRIEFING_CLOCK_OFFSET * 1000,
    failPoint: set.BRIEFING_FAIL_POINT ?? null,
    catcherPort: set.BRIEFING_CATCHER_PORT ?? null,
    embedded: { postgres: /\bpostgres\b/.test(set.BRIEFING_EMBEDDED ?? ''), catcher: /\bcatcher\b/.test(set.BRIEFING_EMBEDDED ?? '') },
  });
}

/** Our variables only, files read, empty ones absent. A misspelt BRIEFING_ variable is a fault: it would be silently ignored. */
function settingsOf(environment: Environment, faults: string[]): Record<string, string> {
  const known = Object.keys(Settings.shape);
  const given: Record<string, string> = {};
  for (const name of known) {
    const file = environment[`${name}_FILE`];
    try {
      const value = file ? readFileSync(file, 'utf8').trim() : environment[name];
      if (value !== undefined && value !== '') given[name] = value;
    } catch (error) {
      faults.push(`${name}_FILE: cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})`);
    }
  }
  const strangers = Object.keys(environment).filter((name) => name.startsWith('BRIEFING_') && !known.includes(name.replace(/_FILE$/, '')));
  return { ...given, ...Object.fromEntries(strangers.map((name) => [name, environment[name] ?? ''])) };
}

function productionFaults(set: Settings): string[] {
  if (set.NODE_ENV !== 'production') return [];
  const wanted = {
    DATABASE_URL: 'the embedded Postgres is for trying out',
    SMTP_URL: 'the mail catcher delivers nothing',
    SECRET_KEY: 'make one with: openssl rand -base64 32',
    MAIL_FROM: 'an address of a domain that you own',
    POSTAL_ADDRESS: 'the law wants it in every digest',
  } as const;
  const absent = Object.entries(wanted).filter(([name]) => set[name as keyof Settings] === undefined);
  const faults = absent.map(([name, why]) => `${name}: absent (${why})`);
  if (set.REDIS_URL === undefined && set.BRIEFING_QUEUE !== 'postgres') faults.push('REDIS_URL: absent (or set BRIEFING_QUEUE=postgres)');
  if (set.BRIEFING_EMBEDDED !== undefined) faults.push('BRIEFING_EMBEDDED: production runs on no embedded part');
  if (set.PUBLIC_URL !== undefined && !/^https:|^http:\/\/(localhost|127\.0\.0\.1|\[::1\])[:/]?/.test(set.PUBLIC_URL)) {
    faults.push('PUBLIC_URL: must be https (RFC 8058 §3.1)');
  }
  return faults;
}

function dependencyFaults(set: Settings): string[] {
  const faults: string[] = [];
  const dkim = ['DKIM_DOMAIN', 'DKIM_SELECTOR', 'DKIM_PRIVATE_KEY'] as const;
  const absent = dkim.filter((name) => set[name] === undefined);
  if (absent.length > 0 && absent.length < dkim.length) faults.push(`${absent.join(', ')}: absent, though other DKIM settings are there`);
  if ((set.DKIM_ED25519_SELECTOR === undefined) !== (set.DKIM_ED25519_PRIVATE_KEY === undefined)) {
    faults.push('DKIM_ED25519_SELECTOR and DKIM_ED25519_PRIVATE_KEY go together');
  }
  if (set.BRIEFING_QUEUE === 'redis' && set.REDIS_URL === undefined) faults.push('REDIS_URL: absent, though BRIEFING_QUEUE=redis');
  for (const name of ['DATABASE_URL', 'SMTP_URL', 'SECRET_KEY'] as const) {
    if (set.NODE_ENV !== 'production' && set[name] === undefined) faults.push(`${name}: absent (npm start sets it for an embedded run)`);
  }
  for (const pair of (set.BRIEFING_DOMAIN_RATES ?? '').split(/\s+/).filter(Boolean)) {
    if (!/^[^=\s]+=\d+(\.\d+)?$/.test(pair)) faults.push(`BRIEFING_DOMAIN_RATES: "${pair}" is not like gmail.com=20`);
  }
  return faults;
}

function domainRates(list: string): Map<string, number> {
  const pairs = list.split(/\s+/).filter(Boolean);
  return new Map(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')).toLowerCase(), Number(pair.slice(pair.indexOf('=') + 1))]));
}

/** The hash key outlives every rotation: written once, then only read. */
function lastingKey(dataDir: string): string {
  const file = join(dataDir, 'hash-key');
  try {
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(file, randomBytes(32).toString('base64url'), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw faultsError([`BRIEFING_HASH_KEY: absent, and ${file} cannot be written`]);
  }
  return readFileSync(file, 'utf8');
}

function required(value: string | undefined, name: string, how: string): string {
  if (value === undefined) throw faultsError([`${name}: absent (${how})`]);
  return value;
}

function faultsError(faults: string[]): ConfigError {
  return new ConfigError(
    `The settings have ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}:\n${faults.map((fault) => `  ${fault}`).join('\n')}`,
  );
}
