import type { Slot } from '#src/mail/slots';

/** Whole documents in which slot markers stand where a reader's own values go. */
export type MessageSource = { html: string; text: string; language: string };

/**
 * A multipart/alternative body, encoded once for all its readers. Whatever the values, the body keeps its length, its lines
 * stay within 76 characters, none begins with a dot, and relaxed body canonicalisation (RFC 6376 §3.4.4) leaves it as it is:
 * it goes to the socket without dot-stuffing and to the hash without a second form.
 */
export type Skeleton = {
  contentType: string;
  contentLanguage: string;
  /** The body as it goes over the wire, still with its markers. */
  wire: Buffer;
  /** Slots whose values stand in the wire as they are: those of quoted-printable parts. */
  plain: readonly PlacedSlot[];
  /** Slots that base64 hides. */
  windows: readonly EncodedWindow[];
};

export type PlacedSlot = { slot: Slot; at: number };

/** The smallest stretch around one slot, or several close ones, that base64 encodes by itself: whole groups of three bytes. */
export type EncodedWindow = {
  /** The decoded bytes. Every filling overwrites all its slots, so one copy serves all readers. */
  raw: Buffer;
  slots: readonly PlacedSlot[];
  /** Where its base64 stands in the wire, line by line. */
  lines: readonly { at: number; length: number }[];
};

/** One MIME part's content: the same slots, with offsets that count from the part's first byte. */
export type EncodedPart = {
  encoding: 'quoted-printable' | 'base64';
  wire: string;
  plain: readonly PlacedSlot[];
  windows: readonly EncodedWindow[];
};
