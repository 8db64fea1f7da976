import type { Db } from '#src/db/client';
import type { Cadence } from '#src/db/tables';
import { nextOccasion } from '#src/newsletters/next-occasion';
import { selectSchedules } from '#src/newsletters/queries';

/** When the next scheduled digest of these cadences leaves; null without a schedule. */
export async function nextDigestAt(db: Db, newsletterId: string, cadences: readonly Cadence[], now: Date): Promise<Date | null> {
  const schedules = await selectSchedules(db, newsletterId);
  const moments = schedules.filter(({ cadence }) => cadences.includes(cadence)).map((schedule) => nextOccasion(schedule, now));
  return moments.filter((moment) => moment !== null).toSorted((one, other) => one.getTime() - other.getTime())[0] ?? null;
}
