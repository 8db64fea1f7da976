import { command, type Noun, type Terminal } from '#src/cli/command';
import { checkDatabase } from '#src/cli/doctor/check-database';
import { checkDkim } from '#src/cli/doctor/check-dkim';
import { checkDns } from '#src/cli/doctor/check-dns';
import { checkEpoch } from '#src/cli/doctor/check-epoch';
import { checkQueue } from '#src/cli/doctor/check-queue';
import { checkRelays } from '#src/cli/doctor/check-relays';
import { checkSender } from '#src/cli/doctor/check-sender';
import type { Finding } from '#src/cli/doctor/finding';
import { ConfigError } from '#src/config';
import type { Context } from '#src/context';

const run = command({
  summary: 'Look at the settings, the database, the queue, the relays, the DKIM key and the DNS of the sender',
  async run(terminal) {
    const findings = await examine(terminal);
    if (terminal.isJson) terminal.printJson(findings);
    else for (const { level, part, detail } of findings) terminal.print(`${level.padEnd(4)}  ${part}: ${detail}`);
    return findings.some(({ level }) => level === 'bad') ? 1 : 0;
  },
});

async function examine(terminal: Terminal): Promise<Finding[]> {
  let ctx: Context;
  try {
    ctx = terminal.ctx();
  } catch (error) {
    if (error instanceof ConfigError) return [{ part: 'settings', level: 'bad', detail: error.message }];
    throw error;
  }
  const settings: Finding = { part: 'settings', level: 'ok', detail: `complete; readers see ${ctx.config.publicUrl}` };
  const groups = await Promise.all([
    checkDatabase(ctx),
    checkEpoch(ctx),
    checkQueue(ctx),
    checkRelays(ctx.config),
    checkSender(ctx.config),
    checkDkim(ctx),
    checkDns(ctx.config),
  ]);
  return [settings, ...groups.flat()];
}

export const doctorNoun: Noun = { summary: 'what is missing or wrong, before readers notice', command: run };
