import { clockOffset } from './jumping-clock.js';

/**
 * Preloaded into each thread of a process (`--import`). Its wall clock is moved as an operator or a time server moves it: `Date` jumps, for the
 * libraries too; timers and the monotonic clock know nothing of it.
 */
const lookEveryMs = 10;
const machineNow = Date.now.bind(Date);
const { DATA_DIR: dataDir = '', JUMPING_CLOCK: name = '' } = process.env;
let offset = clockOffset(dataDir, name);
setInterval(() => (offset = clockOffset(dataDir, name)), lookEveryMs).unref();

Date.now = () => machineNow() + offset;
globalThis.Date = new Proxy(Date, {
  construct: (target, given, newTarget) => Reflect.construct(target, given.length === 0 ? [target.now()] : given, newTarget) as Date,
});
