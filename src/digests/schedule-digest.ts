import type { Context } from '#src/context';
import { approveDigest } from '#src/digests/approve-digest';
import type { Digest } from '#src/digests/digest';
import { findDigest } from '#src/digests/find-digest';
import { moveDigest } from '#src/digests/move-digest';
import { Refusal } from '#src/errors';
import { instantOf, isZone } from '#src/zone-time';

/** A wall clock's time, `2026-11-22T06:30`, and the zone in which it hangs; without one, the newsletter's. */
export interface WallTime {
  at: string;
  zone?: string | undefined;
}

/**
 * Approves the digest for a moment. An hour that clocks repeat that night means the first.
 *
 * @throws Refusal invalid for a zone that is none, a time that clocks skip, or one that is past
 */
export async function scheduleDigest(
  ctx: Context,
  digestId: string,
  when: WallTime & { canary?: boolean | undefined; ifMatch?: number | null },
): Promise<Digest> {
  const digest = await findDigest(ctx.db, digestId);
  if (when.ifMatch != null && when.ifMatch !== digest.version)
    throw new Refusal('version-changed', 'The digest was changed since it was read.');
  const zone = when.zone ?? digest.newsletter.zone;
  const sendAt = momentOf(when.at, zone, ctx.now());
  await approveDigest(ctx, digest, { sendAt, zone, holdSeconds: 0, canary: when.canary, mayLackReaders: true });
  return findDigest(ctx.db, digestId);
}

/** Back to draft, while its time has not come. */
export async function unscheduleDigest(ctx: Context, digestId: string): Promise<Digest> {
  await moveDigest(ctx.db, digestId, 'unschedule', { changes: backToDraft });
  return findDigest(ctx.db, digestId);
}

/** What a digest loses that is a draft again. */
export const backToDraft = {
  approved_hash: null,
  send_at: null,
  send_zone: null,
  slug: null,
  expected_recipients: null,
  state_reason: 'undone',
} as const;

function momentOf(at: string, zone: string, now: Date): Date {
  if (!isZone(zone)) throw unusable('no-zone', '/zone', 'is no time zone, such as Asia/Jerusalem');
  const moment = instantOf(at, zone);
  if (moment === null) throw unusable('no-time', '/at', 'is no date and time, such as 2026-11-22T06:30');
  if (moment.reading === 'gap') throw unusable('skipped-time', '/at', `does not exist: clocks in ${zone} are put forward over that time`);
  if (moment.at <= now) throw unusable('past-time', '/at', 'is in the past');
  return moment.at;
}

function unusable(reason: string, pointer: string, detail: string): Refusal {
  return new Refusal('invalid', `The time cannot be used: ${detail}.`, { faults: [{ pointer, detail }], extra: { reason } });
}
