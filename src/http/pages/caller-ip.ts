import { isIPv4 } from 'node:net';
import type { Request } from 'express';
import ipaddr from 'ipaddr.js';

const known = new WeakMap<Request, string | null>();

/** The caller's address as trusted proxies tell it; an IPv4 address inside IPv6 is that IPv4 address. Null when there is none. Read once a request. */
export function callerIp(request: Request): string | null {
  const seen = known.get(request);
  if (seen !== undefined) return seen;
  const ip = plain(request.ip);
  known.set(request, ip);
  return ip;
}

/** What limits count by: the /24 of an IPv4 address, the /56 of an IPv6 one. Neighbours share a budget, and nobody has 256 of them. */
export function callerNetwork(request: Request): string {
  const ip = callerIp(request);
  if (ip === null) return 'unknown';
  if (isIPv4(ip)) return `${ip.slice(0, ip.lastIndexOf('.'))}.0`;
  const bytes = ipaddr.parse(ip).toByteArray();
  return ipaddr.fromByteArray(bytes.map((byte, place) => (place < 7 ? byte : 0))).toString();
}

function plain(ip: string | undefined): string | null {
  if (ip === undefined || isIPv4(ip)) return ip ?? null;
  return ipaddr.isValid(ip) ? ipaddr.process(ip).toString() : null;
}
