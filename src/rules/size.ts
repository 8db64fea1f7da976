import type { Finding, Level, Rule } from '#src/rules/rule';

const kilobyte = 1024;
const gmailClips = 102 * kilobyte;

/** Gmail clips a part at 102 KB, and with it the unsubscribe link; it drops style elements of more than 16 KB. */
export const size: Rule = {
  id: 'D21',
  level: 'block',
  part: 'html',
  promise: 'The HTML is under 75 KB, 102 KB as it is sent, with styles under 8 KB.',
  check: ({ rendered, html }) => {
    const decoded = Buffer.byteLength(rendered.html);
    const styles = Buffer.byteLength(html.styleSheets.join(''));
    const sent = encodedBytes(rendered.html);
    const findings: Finding[] = [];
    const add = (level: Level, message: string, remedy = 'Drop articles or shorten their descriptions.') =>
      findings.push({ place: 'the whole mail', level, message, remedy });
    if (decoded > 75 * kilobyte) add(decoded > 95 * kilobyte ? 'block' : 'warn', `The HTML has ${inKilobytes(decoded)}.`);
    if (sent > gmailClips) add('block', `The HTML takes ${inKilobytes(sent)} on its way; Gmail clips it.`);
    if (styles > 8 * kilobyte) add('block', `The styles have ${inKilobytes(styles)}.`, 'Shorten the styles.');
    return findings;
  },
};

/** The lighter of quoted-printable and base64, which is what is sent. */
function encodedBytes(text: string): number {
  const bytes = Buffer.from(text);
  const base64 = Math.ceil(bytes.length / 3) * 4 * (78 / 76);
  const escaped = bytes.reduce((count, byte) => count + (byte > 126 || byte === 61 ? 3 : 1), 0);
  return Math.min(base64, escaped * (79 / 76));
}

function inKilobytes(bytes: number): string {
  return `${(bytes / kilobyte).toFixed(1)} KB`;
}
