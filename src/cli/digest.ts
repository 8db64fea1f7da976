import type { Noun } from '#src/cli/command';

export const digestNoun: Noun = { summary: 'digests', verbs: {} };
