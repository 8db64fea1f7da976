import type { MessageKind } from '#src/db/tables';

/** A leased one-off message: ids, and what composing it needs to look up nothing twice. */
export interface LeasedMessage {
  id: string;
  kind: MessageKind;
  language: string;
  pass: number;
  fence: string;
  serial: string;
  owner: string;
  isLate: boolean;
  createdAt: Date;
  signupRequestId: string | null;
  subscriberId: string | null;
  subscriptionId: string | null;
  newsletterId: string | null;
  digestId: string | null;
  editorId: string | null;
  /** Whom it goes to: the subscriber, the editor, or the address in the row itself. Null: erased since. */
  address: string | null;
  isSuppressed: boolean;
  cadences: ('breaking' | 'daily' | 'weekly')[] | null;
  joinedAt: Date | null;
}
