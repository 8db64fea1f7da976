import { at } from '#src/rules/places';
import type { Finding, Level, Rule } from '#src/rules/rule';

const kilobyte = 1024;
const gmailClips = 102 * kilobyte;

/** Gmail clips a part at 102 KB, and with it the unsubscribe link; it drops style elements of more than 16 KB. */
export const size: Rule = {
  id: 'D21',
  name: 'size',
  level: 'block',
  part: 'html',
  check: ({ rendered, html }) => {
    const decoded = Buffer.byteLength(rendered.html);
    const styles = Buffer.byteLength(html.styleSheets.join(''));
    const sent = encodedBytes(rendered.html);
    const findings: Finding[] = [];
    const add = (level: Level, fault: Pick<Finding, 'fault' | 'values'>) => findings.push({ place: at('wholeMail'), level, ...fault });
    if (decoded > 75 * kilobyte) add(decoded > 95 * kilobyte ? 'block' : 'warn', { fault: 'html', values: inKilobytes(decoded) });
    if (sent > gmailClips) add('block', { fault: 'sent', values: inKilobytes(sent) });
    if (styles > 8 * kilobyte) add('block', { fault: 'styles', values: inKilobytes(styles) });
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

function inKilobytes(bytes: number): { kilobytes: number } {
  return { kilobytes: bytes / kilobyte };
}
