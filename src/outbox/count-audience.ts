import { sql } from 'kysely';
import type { Db } from '#src/db/client';
import { type Audience, audience } from '#src/outbox/audience';

/** How many readers would get a digest, were it frozen now. */
export async function countAudience(db: Db, wanted: Audience): Promise<number> {
  const { rows } = await sql<{ readers: number }>`SELECT count(*)::integer AS readers FROM (${audience(wanted)}) AS reader`.execute(db);
  return rows[0]?.readers ?? 0;
}
