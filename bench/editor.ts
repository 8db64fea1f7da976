import { setTimeout as wait } from 'node:timers/promises';
import type { Context } from '#src/context';
import { draftDigest } from '#src/digests/draft-digest';
import { sendDigest } from '#src/digests/send-digest';
import { openNewsroom } from '../test/digests/newsroom.js';
import type { Newsletter } from './digest.js';

const pollMs = 100;
const patienceMs = 30 * 60_000;

/** A draft of one article, as an editor's "new digest" makes it. Returns its id. */
export async function draftOne(ctx: Context, newsletter: Newsletter): Promise<string> {
  const articleId = await openNewsroom(ctx).article();
  const { id } = await draftDigest(ctx, {
    newsletter,
    cadence: 'daily',
    articles: [{ articleId, slot: 'top', headline: null, description: null, whyItMatters: null }],
  });
  return id;
}

/** The editor's "send now"; the workers do the rest. */
export async function sendOne(ctx: Context, id: string): Promise<void> {
  await sendDigest(ctx, id, { holdSeconds: 0 });
}

export async function stateOf({ db }: Context, id: string): Promise<string> {
  const { state, state_reason } = await db
    .selectFrom('digest')
    .select(['state', 'state_reason'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  if (state === 'draft' || state === 'skipped') throw new Error(`a digest became ${state}: ${state_reason}`);
  return state;
}

export async function untilFinished(ctx: Context, id: string): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (let state = await stateOf(ctx, id); state !== 'finished'; state = await stateOf(ctx, id)) {
    if (Date.now() > deadline) throw new Error(`a digest stayed ${state}`);
    await wait(pollMs);
  }
}
