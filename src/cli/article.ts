import { importArticles } from '#src/cli/article/import';
import { list } from '#src/cli/article/list';
import type { Noun } from '#src/cli/command';

export const articleNoun: Noun = { summary: 'articles', verbs: { import: importArticles, list } };
