/**
 * TABLE of what Node is told when it starts a process, by the process's entry below `dist`. A delivering process makes little in its main thread and
 * keeps less: V8's own 32 MB for what is young would only be filled before it is collected, and a bound makes it collect what is old sooner.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const nodeFlags = {
  'workers/deliver': ['--max-semi-space-size=2', '--max-old-space-size=256'],
};
