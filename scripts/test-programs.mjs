import { ensureChromium } from './chromium.mjs';
import { ensureRedis } from './redis.mjs';

/**
 * What some tests need beside Postgres. Absent, their legs are "not run", loudly; in CI that is a failure.
 * @returns {Promise<{ env: Record<string, string>, stop: () => Promise<void> }>}
 */
export async function testPrograms() {
  const [redis, chromium] = await Promise.all([ensureRedis(), ensureChromium()]);
  /** @type {Record<string, string>} */
  const env = {};
  if (typeof redis === 'string') tell('Redis', redis);
  else env.TEST_REDIS_URL = redis.url;
  if (typeof chromium === 'string') tell('Chromium', chromium);
  else Object.assign(env, { TEST_CHROMIUM: chromium.executable, TEST_CHROMIUM_LD_LIBRARY_PATH: chromium.libraryPath });
  return { env, stop: async () => (typeof redis === 'string' ? undefined : redis.stop()) };
}

/** @param {string} program @param {string} why */
function tell(program, why) {
  const text = `NOT RUN: the tests that need ${program}, because ${why}.`;
  if (isCi(process.env.CI)) throw new Error(`${text} In CI that is a failure.`);
  console.error(`\n${'!'.repeat(text.length)}\n${text}\n${'!'.repeat(text.length)}\n`);
}

/** @param {string | undefined} value */
const isCi = (value) => value !== undefined && !['', '0', 'false'].includes(value);
