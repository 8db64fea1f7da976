import type { Slot } from '#src/mail/slots';

/** Whole documents in which slot markers stand where a reader's own values go. */
export type MessageSource = { html: string; text: string; language: string };

/** A multipart/alternative body, encoded once, and where the slots are in it. */
export type Skeleton = {
  contentType: string;
  contentLanguage: string;
  /** The body as it goes over the wire, still with its markers. */
  wire: Buffer;
  slots: readonly Slot[];
};
