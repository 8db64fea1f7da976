import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';
import helmet from 'helmet';
import type { Context } from '#src/context';

/**
 * Nothing of ours loads from elsewhere or runs inline. Pages that may be framed, such as the sandboxed preview, set their own
 * Content-Security-Policy afterwards. HSTS is for https only: on http it is ignored anyway, and loopback must not be pinned.
 */
export function securityHeaders(ctx: Context): RequestHandler {
  const headers = headersOf(ctx.config.publicUrl.startsWith('https:'));
  return (_request, response, next) => {
    for (const [name, value] of headers) response.setHeader(name, value);
    next();
  };
}

/** helmet's, asked once: they are the same for every answer. */
function headersOf(isHttps: boolean): [name: string, value: string][] {
  const headers: [string, string][] = [];
  const answer = { setHeader: (name: string, value: string) => headers.push([name, value]), removeHeader: () => undefined };
  const middleware = helmet({
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
  middleware({} as IncomingMessage, answer as unknown as ServerResponse, (fault) => {
    if (fault) throw fault as Error;
  });
  return headers;
}
