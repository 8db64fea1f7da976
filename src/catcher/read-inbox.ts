import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import PostalMime from 'postal-mime';
import type { Envelope } from '#src/catcher/store-mail';

export interface CaughtMail {
  id: string;
  receivedAt: string;
  envelope: Envelope;
  messageId: string | null;
  subject: string;
  /** Names in lower case; a header that comes several times is joined by line breaks. */
  headers: Record<string, string>;
  text: string;
  html: string;
}

type Kept = { receivedAt: string; envelope: Envelope };

/** Envelopes never change once written, and looking for an address reads all of them. */
const envelopes = new Map<string, Kept>();

/** The caught messages, newest first; `to` keeps those whose envelope names that address. */
export async function readInbox(dataDir: string, wanted: { to?: string | undefined; limit: number }): Promise<CaughtMail[]> {
  const names = await readdir(join(dataDir, 'inbox')).catch(() => []);
  const ids = names.filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -'.json'.length));
  const found: CaughtMail[] = [];
  for (const id of ids.toSorted().toReversed()) {
    if (found.length >= wanted.limit) break;
    const { receivedAt, envelope } = await readEnvelope(dataDir, id);
    if (isTo(envelope, wanted.to)) found.push({ id, receivedAt, envelope, ...(await parseMail(dataDir, id)) });
  }
  return found;
}

/** One message, or nothing when there is none with this id. */
export async function readMail(dataDir: string, id: string): Promise<CaughtMail | undefined> {
  if (!isMailId(id)) return undefined;
  try {
    return { id, ...(await readEnvelope(dataDir, id)), ...(await parseMail(dataDir, id)) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The bytes as they came. */
export async function readMailBytes(dataDir: string, id: string): Promise<Buffer | undefined> {
  if (!isMailId(id)) return undefined;
  return readFile(join(dataDir, 'inbox', `${id}.eml`)).catch(() => undefined);
}

/** Checked before it becomes part of a path. */
function isMailId(id: string): boolean {
  return /^\d{13}-\d{5}-[0-9a-f]{8}$/.test(id);
}

function isTo({ to }: Envelope, wanted: string | undefined): boolean {
  return wanted === undefined || to.some((address) => address.toLowerCase() === wanted.toLowerCase());
}

async function readEnvelope(dataDir: string, id: string): Promise<Kept> {
  const known = envelopes.get(id);
  if (known) return known;
  const kept = JSON.parse(await readFile(join(dataDir, 'inbox', `${id}.json`), 'utf8')) as Kept;
  envelopes.set(id, kept);
  return kept;
}

async function parseMail(dataDir: string, id: string): Promise<Omit<CaughtMail, 'id' | 'receivedAt' | 'envelope'>> {
  const mail = await PostalMime.parse(await readFile(join(dataDir, 'inbox', `${id}.eml`)));
  const headers: Record<string, string> = {};
  for (const { key, value } of mail.headers) headers[key] = headers[key] === undefined ? value : `${headers[key]}\n${value}`;
  return { messageId: mail.messageId ?? null, subject: mail.subject ?? '', headers, text: mail.text ?? '', html: mail.html ?? '' };
}
