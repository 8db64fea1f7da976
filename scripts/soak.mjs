import { onOwnCluster } from './on-own-cluster.mjs';

/** One digest to a million readers. @param {string[]} args @returns {Promise<number>} exit code */
export const soak = (args) => onOwnCluster('bench', ['bench/soak.js', ...args]);
