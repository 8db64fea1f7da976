import autocannon from 'autocannon';

export interface LoadOrder {
  url: string;
  method: 'GET' | 'POST';
  path: string;
  connections: number;
  seconds: number;
}

export interface LoadReport {
  perSecond: number;
  /** Answers with 2xx. */
  answered: number;
  /** Anything else, and connections that broke. */
  failed: number;
  /** How often each status came. */
  statuses: Record<string, number>;
}

/**
 * Entry: the visitors, in a process of their own. Each sign-up has another address and comes from another network through a proxy on this machine,
 * so that the service's limits count it as they would in life; the bare routes get the same headers.
 */
process.on('message', (order: LoadOrder) => void load(order).then((report) => process.send?.(report)));
process.on('disconnect', () => process.exit(0));
process.send?.('ready');

let visitors = 0;

async function load({ url, method, path, connections, seconds }: LoadOrder): Promise<LoadReport> {
  const headers = { 'content-type': 'application/json', 'x-forwarded-for': '198.51.100.1' };
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    requests: [
      {
        method,
        path,
        headers,
        setupRequest(request) {
          visitors += 1;
          request.headers = { ...headers, 'x-forwarded-for': networkOf(visitors) };
          if (method === 'POST')
            request.body = JSON.stringify({ email: `visitor${process.pid}x${visitors}@example.org`, newsletter: 'israel-briefing' });
          return request;
        },
      },
    ],
  });
  return {
    perSecond: result['2xx'] / result.duration,
    answered: result['2xx'],
    failed: result.non2xx + result.errors,
    statuses: Object.fromEntries(Object.entries(result.statusCodeStats).map(([status, { count }]) => [status, count])),
  };
}

/** One of 65,536 networks: `11.a.b.9`. */
function networkOf(visitor: number): string {
  return `11.${(visitor >> 8) & 255}.${visitor & 255}.9`;
}
