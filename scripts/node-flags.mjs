/**
 * TABLE of what Node is told when it starts a process, by the process's entry below `dist`. A delivering process makes little in its main thread and
 * keeps less: V8's own 32 MB for what is young, and its growth by half for what is old, would only be filled before they are collected.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const nodeFlags = {
  'workers/deliver': ['--max-semi-space-size=2', '--max-old-space-size=256'],
};
