import { ensureKey } from '#src/accounts/ensure-key';
import { openStudio } from '#src/accounts/open-studio';
import { readConfig } from '#src/config';
import { openContext } from '#src/context';
import { migrate } from '#src/db/migrate';
import { runEntry } from '#src/entry';

/** What whoever started the program on this machine needs, as one line of JSON; under production only what everybody may know. */
await runEntry(async () => {
  const config = readConfig();
  const signUpUrl = `${config.publicUrl}/subscribe`;
  if (config.isProduction) {
    process.stdout.write(`${JSON.stringify({ apiKey: null, studioUrl: null, signUpUrl, inboxUrl: null })}\n`);
    return;
  }
  await migrate(config.databaseUrl, (line) => process.stderr.write(`${line}\n`));
  const ctx = openContext(config, 'first-run');
  try {
    const inboxUrl = config.embedded.catcher ? `${config.publicUrl}/inbox` : null;
    const lines = { apiKey: await ensureKey(ctx), studioUrl: await openStudio(ctx), signUpUrl, inboxUrl };
    process.stdout.write(`${JSON.stringify(lines)}\n`);
  } finally {
    await ctx.close();
  }
});
