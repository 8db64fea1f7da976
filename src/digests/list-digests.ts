import type { Context } from '#src/context';
import type { Cadence, DigestState } from '#src/db/tables';
import type { Digest } from '#src/digests/digest';
import { digestOf, selectDigests } from '#src/digests/find-digest';

export interface WantedDigests {
  newsletter?: string | undefined;
  states?: readonly DigestState[] | undefined;
  cadence?: Cadence | undefined;
  /** The id of the last digest of the page before. */
  before?: string | undefined;
  limit: number;
}

/** Newest first. */
export async function listDigests(ctx: Context, { newsletter, states, cadence, before, limit }: WantedDigests): Promise<Digest[]> {
  const rows = await selectDigests(ctx.db)
    .where((row) =>
      row.and([
        ...(newsletter === undefined ? [] : [row('newsletter.slug', '=', newsletter)]),
        ...(states === undefined ? [] : [row('digest.state', 'in', states)]),
        ...(cadence === undefined ? [] : [row('digest.cadence', '=', cadence)]),
        ...(before === undefined ? [] : [row('digest.id', '<', before)]),
      ]),
    )
    .orderBy('digest.id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(digestOf);
}
