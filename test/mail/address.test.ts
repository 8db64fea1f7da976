import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canonicalAddress, maskAddress, normaliseAddress, parseAddress, type AddressFault } from '#src/mail/address';

describe('an address', () => {
  test.each([
    ['dana@example.org', 'dana@example.org'],
    ['  dana@example.org ', 'dana@example.org'],
    ['Dana.Levi+news@Example.ORG', 'Dana.Levi+news@example.org'],
    ["o'brien_{x}@a-b.example", "o'brien_{x}@a-b.example"],
    ['dana@דוגמה.example', 'dana@xn--6dbbec0c.example'],
    ['dana@münchen.example', 'dana@xn--mnchen-3ya.example'],
    ['dana@ｅxample。org', 'dana@example.org'],
  ])('%s is mailed as %s', (typed, address) => {
    expect(parseAddress(typed)).toMatchObject({ address, needsSmtputf8: false });
  });

  test('in Hebrew keeps its local part and says what it needs', () => {
    expect(parseAddress('דנה@דוגמה.example')).toEqual({
      address: 'דנה@xn--6dbbec0c.example',
      local: 'דנה',
      domain: 'xn--6dbbec0c.example',
      unicodeDomain: 'דוגמה.example',
      needsSmtputf8: true,
    });
  });

  test.each<[string, AddressFault]>([
    ['', 'empty'],
    ['   ', 'empty'],
    ['dana', 'no-at'],
    ['dana@', 'bad-domain'],
    ['@example.org', 'bad-local'],
    ['a@b@example.org', 'bad-local'],
    ['.dana@example.org', 'bad-local'],
    ['dana.@example.org', 'bad-local'],
    ['da..na@example.org', 'bad-local'],
    ['da na@example.org', 'bad-local'],
    ['da\u00a0na@example.org', 'bad-local'],
    ['dana<x>@example.org', 'bad-local'],
    ['a,b@example.org', 'bad-local'],
    ['Dana <dana@example.org>', 'bad-local'],
    ['"dana@evil.example"@example.org', 'quoted-local-part'],
    [`${'a'.repeat(65)}@example.org`, 'too-long'],
    [`${'ש'.repeat(33)}@example.org`, 'too-long'],
    [`${'a'.repeat(30)}@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.${'e'.repeat(60)}.${'f'.repeat(5)}`, 'too-long'],
    [`${'a '.repeat(1_000_000)}@example.org`, 'too-long'],
    ['dana@example.org.', 'bad-domain'],
    ['dana@.example.org', 'bad-domain'],
    ['dana@example..org', 'bad-domain'],
    ['dana@-example.org', 'bad-domain'],
    ['dana@exa_mple.org', 'bad-domain'],
    ['dana@exa%6dple.org', 'bad-domain'],
    ['dana@example.org/x', 'bad-domain'],
    ['dana@example.org:25', 'bad-domain'],
    ['dana@xn--a.example', 'bad-domain'],
    ['dana@localhost', 'single-label-domain'],
    ['dana@[127.0.0.1]', 'ip-literal'],
    ['dana@127.0.0.1', 'ip-literal'],
    ['dana@0x7f.1', 'ip-literal'],
    ['dana@example.org\r\nBcc: x@example.org', 'control-character'],
    ['dana@example.org\n', 'control-character'],
    ['da\0na@example.org', 'control-character'],
    ['da\u202ena@example.org', 'control-character'],
    ['da\u2066na@example.org', 'control-character'],
    ['da\u200bna@example.org', 'control-character'],
    ['da\ud800na@example.org', 'control-character'],
  ])('%j is refused: %s', (typed, fault) => {
    expect(parseAddress(typed)).toBe(fault);
  });

  test('that was accepted is accepted again, as it is, and holds nothing that SMTP would read', () => {
    const letters = fc.constantFrom(
      'a',
      'Z',
      '9',
      '.',
      '+',
      '-',
      '@',
      '"',
      ' ',
      '\\',
      '\r',
      '\n',
      '\0',
      '<',
      '>',
      ',',
      '[',
      ']',
      'ש',
      'ü',
      'ｅ',
      '。',
      '%',
      'xn--',
      'org',
      '\u202e',
      '👩',
    );
    fc.assert(
      fc.property(
        fc.array(letters, { maxLength: 40 }).map((parts) => parts.join('')),
        (typed) => {
          const parsed = parseAddress(typed);
          if (typeof parsed === 'string') return;
          expect(parseAddress(parsed.address)).toEqual(parsed);
          expect(parsed.address).toMatch(/^[^\p{C}\p{Z}<>"(),:;[\\\]@]+@[a-z0-9.-]+$/u);
          expect(Buffer.byteLength(parsed.address)).toBeLessThanOrEqual(254);
        },
      ),
      { numRuns: 5000 },
    );
  });
});

test('two spellings in other cases are one subscriber', () => {
  expect(normaliseAddress('Dana@Example.org')).toBe('dana@example.org');
});

test.each([
  ['Dana+news@example.org', 'dana@example.org'],
  ['d.a.n.a+x+y@googlemail.com', 'dana@gmail.com'],
  ['d.ana@example.org', 'd.ana@example.org'],
  ['+x@example.org', '+x@example.org'],
])('the limits count %s as %s', (address, canonical) => {
  expect(canonicalAddress(address)).toBe(canonical);
});

test('a masked address tells one letter', () => {
  expect(maskAddress('dana@example.org')).toBe('d•••@example.org');
  expect(maskAddress('👩x@example.org')).toBe('👩•••@example.org');
});
