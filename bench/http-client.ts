import { Agent, request } from 'node:http';

/** One connection, kept: `post` resolves with status and milliseconds until the whole answer is here. */
export interface HttpClient {
  post(path: string, fields: Record<string, string>, headers?: Record<string, string>): Promise<{ status: number; milliseconds: number }>;
  close(): void;
}

export function openHttpClient(port: number): HttpClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    post(path, fields, headers = {}) {
      const body = new URLSearchParams(fields).toString();
      const all = { accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded', 'content-length': body.length, ...headers };
      return new Promise((resolve, reject) => {
        const startedAt = performance.now();
        const sent = request({ host: '127.0.0.1', port, path, method: 'POST', agent, headers: all }, (response) => {
          response.resume();
          response.on('end', () => resolve({ status: response.statusCode ?? 0, milliseconds: performance.now() - startedAt }));
        });
        sent.on('error', reject);
        sent.end(body);
      });
    },
    close: () => agent.destroy(),
  };
}
