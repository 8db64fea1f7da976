import type { CheckedMessage } from '#src/rules/checked-message';
import type { Saying, Values } from '#src/rules/saying';

export type Level = 'block' | 'warn';
export type Part = 'html' | 'text' | 'headers' | 'articles';

/** One place where a message breaks a rule. */
export interface Finding {
  place: Saying;
  /** What is wrong, by its name in the rule's section of the locales: there stand its `message` and its `remedy`. */
  fault: string;
  /** What those two count and quote. */
  values?: Values;
  part?: Part;
  /** Where a rule both warns and blocks, this finding's own level. */
  level?: Level;
}

/** A rule for emails. Its words stand in the locales under `rules.<name>`; `promise` is what a message that keeps it can say of itself. */
export interface Rule {
  id: string;
  name: string;
  level: Level;
  part: Part;
  check: (message: CheckedMessage) => Finding[] | Promise<Finding[]>;
}
