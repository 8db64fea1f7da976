import type { Db } from '#src/db/client';
import type { Lease, Reader } from '#src/outbox/delivery';
import { readersOf } from '#src/outbox/lease-slice';
import type { Leavers } from '#src/outbox/leavers';

/** What is known of those who leave while a slice is under way. */
export interface LeaverWatch {
  /** Null: nobody can say now. */
  hasLeft(reader: Reader): Promise<boolean | null>;
  /** The same by what was heard up to this moment. */
  isHeardToHaveLeft(reader: Reader): boolean;
}

/** To be opened before the readers of the lease are read: after a gap in what is heard since, their rows are read again. */
export function watchLeavers({ leavers, db }: { leavers: Leavers; db: Db }, lease: Lease): LeaverWatch {
  let generation = leavers.generation();
  let stillThere: Promise<Set<string> | null> = Promise.resolve(null); // null: all who were read
  const readAgain = async (): Promise<Set<string>> =>
    new Set((await readersOf(db, lease)).filter(({ skip }) => skip === null).map((reader) => reader.subscriberId));

  const isHeardToHaveLeft = ({ subscriberId }: Reader): boolean => leavers.hasLeft(lease.newsletterId, subscriberId);

  return {
    async hasLeft(reader) {
      do {
        if (leavers.generation() !== generation) {
          generation = leavers.generation();
          stillThere = readAgain(); // whoever asks meanwhile waits for the same answer
        }
        await stillThere;
      } while (leavers.generation() !== generation);
      if (!(await leavers.isFresh(0))) return null;
      return (await stillThere)?.has(reader.subscriberId) === false || isHeardToHaveLeft(reader);
    },
    isHeardToHaveLeft,
  };
}
