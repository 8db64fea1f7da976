import type { Scope } from '#src/accounts/scopes';

/** Who does something: an editor in the studio, a program with a key, the command line, or the clock. `label` is for people. */
export interface Actor {
  kind: 'editor' | 'key' | 'command-line' | 'schedule';
  id: string;
  scopes: ReadonlySet<Scope>;
  label: string;
}
