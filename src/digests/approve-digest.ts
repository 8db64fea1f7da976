import type { Context } from '#src/context';
import { isConflict } from '#src/db/client';
import { blockingChecks, type Check, checkComposed, type Checks } from '#src/digests/check-digest';
import { composeDigestEmail } from '#src/digests/compose-digest-email';
import type { Digest } from '#src/digests/digest';
import { moveDigest } from '#src/digests/move-digest';
import { Refusal } from '#src/errors';
import { spellOut } from '#src/rules/spell-out';

export interface Approval {
  sendAt: Date;
  zone: string | null;
  holdSeconds: number;
  /** One slice goes ahead alone, and the others follow when it has arrived. */
  canary?: boolean | undefined;
  /** Refused when another number is counted. */
  expectedRecipients?: number | undefined;
  /** A digest of next week may still find its readers: that nobody would get it today does not block it. */
  mayLackReaders: boolean;
}

/**
 * Checks the digest and pins the hash of what it would look like: from here on it leaves as it is now, or not at all.
 *
 * @throws Refusal recipients-changed (with `actual`), checks-blocked (with `checks`), or what `moveDigest` throws
 */
export async function approveDigest(ctx: Context, digest: Digest, approval: Approval): Promise<void> {
  const composed = await composeDigestEmail(ctx, digest, approval.sendAt);
  const { checks, variant, recipients } = await checkComposed(ctx, composed);
  refuseOtherRecipients(approval.expectedRecipients, recipients);
  refuseBlocked(checks, approval, recipients);
  const changes = {
    send_at: approval.sendAt,
    send_zone: approval.zone,
    hold_seconds: approval.holdSeconds,
    canary: approval.canary ?? false,
    expected_recipients: recipients,
    approved_hash: variant?.hash ?? null,
    slug: composed.slug,
    subject: composed.email?.subject ?? '', // what was made from the headlines is pinned with the rest
    preheader: composed.email?.preheader ?? '',
    state_reason: null,
  };
  try {
    await moveDigest(ctx.db, digest.id, 'approve', { version: digest.version, changes });
  } catch (error) {
    if (!isConflict(error, 'digest_slug_key')) throw error;
    await approveDigest(ctx, digest, approval); // another digest took the slug in the meantime
  }
}

function refuseOtherRecipients(expected: number | undefined, actual: number): void {
  if (expected === undefined || expected === actual) return;
  throw new Refusal('recipients-changed', `The digest would go to ${actual} readers, not to ${expected}.`, { extra: { actual } });
}

function refuseBlocked(checks: Checks, { mayLackReaders }: Approval, actual: number): void {
  const blocking = blockingChecks(checks).filter(({ id }) => !(mayLackReaders && id === 'recipients'));
  if (blocking.length === 0) return;
  throw new ChecksBlocked(blocking, actual);
}

/** What stands in the way, for callers that want to name it. */
export class ChecksBlocked extends Refusal {
  readonly blocking: readonly Check[];

  constructor(blocking: readonly Check[], actual: number) {
    const checks = blocking.map((check) => spellOut(check, 'en'));
    super('checks-blocked', [...new Set(checks.map(({ message }) => message))].join(' '), { extra: { actual, checks } });
    this.blocking = blocking;
  }
}
