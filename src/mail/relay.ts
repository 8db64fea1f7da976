import type { ConnectionOptions } from 'node:tls';

/** One SMTP service that we hand messages to, as `SMTP_URL` names it. */
export type Relay = {
  /** Stands in the ledger: `?name=`, else host:port. */
  name: string;
  host: string;
  port: number;
  /** `implicit`: TLS from the first byte (smtps). `required`: STARTTLS or nothing. `offered`: STARTTLS when the relay offers it. */
  encryption: 'implicit' | 'required' | 'offered' | 'none';
  credentials: { user: string; pass: string; method?: string } | null;
  weight: number;
  /** Messages per second, null when the operator set no limit. */
  rate: number | null;
  connections: number;
  /** What EHLO says; null leaves it to the machine's own name. */
  ehloName: string | null;
  tls: ConnectionOptions;
};

export function parseRelays(_urls: string): Relay[] {
  throw new Error('not written yet');
}
