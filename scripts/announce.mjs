import { capture } from './processes.mjs';

/** @typedef {{ apiKey: string | null, studioUrl: string | null, signUpUrl: string, inboxUrl: string | null }} FirstRun null: not made under production */

/**
 * Asks the application for its key and its addresses, once the database is there.
 * @param {string} entry @param {string} cwd @param {NodeJS.ProcessEnv} env
 * @returns {Promise<FirstRun>}
 */
export async function readFirstRun(entry, cwd, env) {
  const { code, stdout, stderr } = await capture(process.execPath, [entry], { cwd, env });
  const line = stdout.split('\n').findLast((text) => text.startsWith('{'));
  if (code !== 0 || line === undefined) throw new Error(`${entry} failed (exit code ${code}):\n${stdout}${stderr}`);
  const { apiKey, studioUrl, signUpUrl, inboxUrl } = /** @type {FirstRun} */ (JSON.parse(line));
  return { apiKey, studioUrl, signUpUrl, inboxUrl: inboxUrl ?? null };
}

/** @param {FirstRun} first */
export function announcement({ apiKey, studioUrl, signUpUrl, inboxUrl }) {
  const lines = [
    `Sign up   ${signUpUrl}`,
    `Studio    ${studioUrl ?? 'invite somebody: npx briefing editor invite EMAIL'}`,
    ...(inboxUrl === null ? [] : [`Inbox     ${inboxUrl}`]),
    `API key   ${apiKey ?? 'make one: npx briefing key create --scope digests:write'}`,
  ];
  return lines.join('\n');
}
