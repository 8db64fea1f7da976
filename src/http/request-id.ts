import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';

/** Names each request; a caller who writes to us can give the number, and our log has it. */
export const nameRequest: RequestHandler = (_request, response, next) => {
  const requestId = randomUUID();
  response.locals['requestId'] = requestId;
  response.set('X-Request-Id', requestId);
  next();
};
