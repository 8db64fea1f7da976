import { createPublicKey } from 'node:crypto';
import { type Finding, reasonOf } from '#src/cli/doctor/finding';
import type { Context } from '#src/context';
import { createSigner } from '#src/mail/dkim';

/** Signs a sample: a key that does not fit is found now and not with the first digest. */
export async function checkDkim(ctx: Context): Promise<Finding[]> {
  const part = 'DKIM';
  const { config } = ctx;
  const { dkim } = config;
  if (!dkim)
    return [{ part, level: config.isProduction ? 'bad' : 'warn', detail: 'no key: large mailbox providers refuse unsigned digests' }];
  try {
    const { domain, selector, privateKey, ed25519 } = dkim;
    createSigner({ domain, selector, privateKey, ...(ed25519 ? { ed25519 } : {}) }).sign(
      `From: ${config.mail.from}\r\n`,
      Buffer.from('sample\r\n'),
      ctx.now(),
    );
    const bits = createPublicKey(privateKey).asymmetricKeyDetails?.modulusLength ?? 0;
    if (bits < 2048) return [{ part, level: 'bad', detail: `the RSA key has ${bits} bits: 2048 at least (RFC 8301)` }];
    return [{ part, level: 'ok', detail: `signs as ${domain}, selector ${selector}, RSA ${bits}${ed25519 ? ' and Ed25519' : ''}` }];
  } catch (error) {
    return [{ part, level: 'bad', detail: `cannot sign: ${reasonOf(error)}` }];
  }
}
