import helmet from 'helmet';
import type { Context } from '#src/context';

/**
 * Nothing of ours loads from elsewhere or runs inline. Pages that may be framed, such as the sandboxed preview, set their own
 * Content-Security-Policy afterwards. HSTS is for https only: on http it is ignored anyway, and loopback must not be pinned.
 */
export function securityHeaders(ctx: Context) {
  const isHttps = ctx.config.publicUrl.startsWith('https:');
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        frameSrc: ["'self'"],
        manifestSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    crossOriginResourcePolicy: { policy: 'same-site' },
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: isHttps ? { maxAge: 31_536_000, includeSubDomains: false } : false,
    xFrameOptions: { action: 'deny' },
    xXssProtection: true,
  });
}
