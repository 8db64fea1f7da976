import { parentPort, workerData } from 'node:worker_threads';
import pino from 'pino';
import type { Config } from '#src/config';
import { armFailPoint } from '#src/outbox/fail-point';
import { openSender } from '#src/outbox/sender';
import type { ThreadOrder } from '#workers/sender-thread-door';

/** Entry of the sender thread: is given the settings, sends until told to stop, and ends by itself when all is given back. */
const config = workerData as Config;
armFailPoint(config.failPoint);
const log = pino({ level: config.logLevel, base: { role: 'sender' }, timestamp: pino.stdTimeFunctions.isoTime });
const sender = openSender(config, log, () => new Date(Date.now() + config.clockOffsetMs));

parentPort?.on('message', (order: ThreadOrder) => {
  if (order === 'wake') return sender.wake();
  void sender.stop(order.stopWithinMs).then(() => process.exit(0));
});
await sender.run();
