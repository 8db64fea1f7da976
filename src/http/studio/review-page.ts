import type { Request, Response } from 'express';
import type { Context } from '#src/context';
import { checkComposed } from '#src/digests/check-digest';
import { composeDigestEmail } from '#src/digests/compose-digest-email';
import type { Digest } from '#src/digests/digest';
import { listTests } from '#src/digests/list-tests';
import { linkLookUp } from '#src/http/studio/link-look-up';
import { type Notice, showStudio } from '#src/http/studio/show-studio';
import { isZone, wallTimeOf } from '#src/zone-time';

const zones = ['Asia/Jerusalem', 'Europe/London', 'Europe/Paris', 'America/New_York', 'America/Los_Angeles', 'UTC'];

interface Trouble {
  status: number;
  notice: Notice;
  at?: string;
  zone?: string;
}

/** Everything that is to be seen before a digest goes: checks, readers, time. */
export async function showReview(ctx: Context, request: Request, response: Response, digest: Digest, trouble?: Trouble): Promise<void> {
  const composed = await composeDigestEmail(ctx, digest, digest.sendAt ?? ctx.now());
  const lookUp = linkLookUp(request);
  const [{ checks, recipients }, tests] = await Promise.all([checkComposed(ctx, composed, lookUp), listTests(ctx.db, digest.id)]);
  const zone = trouble?.zone && isZone(trouble.zone) ? trouble.zone : (digest.sendZone ?? digest.newsletter.zone);
  const variables = {
    digest: { ...digest, subject: digest.subject || (composed.email?.subject ?? '') },
    checks,
    linksAsked: lookUp !== undefined,
    recipients,
    zones: [...new Set([digest.newsletter.zone, zone, ...zones])],
    zone,
    at: trouble?.at || tomorrowMorning(ctx.now(), zone),
    lastTest: tests[0] ?? null,
  };
  showStudio(ctx, request, response, { page: 'review', variables, ...(trouble ? { status: trouble.status, notice: trouble.notice } : {}) });
}

function tomorrowMorning(now: Date, zone: string): string {
  return `${wallTimeOf(new Date(now.getTime() + 24 * 3_600_000), zone).slice(0, 10)}T06:30`;
}
