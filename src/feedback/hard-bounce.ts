/**
 * Enhanced status codes that say of a mailbox, for good, that it is not there (RFC 3463 §3.2, §3.3; 5.1.10 is RFC 7505's null MX). A full
 * mailbox, a refusal for policy and a bare 550 say less, and suppress nobody.
 */
const hardCodes: ReadonlySet<string> = new Set(['5.1.1', '5.1.3', '5.1.6', '5.1.10', '5.2.1']);

export function isHardBounce(code: string): boolean {
  return hardCodes.has(code);
}
