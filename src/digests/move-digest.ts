import type { Db } from '#src/db/client';
import type { DigestState } from '#src/db/tables';
import { type Digest, type Move, moves, underWay } from '#src/digests/digest';
import { findDigest } from '#src/digests/find-digest';
import { type StateChange, updateState } from '#src/digests/queries';
import { Refusal } from '#src/errors';

type Extra = Partial<Pick<StateChange, 'changes' | 'version'>>;

/**
 * Moves a digest by one row of the table, by compare and set: of any number of callers one succeeds.
 *
 * @throws Refusal wrong-state, already-sending or version-changed, in words
 */
export async function moveDigest(db: Db, digestId: string, move: Move, extra: Extra = {}): Promise<void> {
  if (!(await tryMove(db, digestId, move, extra))) throw refusal(await findDigest(db, digestId), move, extra);
}

/** The same for callers to whom a lost race is no fault: false. */
export async function tryMove(db: Db, digestId: string, move: Move, { changes = {}, version }: Extra = {}): Promise<boolean> {
  return updateState(db, digestId, { ...moves[move], version, changes });
}

function refusal(digest: Digest, move: Move, { version }: Extra): Refusal {
  const from: readonly DigestState[] = moves[move].from;
  if (from.includes(digest.state)) {
    return version === undefined || version === digest.version
      ? new Refusal('conflict', 'The digest was changed at the same moment: look at it and try again.')
      : new Refusal('version-changed', 'The digest was changed since it was read.');
  }
  const code = move === 'approve' && underWay.includes(digest.state) ? 'already-sending' : 'wrong-state';
  return new Refusal(code, `A digest that is ${digest.state} cannot be ${done[move]}: only one that is ${from.join(' or ')}.`, {
    extra: { state: digest.state },
  });
}

const done: Record<Move, string> = {
  approve: 'scheduled or sent',
  unschedule: 'unscheduled',
  freeze: 'frozen',
  hold: 'held',
  start: 'started',
  undo: 'called back',
  pause: 'paused',
  resume: 'resumed',
  finish: 'finished',
  cancel: 'cancelled',
  skip: 'skipped',
};
