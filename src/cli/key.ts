import { operator } from '#src/accounts/actor';
import { createKey } from '#src/accounts/create-key';
import { Scope, scopes } from '#src/accounts/scopes';
import { command, type Noun, UsageError } from '#src/cli/command';

const create = command({
  summary: 'Make an API key; it is shown this once',
  options: {
    scope: { type: 'string', multiple: true, describe: `what it may do, repeatable: ${scopes.join(' ')}; or all` },
    name: { type: 'string', describe: 'to know it by' },
  },
  async run(terminal, _args, options) {
    const wanted = readScopes(options.scope ?? []);
    if (terminal.isDryRun) {
      terminal.say(`Would make a key for ${wanted.join(', ')}.`);
      return 0;
    }
    const { key, row } = await createKey(terminal.ctx(), operator, { name: options.name ?? 'command line', scopes: wanted });
    if (terminal.isJson) terminal.printJson({ id: row.id, name: row.name, scopes: row.scopes, key });
    else terminal.print(key);
    terminal.say('Keep it: we store its hash only.');
    return 0;
  },
});

function readScopes(words: readonly string[]): Scope[] {
  if (words.length === 0) throw new UsageError('Say at least one --scope.');
  const all = words.flatMap((word) => word.split(/[\s,]+/)).filter(Boolean);
  if (all.includes('all')) return [...scopes];
  const strangers = all.filter((word) => !Scope.safeParse(word).success);
  if (strangers.length > 0) throw new UsageError(`No such scope: ${strangers.join(', ')}.`);
  return [...new Set(all.map((word) => Scope.parse(word)))];
}

export const keyNoun: Noun = { summary: 'API keys', verbs: { create } };
