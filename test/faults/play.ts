import { setTimeout as wait } from 'node:timers/promises';
import { isDatabaseAway } from '#src/db/client';
import { isUnderWay, type Needs, type Stage } from './stage.js';

/** One fault of the table: what must be there, and what is done while the digest is under way. */
export interface Play extends Needs {
  strike(stage: Stage): Promise<void> | void;
}

/** Every 50 to 350 ms, once the first message has left, as long as there is something to disturb. */
export async function strokes(stage: Stage, count: number, stroke: (stage: Stage) => unknown): Promise<void> {
  await untilSeen(stage, 1);
  for (let n = 0; n < count; n += 1) {
    await wait(50 + stage.chance.below(300));
    if (stage.fleet.pids().length === 0 || !(await isUnderWay(stage))) continue;
    try {
      await stroke(stage);
      stage.struck += 1;
    } catch (error) {
      if (!isDatabaseAway(error)) throw error; // the stroke before still works
    }
  }
}

/** When so many messages have arrived, or after 20 s. */
export async function untilSeen({ witnesses }: Stage, count: number): Promise<void> {
  await until(() => witnesses.reduce((sum, witness) => sum + witness.seen().length, 0) >= count);
}

/** False: it was not so within 20 s. */
export async function until(holds: () => Promise<boolean> | boolean, withinMs = 20_000): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > deadline) return false;
    await wait(10);
  }
  return true;
}
