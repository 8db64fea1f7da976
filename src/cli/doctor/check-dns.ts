import { createPublicKey } from 'node:crypto';
import { Resolver } from 'node:dns/promises';
import { type Finding, reasonOf } from '#src/cli/doctor/finding';
import type { Config } from '#src/config';

/** The TXT records of a name, each put together; none when there is no such name. */
export type LookUp = (name: string) => Promise<string[]>;

/** What receivers will look for: SPF, DMARC and our keys. A domain that only exists on this machine is not looked up. */
export async function checkDns(config: Config, lookUp: LookUp = lookUpTxt): Promise<Finding[]> {
  const { domain } = config.mail;
  if (/(^|\.)(test|example|invalid|localhost|local)$|^example\.(com|net|org)$|\.example\.(com|net|org)$/.test(domain)) {
    return [{ part: 'DNS', level: 'warn', detail: `${domain} is a domain for trying out: not looked up` }];
  }
  return Promise.all([
    finding('SPF', async () => judgeSpf(await lookUp(domain), domain)),
    finding('DMARC', async () => judgeDmarc(await lookUp(`_dmarc.${domain}`), domain)),
    ...keysOf(config).map(({ selector, privateKey, dkimDomain }) =>
      finding('DKIM record', async () => judgeKey(await lookUp(`${selector}._domainkey.${dkimDomain}`), privateKey, selector)),
    ),
  ]);
}

function judgeSpf(records: string[], domain: string): Omit<Finding, 'part'> {
  const found = records.filter((record) => /^v=spf1( |$)/i.test(record));
  if (found.length === 0) return { level: 'bad', detail: `${domain} has no SPF record` };
  return found.length > 1
    ? { level: 'bad', detail: `${domain} has ${found.length} SPF records: receivers take none` }
    : { level: 'ok', detail: found[0] ?? '' };
}

/** RFC 9989: `pct`, `rf` and `ri` are gone; a leftover `pct=10` now means everything. */
function judgeDmarc(records: string[], domain: string): Omit<Finding, 'part'> {
  const found = records.filter((record) => /^v=DMARC1(;|\s|$)/.test(record));
  if (found.length !== 1) return { level: 'bad', detail: `_dmarc.${domain} has ${found.length === 0 ? 'no record' : 'several records'}` };
  const removed = ['pct', 'rf', 'ri'].filter((tag) => new RegExp(`;\\s*${tag}\\s*=`).test(found[0] ?? ''));
  if (removed.length > 0) return { level: 'warn', detail: `${removed.join(', ')}: no longer read (RFC 9989): ${found[0]}` };
  return { level: 'ok', detail: found[0] ?? '' };
}

function judgeKey(records: string[], privateKey: string, selector: string): Omit<Finding, 'part'> {
  const wanted = publishedForms(privateKey);
  const published = records.map((record) => /(?:^|;)\s*p=([A-Za-z0-9+/=\s]*)/.exec(record)?.[1]?.replace(/\s/g, ''));
  if (published.every((key) => key === undefined)) return { level: 'bad', detail: `selector ${selector} has no key in the DNS` };
  return published.some((key) => key !== undefined && wanted.includes(key))
    ? { level: 'ok', detail: `selector ${selector} is ours` }
    : { level: 'bad', detail: `selector ${selector} is another key than ours` };
}

/** RSA as SubjectPublicKeyInfo or as PKCS #1 (RFC 6376 §3.6.1 and its errata); Ed25519 as the bare 32 bytes (RFC 8463 §4). */
function publishedForms(privateKey: string): string[] {
  const key = createPublicKey(privateKey);
  const whole = key.export({ type: 'spki', format: 'der' });
  if (key.asymmetricKeyType === 'ed25519') return [whole.subarray(-32).toString('base64')];
  return [whole.toString('base64'), key.export({ type: 'pkcs1', format: 'der' }).toString('base64')];
}

function keysOf({ dkim }: Config) {
  if (!dkim) return [];
  const all = dkim.ed25519 ? [dkim, dkim.ed25519] : [dkim];
  return all.map(({ selector, privateKey }) => ({ selector, privateKey, dkimDomain: dkim.domain }));
}

async function finding(part: string, judge: () => Promise<Omit<Finding, 'part'>>): Promise<Finding> {
  try {
    return { part, ...(await judge()) };
  } catch (error) {
    return { part, level: 'warn', detail: `could not be looked up: ${reasonOf(error)}` };
  }
}

const lookUpTxt: LookUp = async (name) => {
  try {
    return (await new Resolver({ timeout: 3_000, tries: 2 }).resolveTxt(name)).map((parts) => parts.join(''));
  } catch (error) {
    if (['ENOTFOUND', 'ENODATA'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
};
