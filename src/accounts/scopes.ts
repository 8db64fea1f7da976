import { z } from 'zod';

/** What a key may do. `digests:send` is apart from `digests:write`: a program that drafts need not be able to mail everyone. */
export const scopes = [
  'articles:read',
  'articles:write',
  'newsletters:read',
  'newsletters:write',
  'digests:read',
  'digests:write',
  'digests:send',
  'subscribers:read',
  'subscribers:write',
  'keys:read',
  'keys:write',
  'audit:read',
] as const;

export const Scope = z.enum(scopes);
export type Scope = z.infer<typeof Scope>;
