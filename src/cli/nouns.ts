import { articleNoun } from '#src/cli/article';
import type { Noun } from '#src/cli/command';
import { configNoun } from '#src/cli/config';
import { digestNoun } from '#src/cli/digest';
import { doctorNoun } from '#src/cli/doctor';
import { editorNoun } from '#src/cli/editor';
import { epochNoun } from '#src/cli/epoch';
import { keyNoun } from '#src/cli/key';
import { migrateNoun } from '#src/cli/migrate';
import { newsletterNoun } from '#src/cli/newsletter';
import { subscriberNoun } from '#src/cli/subscriber';

/** The whole command line: `briefing <noun> <verb>`. */
export const nouns: Readonly<Record<string, Noun>> = {
  article: articleNoun,
  digest: digestNoun,
  newsletter: newsletterNoun,
  subscriber: subscriberNoun,
  editor: editorNoun,
  key: keyNoun,
  doctor: doctorNoun,
  epoch: epochNoun,
  migrate: migrateNoun,
  config: configNoun,
};
