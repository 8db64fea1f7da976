import { domainToASCII, domainToUnicode } from 'node:url';

/** An address that can be mailed as it stands. Only `parseAddress` makes one. */
export type EmailAddress = {
  /** Local part as typed, domain as A-labels in lower case. */
  address: string;
  local: string;
  domain: string;
  unicodeDomain: string;
  /** The local part is not ASCII: only relays that offer SMTPUTF8 can take it (RFC 6531). */
  needsSmtputf8: boolean;
};

export type AddressFault =
  | 'empty'
  | 'too-long'
  | 'control-character'
  | 'no-at'
  | 'quoted-local-part'
  | 'bad-local'
  | 'ip-literal'
  | 'bad-domain'
  | 'single-label-domain';

const longestAddress = 254; // RFC 5321 §4.5.3.1.3: a path of 256 octets, less its angle brackets
const longestLocal = 64; // RFC 5321 §4.5.3.1.1

/** @returns the address, or the reason why it is none. Outer spaces are forgiven, nothing else. */
export function parseAddress(text: string): EmailAddress | AddressFault {
  if (text.length > longestAddress + 20) return 'too-long';
  const typed = text.replace(/^ {1,20}/, '').replace(/ {1,20}$/, '');
  if (typed === '') return 'empty';
  if (/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(typed)) return 'control-character';
  const at = typed.lastIndexOf('@');
  if (at < 0) return 'no-at';
  const local = typed.slice(0, at).normalize('NFC');
  const domain = readDomain(typed.slice(at + 1));
  const fault = localFault(local) ?? domain.fault;
  if (fault) return fault;
  const address = `${local}@${domain.ascii}`;
  if (Buffer.byteLength(address) > longestAddress) return 'too-long';
  return { address, local, domain: domain.ascii, unicodeDomain: domainToUnicode(domain.ascii), needsSmtputf8: !isAscii(local) };
}

/** Two addresses that differ only in case are one subscriber. */
export function normaliseAddress(address: string): string {
  return address.toLowerCase();
}

/** One mailbox behind many spellings. For rate limits only: it is a guess about other people's servers, so nothing is ever mailed to it. */
export function canonicalAddress(address: string): string {
  const lower = normaliseAddress(address);
  const at = lower.lastIndexOf('@');
  const untagged = lower.slice(0, at).replace(/(?<=.)\+.*$/su, '');
  const domain = lower.slice(at + 1);
  const isGmail = domain === 'gmail.com' || domain === 'googlemail.com';
  return isGmail ? `${untagged.replaceAll('.', '')}@gmail.com` : `${untagged}@${domain}`;
}

/** For pages and logs: `d•••@example.org`. */
export function maskAddress(address: string): string {
  const at = address.lastIndexOf('@');
  const [first = ''] = address.slice(0, at);
  return `${first}•••${address.slice(at)}`;
}

function localFault(local: string): AddressFault | undefined {
  if (Buffer.byteLength(local) > longestLocal) return 'too-long';
  if (local.startsWith('"')) return 'quoted-local-part';
  const atoms = local.split('.');
  return atoms.every((atom) => /^[\w!#$%&'*+\-/=?^`{|}~\u0080-\u{10ffff}]+$/u.test(atom) && !/[\p{Z}\p{Cn}\p{Co}]/u.test(atom))
    ? undefined
    : 'bad-local';
}

type ReadDomain = { ascii: string; fault?: AddressFault };

function readDomain(text: string): ReadDomain {
  if (text.startsWith('[')) return { ascii: '', fault: 'ip-literal' };
  // domainToASCII would also decode %41 and read 0x7f.1 as an IP address: it only ever sees letters, digits, hyphens and dots
  if (!/^[a-z0-9.\-\u0080-\u{10ffff}]+$/iu.test(text)) return { ascii: '', fault: 'bad-domain' };
  const ascii = domainToASCII(text);
  const labels = ascii.split('.');
  if (ascii.length > 253 || !labels.every(isLabel)) return { ascii, fault: 'bad-domain' };
  if (labels.length < 2) return { ascii, fault: 'single-label-domain' };
  return /^\d+$/.test(labels.at(-1) ?? '') ? { ascii, fault: 'ip-literal' } : { ascii };
}

function isLabel(label: string): boolean {
  return label.length <= 63 && /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(label);
}

function isAscii(text: string): boolean {
  return !/[^\0-\x7f]/.test(text);
}
