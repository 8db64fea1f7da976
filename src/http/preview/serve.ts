import { openPreview } from '#src/http/preview/open-preview';
import { projectFile } from '#src/project';

/** Entry of `npm run preview [-- PORT]`, for authors of templates. */
const port = Number(process.argv[2] ?? 3001);
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  process.stderr.write('Usage: npm run preview -- [PORT]\n');
  process.exitCode = 2;
} else {
  const preview = await openPreview({ port, watched: projectFile('templates') });
  process.stdout.write(`Every sample email is at ${preview.url}; it follows every change of templates/. Ctrl-C ends it.\n`);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void preview.close());
}
