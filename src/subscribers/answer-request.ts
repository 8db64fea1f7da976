import type { Context } from '#src/context';
import type { Tx } from '#src/db/client';
import { addressHash, countingHash } from '#src/subscribers/address-hash';
import { findByAddress, upsertPending } from '#src/subscribers/queries';
import {
  type AskedMessage,
  countConfirmation,
  dropAlike,
  dropAsked,
  lockAddress,
  recentConfirmations,
  releaseAsked,
} from '#src/subscribers/request-queries';
import { isSuppressed } from '#src/subscribers/suppression-queries';
import { recordConsent } from '#src/subscribers/record-consent';
import { countAsked } from '#src/subscribers/source-queries';
import { mostConfirmations } from '#src/subscribers/subscriber';

/** What a request becomes: a confirmation, a hint that the address is subscribed already, the reader's links, or nothing. Nobody outside can tell. */
export async function answerRequest(ctx: Context, tx: Tx, asked: AskedMessage): Promise<void> {
  const counting = countingHash(ctx.config.keys, asked.kind === 'data-request' ? 'links' : 'confirmation', asked.address);
  await lockAddress(tx, counting);
  const suppressed = await isSuppressed(tx, addressHash(ctx.config.keys, asked.address));
  if (suppressed) return dropAsked(tx, asked, 'suppressed');
  const sent = await recentConfirmations(tx, counting, ctx.now());
  if (!mayWrite(asked, sent, ctx.now())) return dropAlike(tx, asked);
  const target = await answers[asked.kind](tx, asked);
  if (target === null) return dropAsked(tx, asked, 'unsubscribed');
  await countConfirmation(tx, counting, { at: ctx.now(), wasAnonymous: !asked.hasCookie });
  await releaseAsked(tx, asked, target);
}

export interface SentConfirmation {
  at: Date;
  wasAnonymous: boolean;
}

const minutes = 60_000;
const day = 24 * 60 * minutes;

/**
 * I6: at most 3 in 30 days; one a day for anonymous requests; the holder of the sign-up cookie may ask again after 15 minutes.
 * Links to one's own data: 5 a day.
 */
function mayWrite({ kind, hasCookie }: AskedMessage, sent: SentConfirmation[], now: Date): boolean {
  const since = (age: number) => sent.filter(({ at }) => now.getTime() - at.getTime() < age);
  if (kind === 'data-request') return since(day).length < 5;
  if (sent.length >= mostConfirmations) return false;
  return hasCookie ? since(15 * minutes).length === 0 : since(day).length === 0;
}

type Target = {
  kind: AskedMessage['kind'] | 'already-subscribed';
  subscriberId: string;
  subscriptionId: string;
  newsletterId: string;
  language: string;
  address?: string;
};

const answers: Record<AskedMessage['kind'], (tx: Tx, asked: AskedMessage) => Promise<Target | null>> = {
  async confirmation(tx, asked) {
    const reader = await upsertPending(tx, asked);
    if (reader.isActive) return { kind: 'already-subscribed', ...reader };
    await recordConsent(tx, {
      subscriberId: reader.subscriberId,
      newsletterId: reader.newsletterId,
      kind: 'asked',
      at: asked.askedAt,
      payload: {
        address: asked.address,
        wording: asked.wording,
        page: asked.page,
        source: asked.source,
        cadences: asked.cadences,
        messageId: asked.messageId,
      },
      ip: asked.ip,
    });
    await countAsked(tx, asked);
    return { kind: 'confirmation', ...reader };
  },

  async 'data-request'(tx, asked) {
    const reader = await findByAddress(tx, asked.address);
    return reader && { kind: 'data-request', ...reader };
  },

  /** The new address confirms; the token names the subscription and, as its second subject, the request that holds the address. */
  async 'change-address'(_tx, { subscriberId, subscriptionId, newsletterId, language, address }) {
    if (subscriberId === null || subscriptionId === null) return null;
    return { kind: 'change-address', subscriberId, subscriptionId, newsletterId, language, address };
  },
};
