import type { Context } from '#src/context';
import { addressHash } from '#src/subscribers/address-hash';
import { forgetPerson, lockPerson } from '#src/subscribers/erasure-queries';
import { awaitSuppressions, insertSuppression } from '#src/subscribers/suppression-queries';
import { recordConsent } from '#src/subscribers/record-consent';

/** Everything about a person is deleted but a keyed hash, so that no import brings them back. They may sign up again themselves. */
export async function erase(ctx: Context, subscriberId: string): Promise<'erased' | 'unknown'> {
  return ctx.db.transaction().execute(async (tx) => {
    await awaitSuppressions(tx); // before the person: a list that is being taken in locks in this order too
    const person = await lockPerson(tx, subscriberId);
    if (!person || person.address === null) return 'unknown';
    await insertSuppression(tx, { hash: addressHash(ctx.config.keys, person.address), address: null, reason: 'erased', detail: null });
    for (const newsletterId of person.newsletterIds) {
      await recordConsent(tx, { subscriberId, newsletterId, kind: 'erased', at: ctx.now(), payload: {}, ip: null });
    }
    await forgetPerson(tx, subscriberId, person.address);
    return 'erased';
  });
}
