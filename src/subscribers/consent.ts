import { createHash } from 'node:crypto';
import type { ConsentKind } from '#src/db/tables';

/**
 * A consent record is one link of its subscriber's chain. The chain holds hashes only: of the payload with a salt, of the IP address with another. Emptying a
 * payload and its salt leaves the chain whole and the content unguessable; changing one does not go unseen.
 */
export interface ConsentLink {
  subscriberId: string;
  newsletterId: string;
  kind: ConsentKind;
  payloadHash: Buffer;
  ipHash: Buffer | null;
  previousHash: Buffer;
  at: Date;
}

export type ConsentPayload = Record<string, unknown>;

export const firstPrevious: Buffer = Buffer.alloc(32);

export function linkHash(link: ConsentLink): Buffer {
  const head = [link.subscriberId, link.newsletterId, link.kind, link.at.toISOString()].join('\n');
  const hash = createHash('sha256')
    .update(head)
    .update('\n')
    .update(link.payloadHash)
    .update(link.ipHash ?? Buffer.alloc(32));
  return hash.update(link.previousHash).digest();
}

export function saltedHash(salt: Buffer, content: string): Buffer {
  return createHash('sha256').update(salt).update(content).digest();
}

/** JSON with sorted keys: Postgres keeps jsonb in an order of its own. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{${members
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`)
    .join(',')}}`;
}
