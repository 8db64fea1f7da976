import { onOwnCluster } from './on-own-cluster.mjs';

/** Many rounds of faults. @param {string[]} args @returns {Promise<number>} exit code */
export const faults = (args) => onOwnCluster('faults', ['test/faults/run.js', ...args]);
