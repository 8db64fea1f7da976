import { openCatcher } from '#src/catcher/open-catcher';
import { ConfigError, readConfig } from '#src/config';
import { runEntry, sayReady, stopGracefully } from '#src/entry';

await runEntry(async () => {
  const { catcherPort, dataDir } = readConfig();
  if (catcherPort === null) throw new ConfigError('BRIEFING_CATCHER_PORT: absent (npm start sets it when it uses the mail catcher)');
  const catcher = await openCatcher({
    dataDir,
    port: catcherPort,
    onFault: (error) => process.stderr.write(`catcher: ${error.message}\n`),
  });
  stopGracefully(() => catcher.close());
  sayReady();
});
