import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { storeMail } from '#src/catcher/store-mail';

const largestMessage = 25 * 1024 * 1024;

export interface Catcher {
  port: number;
  close(): Promise<void>;
}

/** An SMTP server on loopback that takes every message for everyone and keeps it in `DATA_DIR/inbox`. Port 0 chooses a free one. */
export async function openCatcher(options: { dataDir: string; port: number; onFault: (error: Error) => void }): Promise<Catcher> {
  const server = new SMTPServer({
    name: 'catcher.briefing.test',
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: largestMessage,
    onData: (stream, session, answer) => {
      keep(options.dataDir, stream, session).then(
        (id) => answer(null, `kept as ${id}`),
        (error: Error) => {
          options.onFault(error);
          answer(error instanceof TooLarge ? error : Object.assign(new Error('4.3.0 the inbox cannot be written'), { responseCode: 452 }));
        },
      );
    },
  });
  server.on('error', options.onFault);
  server.server.on('connection', (socket) => socket.setNoDelay()); // its small replies would each wait for an acknowledgement
  await listen(server, options.port);
  return {
    port: (server.server.address() as AddressInfo).port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

class TooLarge extends Error {
  readonly responseCode = 552;
}

async function keep(dataDir: string, stream: SMTPServerDataStream, session: SMTPServerSession): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stream) if (!stream.sizeExceeded) parts.push(part as Buffer);
  if (stream.sizeExceeded) throw new TooLarge(`5.3.4 more than ${largestMessage} bytes`);
  const { mailFrom, rcptTo } = session.envelope;
  const from = mailFrom === false ? '' : mailFrom.address;
  return storeMail(dataDir, { from, to: rcptTo.map((recipient) => recipient.address) }, Buffer.concat(parts));
}

async function listen(server: SMTPServer, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.server.removeListener('error', reject);
      resolve();
    });
  });
}
