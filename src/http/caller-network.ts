import type { Request } from 'express';
import ipaddr from 'ipaddr.js';

/**
 * The network that limits count by: an IPv4 address, or the /56 of an IPv6 one, since one household has a whole /56. An IPv4 address
 * inside IPv6 (`::ffff:192.0.2.1`) is that IPv4 address.
 */
export function callerNetwork(ip: string | undefined): string {
  if (ip === undefined || !ipaddr.isValid(ip)) return 'unknown';
  const address = ipaddr.process(ip);
  if (address.kind() === 'ipv4') return address.toString();
  return `${new ipaddr.IPv6([...address.toByteArray().slice(0, 7), ...Array<number>(9).fill(0)]).toNormalizedString()}/56`;
}

/** Whether the request comes from this very machine: the peer itself, whatever proxies are trusted, and not through any proxy. */
export function isLocal(request: Request): boolean {
  const peer = request.socket.remoteAddress;
  if (peer === undefined || !ipaddr.isValid(peer) || ipaddr.process(peer).range() !== 'loopback') return false;
  return request.get('x-forwarded-for') === undefined && request.get('forwarded') === undefined;
}
