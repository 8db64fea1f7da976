import type { Db } from '#src/db/client';

/** How many slices of a digest have open readers and are not being sent just now. */
export async function slicesToGo(db: Db, digestId: string): Promise<number> {
  const { slices } = await db
    .selectFrom('slice')
    .select((row) => row.fn.countAll<string>().as('slices'))
    .where('digest_id', '=', digestId)
    .where('closed', '=', false)
    .where('owner', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(slices) + 1;
}
