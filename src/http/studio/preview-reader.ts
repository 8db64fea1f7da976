import type { Context } from '#src/context';
import { findReader } from '#src/digests/find-reader';
import { Refusal } from '#src/errors';
import { normaliseAddress, parseAddress } from '#src/mail/address';
import { findSubscriber } from '#src/subscribers/find-subscriber';

/** In whose place an editor looks at a digest. */
export interface PreviewReader {
  id: string;
  address: string;
}

/** The subscriber of the newsletter behind an address or an id; null when there is none. */
export async function findPreviewReader({ db }: Context, newsletterId: string, who: string): Promise<PreviewReader | null> {
  const wanted = wantedBy(who);
  if (!wanted) return null;
  try {
    const { id, address } = await findSubscriber(db, wanted);
    await findReader(db, newsletterId, id);
    return { id, address };
  } catch (error) {
    if (error instanceof Refusal && error.code === 'not-found') return null;
    throw error;
  }
}

function wantedBy(who: string): { id: string } | { address: string } | null {
  if (/^[0-9]{1,18}$/.test(who)) return { id: who };
  const parsed = parseAddress(who);
  return typeof parsed === 'string' ? null : { address: normaliseAddress(parsed.address) };
}
