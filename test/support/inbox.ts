import { openCatcher } from '#src/catcher/open-catcher';
import { type CaughtMail, readInbox } from '#src/catcher/read-inbox';

export interface Inbox {
  port: number;
  /** Oldest first; only those to `address` when given. */
  messages(address?: string): Promise<CaughtMail[]>;
  /** Waits until `address` has `count` messages (10 s at most) and returns them, oldest first. */
  waitFor(address: string, count?: number): Promise<CaughtMail[]>;
  close(): Promise<void>;
}

/** The real mail catcher on a port of its own. */
export async function openInbox(dataDir: string): Promise<Inbox> {
  const catcher = await openCatcher({ dataDir, port: 0, onFault: (error) => console.error(error) });
  const messages = async (address?: string): Promise<CaughtMail[]> => {
    const mails = await readInbox(dataDir, { to: address, limit: Number.MAX_SAFE_INTEGER });
    return mails.toReversed();
  };
  return {
    port: catcher.port,
    messages,
    async waitFor(address, count = 1) {
      const deadline = Date.now() + 10_000;
      for (;;) {
        const found = await messages(address);
        if (found.length >= count) return found;
        if (Date.now() > deadline) throw new Error(`${address} has ${found.length} messages, not ${count}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    close: () => catcher.close(),
  };
}

/** The addresses in a message that begin with `start`, such as `${app.url}/confirm/`; from the text part, each once. */
export function linksIn(mail: CaughtMail, start = 'http'): string[] {
  const found = mail.text.match(/https?:\/\/[^\s<>")\]]+/g) ?? [];
  return [...new Set(found)].filter((link) => link.startsWith(start));
}
