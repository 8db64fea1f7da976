import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Publisher {
  url: string;
  paste(snippet: string): void;
  close(): Promise<void>;
}

/** A site of another origin under a strict policy, with what its editor pasted. */
export async function openPublisher(ourUrl: () => string): Promise<Publisher> {
  let pasted = '';
  const server = createServer((_request, response) => {
    const ours = ourUrl();
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.setHeader('content-security-policy', `default-src 'none'; script-src ${ours}; connect-src ${ours}; form-action ${ours}`);
    response.end(`<!doctype html><html lang="en"><head><title>An article</title></head><body><main>${pasted}</main></body></html>`);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    paste: (snippet) => (pasted = snippet),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
