import { type Scope, scopes } from '#src/accounts/scopes';

/** Who does something: an editor in the studio, a program with a key, the command line, or the clock. `label` is for people. */
export interface Actor {
  kind: 'editor' | 'key' | 'command-line' | 'schedule';
  id: string;
  scopes: ReadonlySet<Scope>;
  label: string;
}

/** Whoever can run our programs on this machine may do everything. */
export const operator: Actor = { kind: 'command-line', id: '0', scopes: new Set(scopes), label: 'command line' };
