/** `node scripts/run.mjs start|test|check|build|preview|bench|faults|soak`: installs and compiles what is missing, then does the command. Node's own modules only. */
/** @type {[number, number]} */
const required = [20, 19];
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < required[0] || (major === required[0] && minor < required[1])) {
  console.error(`Israel Briefing needs Node ${required.join('.')} or later; this is ${process.version}.`);
  process.exit(1);
}

const commands = ['start', 'test', 'check', 'build', 'preview', 'bench', 'faults', 'soak'];
/** @typedef {Record<string, (args: string[]) => Promise<number>>} Verbs each file exports the verb of its name */
const [command = '', ...args] = process.argv.slice(2);
if (!commands.includes(command)) {
  console.error(`Usage: node scripts/run.mjs ${commands.join('|')}`);
  process.exit(2);
}

try {
  const { root } = await import('./places.mjs');
  const { ensureInstalled } = await import('./install.mjs');
  await ensureInstalled(root);
  const verbs = /** @type {Verbs} */ (await import(`./${command}.mjs`));
  process.exitCode = await verbs[command]?.(args);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  if (process.env.LOG_LEVEL === 'debug') console.error(error);
  process.exitCode = 1;
}
