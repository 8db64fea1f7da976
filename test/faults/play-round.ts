import { apiFault, playApiRound } from './api-round.js';
import { judge, type RoundReport, untilFinished, untilSettled } from './judge.js';
import type { Play } from './play.js';
import { plays } from './plays.js';
import { openChance } from './random.js';
import { openStage } from './stage.js';

/** Every fault that can be played here. */
export const faultNames: readonly string[] = [...Object.keys(plays), apiFault];

/** One digest, one fault, one verdict. The same seed plays the same fault at the same moments of the plan. */
export async function playRound(seed: number, fault: string, readers = 600): Promise<RoundReport> {
  if (fault === apiFault) return playApiRound({ seed, fault, readers });
  const play = plays[fault];
  if (!play) throw new Error(`there is no fault "${fault}"`);
  return playOne(play, { seed, fault, readers: Math.max(readers, play.leastReaders ?? 0) });
}

export async function playOne(play: Play, round: Pick<RoundReport, 'seed' | 'fault' | 'readers'>): Promise<RoundReport> {
  const stage = await openStage(openChance(round.seed), round.readers, play);
  const startedAt = performance.now();
  try {
    await Promise.all([play.strike(stage), untilFinished(stage)]);
    await untilFinished(stage); // the last stroke may have opened it again
    await untilSettled(stage);
    const seconds = (performance.now() - startedAt) / 1_000;
    await stage.fleet.stop();
    const report = await judge(stage, { ...round, seconds });
    if (report.faults.length > 0) report.faults.push(...stage.output.slice(-20));
    return report;
  } finally {
    await stage.fleet.stop();
    await stage.close();
  }
}
