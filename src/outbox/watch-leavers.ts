import type { Db } from '#src/db/client';
import type { Lease, Reader } from '#src/outbox/delivery';
import { readersOf } from '#src/outbox/lease-slice';
import type { Leavers } from '#src/outbox/leavers';

/** Whether a reader has left since the lease was read; null when nobody can say. */
export type HasLeft = (reader: Reader) => Promise<boolean | null>;

/** For the readers of one lease; after a gap in what we hear, their rows are read again. */
export function watchLeavers({ leavers, db }: { leavers: Leavers; db: Db }, lease: Lease, readers: readonly Reader[]): HasLeft {
  let generation = leavers.generation();
  let gone = Promise.resolve(new Set<string>());
  const readAgain = async (): Promise<Set<string>> => {
    const stillThere = new Set((await readersOf(db, lease)).filter(({ skip }) => skip === null).map((reader) => reader.subscriberId));
    return new Set(readers.map((reader) => reader.subscriberId).filter((id) => !stillThere.has(id)));
  };
  return async ({ subscriberId }) => {
    if (!(await leavers.isFresh(0))) return null;
    if (leavers.generation() !== generation) {
      generation = leavers.generation();
      gone = readAgain(); // whoever asks meanwhile waits for the same answer
    }
    return (await gone).has(subscriberId) || leavers.hasLeft(lease.newsletterId, subscriberId);
  };
}
