import { readFileSync } from 'node:fs';
import { createTransport } from 'nodemailer';

/** What nodemailer's pool is to send: messages from a file, each after its length in four bytes. */
export interface PoolOrder {
  port: number;
  connections: number;
  messages: number;
  file: string;
  dkim: { domainName: string; keySelector: string; privateKey: string } | null;
}

export interface PoolReport {
  seconds: number;
  cpuSeconds: number;
}

/** Entry: the other side of the comparison. nodemailer's own pool as its documentation says, with the best settings it has for this. */
process.on('message', (order: PoolOrder) => void send(order).then((report) => process.send?.(report)));
process.on('disconnect', () => process.exit(0));
process.send?.('ready');

const warmUp = 600;

async function send({ port, connections, messages, file, dkim }: PoolOrder): Promise<PoolReport> {
  const raws = readMessages(file);
  const pool = createTransport({
    host: '127.0.0.1',
    port,
    pool: true,
    maxConnections: connections,
    maxMessages: Infinity,
    ignoreTLS: true,
    ...(dkim ? { dkim } : {}),
  });
  const sendAll = async (count: number) => {
    let next = 0;
    const lane = async () => {
      for (let n = next++; n < count; n = next++) {
        await pool.sendMail({ envelope: { from: 'briefing@news.example.org', to: `r${n}@example.org` }, raw: raws[n % raws.length] });
      }
    };
    await Promise.all(Array.from({ length: connections * 2 }, lane)); // twice: a connection never waits for its next message
  };
  await sendAll(Math.min(warmUp, messages));
  const [cpu, startedAt] = [process.cpuUsage(), performance.now()];
  await sendAll(messages);
  const seconds = (performance.now() - startedAt) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  pool.close();
  return { seconds, cpuSeconds: (user + system) / 1e6 };
}

function readMessages(file: string): Buffer[] {
  const bytes = readFileSync(file);
  const messages: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = bytes.readUInt32BE(at);
    messages.push(bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return messages;
}
