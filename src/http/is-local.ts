import type { Request } from 'express';
import ipaddr from 'ipaddr.js';

/** Whether the request comes from this very machine: the peer itself, whatever proxies are trusted, and not through any proxy. */
export function isLocal(request: Request): boolean {
  if (request.get('x-forwarded-for') !== undefined || request.get('forwarded') !== undefined) return false;
  const peer = request.socket.remoteAddress;
  return peer !== undefined && ipaddr.isValid(peer) && ipaddr.process(peer).range() === 'loopback';
}
