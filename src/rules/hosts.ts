import type { CheckRequest } from '#src/rules/checked-message';

const loopback = /^(localhost|127(?:\.\d+){3}|\[::1\])$/;

/** https; or plain http to this very machine, which is what a development address is. */
export function isSecure(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return protocol === 'https:' || (protocol === 'http:' && loopback.test(hostname));
}

export function isLoopback(address: string): boolean {
  return URL.canParse(address) && loopback.test(new URL(address).hostname);
}

/** A host of our own: the public address or the digest's page. */
export function isOwnHost({ email }: CheckRequest, address: string): boolean {
  const own = email ? [email.publicUrl, email.webUrl] : [];
  return URL.canParse(address) && own.some((url) => new URL(url).host === new URL(address).host);
}

/** Ours, the newsletter's site, or on the list (`news.example.org`, `*.example.org`). */
export function isAllowedHost(request: CheckRequest, address: string): boolean {
  if (!URL.canParse(address)) return false;
  if (isOwnHost(request, address)) return true;
  const { host, hostname } = new URL(address);
  const website = request.email?.newsletter.websiteUrl;
  const allowed = [...request.allowedHosts, ...(website ? [new URL(website).host] : [])];
  return allowed.some((entry) => (entry.startsWith('*.') ? hostname.endsWith(entry.slice(1)) : entry === host || entry === hostname));
}
