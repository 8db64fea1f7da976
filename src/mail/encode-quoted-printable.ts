import type { EncodedPart, PlacedSlot } from '#src/mail/skeleton';
import { slotMarker } from '#src/mail/slots';
import { splitAtSlots } from '#src/mail/split-at-slots';

const longestLine = 75; // RFC 2045 §6.7 allows 76, the last of which a soft break may need

/**
 * Quoted-printable in which a character, and a slot, never spans two lines. Line ends in `text` are CRLF.
 *
 * Encoded beyond what RFC 2045 asks: a dot that begins a line (SMTP would double it), a blank beside a blank (relaxed
 * canonicalisation would fold the two) and the F of a line's first `From ` (old mail stores write `>From `).
 */
export function encodeQuotedPrintable(text: string): EncodedPart {
  const lines = new Lines();
  const plain: PlacedSlot[] = [];
  for (const piece of splitAtSlots(text)) {
    if ('slot' in piece) {
      const marker = slotMarker(piece.slot);
      lines.makeRoomFor(marker.length);
      plain.push({ slot: piece.slot, at: lines.length });
      lines.put(marker);
    } else encodeText(piece.text, lines);
  }
  return { encoding: 'quoted-printable', wire: lines.finished + lines.line, plain, windows: [] };
}

/** The finished lines, and the one being written. */
class Lines {
  finished = '';
  line = '';

  get length() {
    return this.finished.length + this.line.length;
  }

  makeRoomFor(width: number) {
    if (this.line.length + width > longestLine) this.break('=\r\n');
  }

  put(encoded: string) {
    this.line += encoded;
  }

  break(end: string) {
    this.finished += this.line + end;
    this.line = '';
  }
}

function encodeText(text: string, lines: Lines) {
  for (let at = 0; at < text.length;) {
    if (text.startsWith('\r\n', at)) {
      lines.break('\r\n');
      at += 2;
      continue;
    }
    const character = String.fromCodePoint(text.codePointAt(at)!);
    const after = text.slice(at + character.length, at + character.length + 4);
    const encoded = encodeCharacter(character, after, lines);
    lines.makeRoomFor(encoded.length);
    lines.put(lines.line === '' && (encoded === '.' || (encoded === 'F' && after === 'rom ')) ? escaped(encoded) : encoded);
    at += character.length;
  }
}

function encodeCharacter(character: string, after: string, lines: Lines): string {
  if (character === ' ') return isBlankSafe(after, lines) ? ' ' : '=20';
  return character >= '!' && character <= '~' && character !== '=' ? character : escaped(character);
}

/** A blank stays one only between two things that are none. What follows a piece may be a slot, or the end: escaped there. */
function isBlankSafe(after: string, lines: Lines): boolean {
  return after !== '' && !/^[ \t\r]/.test(after) && !lines.line.endsWith(' ');
}

function escaped(character: string): string {
  let encoded = '';
  for (const byte of Buffer.from(character)) encoded += `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  return encoded;
}
