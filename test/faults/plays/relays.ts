import type { Encryption } from '../../support/scripted-smtp.js';
import { type Play, untilSeen } from '../play.js';
import { isUnderWay, paced, type Stage } from '../stage.js';
import { killOne } from './processes.js';

/** Relays that drop the line, and one that goes for good. */
export const relayPlays = {
  'relay drops after the dot': { strike: dropAfterDots },
  'relay drops before the dot': { strike: dropBeforeDots },
  'relay drops, STARTTLS': { encryption: 'starttls', strike: dropAnywhere },
  'relay drops, TLS': { encryption: 'tls', strike: dropAnywhere },
  'kill -9 over TLS': {
    encryption: 'tls',
    async strike(stage) {
      await untilSeen(stage, 20 + stage.chance.below(60));
      if (await isUnderWay(stage)) stage.struck += 1;
      killOne(stage);
    },
  },
  'one relay of two dies for good': { relays: 2, strike: loseOneRelay },
} satisfies Record<string, Play & { encryption?: Encryption }>;

function dropAfterDots(stage: Stage): void {
  drop(stage, (step) => step === 'dot' && stage.chance.next() < 0.02);
}

function dropBeforeDots(stage: Stage): void {
  drop(stage, (step) => step !== 'dot' && stage.chance.next() < 0.01);
}

function dropAnywhere(stage: Stage): void {
  drop(stage, () => stage.chance.next() < 0.01);
}

const mostDrops = 8; // each one before the dot leaves the relay alone for a second

function drop(stage: Stage, isWanted: (step: string) => boolean): void {
  let left = mostDrops;
  for (const witness of stage.witnesses) {
    witness.behave = paced(stage.chance, (step) => {
      if (left === 0 || !isWanted(step)) return undefined;
      left -= 1;
      stage.struck += 1;
      if (step === 'dot') stage.mayBeUnknown += 1;
      return 'drop';
    });
  }
}

/** Its connections are reset where they stand, and nothing ever listens there again; meanwhile a process dies too. */
export async function loseOneRelay(stage: Stage): Promise<void> {
  const { witnesses, chance } = stage;
  await untilSeen(stage, 20 + chance.below(60));
  if (await isUnderWay(stage)) stage.struck += 1;
  const dying = chance.pick(witnesses);
  stage.mayBeUnknown += dying.connections();
  await dying.close();
  if (chance.next() < 0.5) killOne(stage);
}
