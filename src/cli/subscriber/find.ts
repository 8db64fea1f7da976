import { command, UsageError } from '#src/cli/command';
import { listSubscribers } from '#src/subscribers/list-subscribers';
import type { Subscriber } from '#src/subscribers/subscriber-record';

export const find = command({
  summary: 'Find subscribers by a part of their address; exit code 4 when there is none',
  takes: 'TEXT',
  options: { limit: { type: 'string', describe: 'how many at most, 1 to 200; 50 when absent' } },
  async run(terminal, [q, ...others], options) {
    if (q === undefined || q.trim() === '' || others.length > 0) throw new UsageError('Say one part of an address.');
    const limit = Number(options.limit ?? 50);
    if (!Number.isInteger(limit) || limit < 1 || limit > 200) throw new UsageError('--limit is a number from 1 to 200.');
    const found = await listSubscribers(terminal.ctx(), { q, limit });
    if (terminal.isJson) terminal.printJson({ items: found.map(shown) });
    else
      for (const subscriber of found)
        terminal.print([subscriber.id, subscriber.address, subscriber.state, ...memberships(subscriber)].join('\t'));
    if (found.length === 0) terminal.say('Nobody has such an address.');
    return found.length === 0 ? 4 : 0;
  },
});

function memberships({ subscriptions }: Subscriber): string[] {
  return subscriptions.map(({ newsletter, state, cadences }) => `${newsletter} ${state} ${cadences.join('+')}`);
}

function shown({ id, address, state, language, subscriptions }: Subscriber) {
  const ofNewsletters = subscriptions.map((each) => ({ newsletter: each.newsletter, state: each.state, cadences: each.cadences }));
  return { id, email: address, state, language, subscriptions: ofNewsletters };
}
