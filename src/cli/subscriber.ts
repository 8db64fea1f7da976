import type { Noun } from '#src/cli/command';
import { eraseSubscriber } from '#src/cli/subscriber/erase';
import { exportList } from '#src/cli/subscriber/export';
import { find } from '#src/cli/subscriber/find';
import { importList } from '#src/cli/subscriber/import';

export const subscriberNoun: Noun = {
  summary: 'subscribers',
  verbs: { import: importList, export: exportList, find, erase: eraseSubscriber },
};
