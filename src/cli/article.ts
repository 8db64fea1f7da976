import type { Noun } from '#src/cli/command';

export const articleNoun: Noun = { summary: 'articles', verbs: {} };
