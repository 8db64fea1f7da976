import type { Config } from '#src/config';
import type { Signer } from '#src/mail/dkim';
import { checkedSigner } from '#src/mail/dkim-sample-check';

/** The signer that the settings ask for; null leaves signing to the relay. @throws on a key that cannot sign */
export function openSigner({ dkim }: Config): Signer | null {
  if (!dkim) return null;
  const { ed25519, ...rsa } = dkim;
  return checkedSigner(ed25519 ? { ...rsa, ed25519 } : rsa);
}
