import { pathToFileURL } from 'node:url';
import { projectFile } from '#src/project';

/** The flags of Node's that an operator's processes are started with. */
export const { nodeFlags } = (await import(pathToFileURL(projectFile('scripts/node-flags.mjs')).href)) as {
  nodeFlags: Readonly<Record<string, readonly string[]>>;
};
