import type { CheckedMessage } from '#src/rules/checked-message';

export type Level = 'block' | 'warn';
export type Part = 'html' | 'text' | 'headers' | 'articles';

/** One place where a message breaks a rule. */
export interface Finding {
  place: string;
  message: string;
  remedy: string;
  part?: Part;
  /** Where a rule both warns and blocks, this finding's own level. */
  level?: Level;
}

/** A rule for emails. `promise` is what a message that keeps it can say of itself. */
export interface Rule {
  id: string;
  level: Level;
  part: Part;
  promise: string;
  check: (message: CheckedMessage) => Finding[] | Promise<Finding[]>;
}
