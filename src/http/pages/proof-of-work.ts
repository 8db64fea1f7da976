import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Context } from '#src/context';
import { requestCounter } from '#src/http/pages/request-counter';

const livesMs = 60 * 60_000;
/** For whoever has no scripts: waiting stands in for work. */
export const waitSeconds = 20;

export interface Proof {
  challenge: string;
  proof: string;
  /** Given with the first try of whoever sent no work; counts once the wait is over. */
  patience: string;
}

/** A sum for the browser: find `proof` so that SHA-256 of `challenge.proof` begins with so many zero bits. Undefined when the operator wants none. */
export function newChallenge({ config, now }: Context): string | undefined {
  if (config.proofOfWorkBits === 0) return undefined;
  return signed(config.keys.secret, 'challenge', [config.proofOfWorkBits, now().getTime(), randomBytes(9).toString('base64url')].join('-'));
}

/** What takes the place of work, for this address only. */
export function newPatience({ config, now }: Context, address: string): string {
  return signed(config.keys.secret, `patience ${address}`, `0-${now().getTime()}`);
}

/** Whether the browser has worked, or waited; each piece of work counts once. Always true when the operator wants none. */
export async function isProven(ctx: Context, { challenge, proof, patience }: Proof, address: string): Promise<boolean> {
  const { keys, proofOfWorkBits } = ctx.config;
  if (proofOfWorkBits === 0) return true;
  const age = (token: string, use: string) => ageOf(keys.secret, use, token, ctx.now());
  const waited = age(patience, `patience ${address}`);
  if (waited !== null && waited >= waitSeconds * 1_000 && waited < livesMs) return true;
  const worked = age(challenge, 'challenge');
  if (worked === null || worked > livesMs || proof.length > 20) return false;
  if (zeroBits(createHash('sha256').update(`${challenge}.${proof}`).digest()) < Number(challenge.split('-')[0])) return false;
  return isFirstUse(ctx, challenge);
}

async function isFirstUse(ctx: Context, challenge: string): Promise<boolean> {
  const key = `proof:${createHash('sha256').update(challenge).digest('base64url').slice(0, 22)}`;
  const [use] = await requestCounter(ctx)([{ key, most: 1 }], livesMs).catch(() => []);
  return use === undefined || use.counted <= 1;
}

function signed(secret: string, use: string, text: string): string {
  return `${text}-${seal(secret, use, text)}`;
}

/** Milliseconds since it was made; null for one that we did not make. */
function ageOf(secret: string, use: string, token: string, now: Date): number | null {
  const [, text = '', mac = ''] = /^(.{1,60})-([A-Za-z0-9_]{22})$/.exec(token) ?? [];
  const isOurs = mac !== '' && timingSafeEqual(Buffer.from(mac), Buffer.from(seal(secret, use, text)));
  return isOurs ? now.getTime() - Number(text.split('-')[1]) : null;
}

function seal(secret: string, use: string, text: string): string {
  const mac = createHmac('sha256', secret).update(`proof of work\0${use}\0${text}`).digest('base64url');
  return mac.replaceAll('-', '_').slice(0, 22);
}

function zeroBits(hash: Buffer): number {
  const first = hash.findIndex((byte) => byte !== 0);
  return first < 0 ? hash.length * 8 : first * 8 + Math.clz32(hash.readUInt8(first)) - 24;
}
