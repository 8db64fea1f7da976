import { onOwnCluster } from './on-own-cluster.mjs';

/** The benchmarks. @param {string[]} args @returns {Promise<number>} exit code */
export const bench = (args) => onOwnCluster('bench', ['bench/all.js', ...args]);
