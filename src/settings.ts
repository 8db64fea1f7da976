import { z } from 'zod';
import { parseAddress } from '#src/mail/address';

/**
 * Every setting, once. `src/config.ts` alone reads them from the environment; each may be given as a file (`NAME_FILE`).
 * `describe` is what `docs/configuration.md` and `.env.example` say of it.
 */
const text = z.string().trim().min(1);
const seconds = z.coerce.number().int().positive();
const port = z.coerce.number().int().min(1).max(65_535);
/** `briefing@news.example.org`, or `Name <briefing@news.example.org>` of which the address counts. */
const mailbox = text
  .transform((value) => parseAddress(/<([^<>]*)>$/.exec(value)?.[1] ?? value))
  .refine((address) => typeof address !== 'string', 'is no email address')
  .transform((address) => (typeof address === 'string' ? address : address.address));
const postgresUrl = text.regex(/^postgres(ql)?:\/\//, 'begins with postgres://');

export const Settings = z.strictObject({
  NODE_ENV: z.enum(['production', 'development', 'test']).default('development').describe('production refuses to run on embedded parts'),
  PORT: port.default(3000).describe('where the API and the pages listen'),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('what readers see, such as https://briefing.example.org; http only on loopback'),
  DATABASE_URL: postgresUrl.optional().describe('Postgres 15 to 18; absent: the embedded one in DATA_DIR'),
  REDIS_URL: text
    .regex(/^rediss?:\/\//, 'begins with redis://')
    .optional()
    .describe('Redis 7 with noeviction; absent: the queue runs on Postgres'),
  SMTP_URL: text
    .regex(/^smtps?:\/\//, 'begins with smtp://')
    .optional()
    .describe('relays, separated by spaces, each with ?weight=&rate=&connections='),
  SECRET_KEY: text.min(32).optional().describe('signs the links in emails; 32 characters or more'),
  SECRET_KEY_PREVIOUS: text.min(32).optional().describe('the key before: its links still work'),
  DKIM_DOMAIN: text.optional().describe('the domain that signs'),
  DKIM_SELECTOR: text.optional().describe('the selector of the RSA key'),
  DKIM_PRIVATE_KEY: text.optional().describe('RSA, 2048 bits or more, PEM'),
  DKIM_ED25519_SELECTOR: text.optional().describe('the selector of the second key'),
  DKIM_ED25519_PRIVATE_KEY: text.optional().describe('Ed25519, PEM'),
  MAIL_FROM: mailbox
    .optional()
    .describe('the sender of digests, such as briefing@news.example.org; a name before it in <> is left to the newsletter'),
  POSTAL_ADDRESS: text.optional().describe("the publisher's postal address, in the footer of every digest"),
  TRUST_PROXY: text.optional().describe('exact list of proxy addresses or networks whose X-Forwarded-For counts'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info').describe('pino level'),
  DATA_DIR: text.default('.data').describe('journals, the embedded Postgres and the inbox; a volume in production'),
  BRIEFING_QUEUE: z.enum(['redis', 'postgres']).optional().describe('postgres allows production without Redis'),
  BRIEFING_HASH_KEY: text
    .min(32)
    .optional()
    .describe(
      'hashes suppressed addresses; never changed, else erased people come back; absent: made once in DATA_DIR, so set it when there are several machines',
    ),
  BRIEFING_CONFIRMATION_FROM: mailbox.optional().describe('the sender of confirmations, if another than MAIL_FROM'),
  BRIEFING_EMBED_ORIGINS: text.optional().describe("origins of the publisher's pages that may post the sign-up form, separated by spaces"),
  BRIEFING_SIGN_UP_LIMIT: seconds.default(6_000).describe('sign-ups that are taken in ten minutes, all together'),
  BRIEFING_SIGN_UP_DOMAIN_LIMIT: seconds
    .default(200)
    .describe('sign-ups in ten minutes for one mail domain; large mail hosts count in all only'),
  BRIEFING_PROOF_OF_WORK: z.coerce
    .number()
    .int()
    .min(0)
    .max(24)
    .default(0)
    .describe('bits of work that a browser does before a sign-up, 12 to 18; 0: none. Without scripts the reader waits instead'),
  BRIEFING_REMINDER: z.enum(['on', 'off']).default('off').describe('on: one reminder, after 24 hours, of a sign-up that was not confirmed'),
  BRIEFING_TRUSTED_FEEDS: text
    .optional()
    .describe('names in /hooks/NAME whose feedback reports suppress an address that nothing of ours vouches for, separated by spaces'),
  BRIEFING_DOMAIN_RATES: text.optional().describe('messages a second per recipient domain: gmail.com=20 yahoo.com=5'),
  BRIEFING_WORKER_PORT: port.optional().describe("the workers' /livez and /readyz"),
  BRIEFING_ADMIN_PORT: port.optional().describe('/metrics, on loopback; absent: on PORT, for loopback callers only'),
  BRIEFING_SENDER_THREADS: z.coerce
    .number()
    .int()
    .min(1)
    .max(64)
    .default(1)
    .describe("threads of a delivering process that send digests, for machines with free cores; they share out a relay's connections"),
  BRIEFING_LEASE_SECONDS: seconds.default(30).describe('how long a sender holds a slice without renewing'),
  BRIEFING_LEDGER_MONTHS: z.coerce
    .number()
    .int()
    .min(1)
    .default(24)
    .describe('how many months each delivery is kept by name; the sums of older digests stay'),
  BRIEFING_CLOCK_OFFSET: z.coerce.number().int().default(0).describe('seconds that this process believes the clock is off; tests only'),
  BRIEFING_FAIL_POINT: text.optional().describe('where this process kills itself, such as dot:3; tests only'),
  BRIEFING_EMBEDDED: text.optional().describe('set by npm start: the embedded parts in use'),
  BRIEFING_CATCHER_PORT: port.optional().describe('set by npm start: where the mail catcher listens'),
});

export type Settings = z.infer<typeof Settings>;
