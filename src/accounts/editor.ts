import type { Actor } from '#src/accounts/actor';
import { type Scope, scopes } from '#src/accounts/scopes';

/** A person with an account. A writer prepares, an editor also sends and sees subscribers, an admin may do everything. */
export interface Editor {
  id: string;
  address: string;
  role: Role;
  language: string;
}

export type Role = 'writer' | 'editor' | 'admin';

const writing: readonly Scope[] = ['articles:read', 'articles:write', 'newsletters:read', 'digests:read', 'digests:write'];
const scopesOf: Record<Role, readonly Scope[]> = {
  writer: writing,
  editor: [...writing, 'digests:send', 'subscribers:read', 'subscribers:write'],
  admin: scopes,
};

export function actorOf(editor: Editor): Actor {
  return { kind: 'editor', id: editor.id, scopes: new Set(scopesOf[editor.role]), label: editor.address };
}
