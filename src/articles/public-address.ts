import { lookup } from 'node:dns/promises';
import ipaddr from 'ipaddr.js';

/** Whether an IP address is anybody's on the internet: not private, loopback, link-local, shared (CGNAT), multicast, mapped or translated. */
export function isPublicAddress(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast';
}

/** The address behind a host's name, looked up once; null when it has none, or when one of several is not public. */
export async function resolvePublic(host: string): Promise<string | null> {
  const found = await lookup(host.replace(/^\[|\]$/g, ''), { all: true, order: 'ipv4first' }).catch(() => []);
  return found.every(({ address }) => isPublicAddress(address)) ? (found[0]?.address ?? null) : null;
}
