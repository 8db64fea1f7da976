import { runCli } from '#src/cli/run-cli';

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error; // `briefing … | head` ends before we do
});
process.exitCode = await runCli(process.argv.slice(2), process);
