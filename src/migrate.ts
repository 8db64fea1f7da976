import { readConfig } from '#src/config';
import { migrate } from '#src/db/migrate';
import { runEntry } from '#src/entry';

await runEntry(async () => migrate(readConfig().databaseUrl, (line) => process.stderr.write(`${line}\n`)));
