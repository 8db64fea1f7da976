import { execFileSync, spawnSync } from 'node:child_process';

/** @typedef {{ uid: number, gid: number, name: string }} Account */

/**
 * PostgreSQL refuses to run as root: then an account that exists on every Linux runs it.
 * @returns {Account | undefined} undefined when we are not root and need no other account
 */
export function unprivilegedAccount() {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    try {
      const number = (/** @type {string} */ flag) =>
        Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
      return { uid: number('-u'), gid: number('-g'), name };
    } catch {
      // The next one.
    }
  }
  throw new Error(
    'PostgreSQL does not run as root, and there is neither an account "postgres" nor "nobody". Start as another user, or set DATABASE_URL.',
  );
}

/**
 * spawn options that run a program under the account.
 * @param {Account | undefined} account
 */
export const under = (account) => (account === undefined ? {} : { uid: account.uid, gid: account.gid, cwd: '/' });

/**
 * Whether the account may do all that the shell test says with the path, parents' permissions included.
 * @param {Account | undefined} account @param {'x' | 'w'} permission @param {string} path
 */
export function may(account, permission, path) {
  const { status, error } = spawnSync('/bin/sh', ['-c', `test -${permission} "$1" && test -x "$1"`, 'sh', path], {
    ...under(account),
    stdio: 'ignore',
  });
  if (error !== undefined)
    throw new Error(`Cannot run programs as ${account?.name}: ${error.message}. Start as a user other than root, or set DATABASE_URL.`);
  return status === 0;
}
