import type { Noun } from '#src/cli/command';

export const subscriberNoun: Noun = { summary: 'subscribers', verbs: {} };
