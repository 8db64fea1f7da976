import { readFileSync } from 'node:fs';
import { createTransport, type SendMailOptions } from 'nodemailer';

/** A digest as one gives it to nodemailer: the parts once, and what stands in them for each reader's token. */
export interface Mailing {
  subject: string;
  html: string;
  text: string;
  marker: string;
}

/** What nodemailer's pool is to send: messages from a file, each after its length in four bytes, or a mailing that it composes itself for each reader. */
export interface PoolOrder {
  port: number;
  connections: number;
  messages: number;
  mail: { file: string } | Mailing;
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
const from = 'briefing@news.example.org';

async function send({ port, connections, messages, mail, dkim }: PoolOrder): Promise<PoolReport> {
  const messageFor = 'file' in mail ? fromFile(mail.file) : composed(mail);
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
        await pool.sendMail(messageFor(n));
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

/** Nothing is left to compose: the bytes of our own messages. */
function fromFile(file: string): (n: number) => SendMailOptions {
  const raws = readMessages(file);
  return (n) => ({ envelope: { from, to: `r${n}@example.org` }, raw: raws[n % raws.length] as Buffer });
}

/** The ordinary API: nodemailer encodes the parts for each reader anew. */
function composed({ subject, html, text, marker }: Mailing): (n: number) => SendMailOptions {
  return (n) => {
    const token = String(n).padStart(marker.length, '-');
    return {
      from: { name: 'Israel Briefing', address: from },
      to: `r${n}@example.org`,
      subject,
      html: html.replaceAll(marker, token),
      text: text.replaceAll(marker, token),
      list: { unsubscribe: { url: `https://news.example.org/u/${token}` } },
    };
  };
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
