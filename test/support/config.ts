import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Config, type Environment, readConfig } from '#src/config';

/** Settings of a test: real parts on loopback, keys that are the same in every run, a data directory of its own. */
export function testConfig(databaseUrl: string, more: Environment = {}): Config {
  return readConfig({
    NODE_ENV: 'test',
    DATABASE_URL: databaseUrl,
    SMTP_URL: 'smtp://127.0.0.1:1',
    PUBLIC_URL: 'http://localhost:3000',
    SECRET_KEY: 'test-secret-key-test-secret-key-0001',
    BRIEFING_HASH_KEY: 'test-hash-key-test-hash-key-00000001',
    MAIL_FROM: 'briefing@news.example.org',
    POSTAL_ADDRESS: 'Israel Briefing, 1 Example Street, Jerusalem',
    LOG_LEVEL: 'error',
    DATA_DIR: mkdtempSync(join(tmpdir(), 'briefing-test-')),
    ...more,
  });
}
