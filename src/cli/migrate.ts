import { command, type Noun } from '#src/cli/command';
import { migrate } from '#src/db/migrate';

const run = command({
  summary: 'Bring the database up to this version',
  async run(terminal) {
    await migrate(terminal.ctx().config.databaseUrl, (line) => terminal.say(line));
    terminal.say('The database is up to date.');
    return 0;
  },
});

export const migrateNoun: Noun = { summary: run.summary, command: run };
