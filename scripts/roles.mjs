import { join } from 'node:path';
import { nodeFlags } from './node-flags.mjs';

/**
 * TABLE of the processes of `npm start`. The catcher comes first and goes last: the workers hand mail to it.
 * @param {string} dist @param {string[]} embedded
 * @returns {import('./supervisor.mjs').Role[][]}
 */
export function roles(dist, embedded) {
  /** @type {(name: string, death: import('./supervisor.mjs').Role['death']) => import('./supervisor.mjs').Role} */
  const role = (name, death) => ({ name, entry: join(dist, `${name}.js`), ...(nodeFlags[name] && { flags: nodeFlags[name] }), death });
  const catcher = embedded.includes('catcher') ? [[role('workers/catcher', 'restarts')]] : [];
  return [
    ...catcher,
    [
      role('src/server', 'ends-all'),
      role('workers/deliver', 'restarts'),
      role('workers/digest', 'restarts'),
      role('workers/clock', 'restarts'),
    ],
  ];
}
