import type { Request } from 'express';
import ipaddr from 'ipaddr.js';

/** The caller's address as trusted proxies tell it; an IPv4 address inside IPv6 is that IPv4 address. Null when there is none. */
export function callerIp(request: Request): string | null {
  return request.ip !== undefined && ipaddr.isValid(request.ip) ? ipaddr.process(request.ip).toString() : null;
}

/** What limits count by: the /24 of an IPv4 address, the /56 of an IPv6 one. Neighbours share a budget, and nobody has 256 of them. */
export function callerNetwork(request: Request): string {
  const ip = callerIp(request);
  if (ip === null) return 'unknown';
  const address = ipaddr.parse(ip);
  const [bytes, kept] = [address.toByteArray(), address.kind() === 'ipv4' ? 3 : 7];
  return ipaddr.fromByteArray(bytes.map((byte, place) => (place < kept ? byte : 0))).toString();
}
