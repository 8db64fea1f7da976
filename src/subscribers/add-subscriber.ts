import type { Context } from '#src/context';
import type { Cadence } from '#src/db/tables';
import { Refusal } from '#src/errors';
import type { Newsletter } from '#src/newsletters/newsletter';
import { admit, type Candidate, judge, type Verdict, whileAdmitting } from '#src/subscribers/admit';
import { consentTimeFault } from '#src/subscribers/consent-words';
import { findSubscriber } from '#src/subscribers/find-subscriber';
import { subscribe } from '#src/subscribers/subscribe';
import type { SubscriberEmail } from '#src/subscribers/subscriber';
import type { Subscriber } from '#src/subscribers/subscriber-record';

export interface NewSubscriber {
  address: SubscriberEmail;
  newsletter: Newsletter;
  cadences: Cadence[];
  language: string;
  /** Given elsewhere, with proof; null: the person is asked by a confirmation. */
  consent: { source: string; wording: string; at: Date } | null;
}

/** `already`: active before; nothing was changed. `asked`: a confirmation goes out, within the limits of every sign-up (I6). */
export type AddedSubscriber = { outcome: 'added' | 'already'; subscriber: Subscriber } | { outcome: 'asked' };

/**
 * @throws Refusal suppressed for an address that is never written to, erased ones too; wrong-state when the person left since that consent;
 * not-found when a confirmation is wanted and the newsletter is closed
 */
export async function addSubscriber(ctx: Context, wanted: NewSubscriber): Promise<AddedSubscriber> {
  const candidate = candidateOf(ctx, wanted);
  const verdict = await (wanted.consent ? write(ctx, wanted, candidate) : look(ctx, wanted, candidate));
  if (verdict === 'suppressed')
    throw new Refusal('suppressed', 'This address is suppressed: nothing is sent to it, and only the person can change that.');
  if (wanted.consent === null && verdict !== 'active') return ask(ctx, wanted);
  if (verdict === 'unsubscribed') throw new Refusal('wrong-state', 'The person has unsubscribed since this consent was given.');
  return {
    outcome: verdict === 'active' ? 'already' : 'added',
    subscriber: await findSubscriber(ctx.db, { address: wanted.address }),
  };
}

function candidateOf(ctx: Context, { address, cadences, language, consent }: NewSubscriber): Candidate {
  const fault = consent && consentTimeFault(consent.at, ctx.now());
  if (fault) throw new Refusal('invalid', 'The consent does not fit.', { faults: [{ pointer: '/consent/at', detail: fault }] });
  const proof = { by: 'api', wording: consent?.wording ?? 'none' };
  return { address, cadences, language, zone: null, source: consent?.source ?? 'api', consentedAt: consent?.at ?? null, proof };
}

async function write(ctx: Context, { newsletter }: NewSubscriber, candidate: Candidate): Promise<Verdict | undefined> {
  const [verdict] = await whileAdmitting(ctx.db, (tx) => admit(ctx, tx, newsletter.id, [candidate]));
  return verdict;
}

async function look(ctx: Context, { newsletter }: NewSubscriber, candidate: Candidate): Promise<Verdict | undefined> {
  const [verdict] = await judge(ctx, ctx.db, newsletter.id, [candidate]);
  return verdict;
}

async function ask(ctx: Context, { address, newsletter, cadences, language }: NewSubscriber): Promise<AddedSubscriber> {
  const circumstances = { source: null, wording: 'none', page: '/v1/subscribers', ip: null, hasCookie: false };
  await subscribe(ctx, { address, newsletter: newsletter.slug, cadences, language, ...circumstances });
  return { outcome: 'asked' };
}
