import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { instantOf, isZone, wallTimeOf } from '#src/zone-time';

const jerusalem = 'Asia/Jerusalem';

describe('a wall clock in a zone', () => {
  test.each([
    ['2026-01-15T06:30', jerusalem, '2026-01-15T04:30:00.000Z', 'once'],
    ['2026-07-15T06:30', jerusalem, '2026-07-15T03:30:00.000Z', 'once'],
    ['2025-10-06T09:48:07', jerusalem, '2025-10-06T06:48:07.000Z', 'once'],
    // 27 March 2026: at 02:00 clocks show 03:00
    ['2026-03-27T01:59', jerusalem, '2026-03-26T23:59:00.000Z', 'once'],
    ['2026-03-27T02:00', jerusalem, '2026-03-27T00:00:00.000Z', 'gap'],
    ['2026-03-27T02:30', jerusalem, '2026-03-27T00:30:00.000Z', 'gap'],
    ['2026-03-27T03:00', jerusalem, '2026-03-27T00:00:00.000Z', 'once'],
    // 25 October 2026: at 02:00 clocks show 01:00 again
    ['2026-10-25T00:59', jerusalem, '2026-10-24T21:59:00.000Z', 'once'],
    ['2026-10-25T01:00', jerusalem, '2026-10-24T22:00:00.000Z', 'twice'],
    ['2026-10-25T01:59', jerusalem, '2026-10-24T22:59:00.000Z', 'twice'],
    ['2026-10-25T02:00', jerusalem, '2026-10-25T00:00:00.000Z', 'once'],
    ['2026-04-05T01:45', 'Australia/Lord_Howe', '2026-04-04T14:45:00.000Z', 'twice'],
    ['2026-06-01T12:00', 'Asia/Kolkata', '2026-06-01T06:30:00.000Z', 'once'],
  ])('%s in %s is %s (%s)', (wall, zone, at, reading) => {
    expect(instantOf(wall, zone)).toEqual({ at: new Date(at), reading });
  });

  test.each([
    '2026-02-30T06:30',
    '2026-13-01T06:30',
    '2026-01-15T24:00',
    '2026-01-15T06:60',
    '2026-01-15',
    '2026-01-15T06:30Z',
    'soon',
    '',
  ])('"%s" is no wall time', (wall) => expect(instantOf(wall, jerusalem)).toBeNull());

  test('every moment is read back from what its clocks show, or is the second of two', () => {
    const zone = fc.constantFrom(jerusalem, 'UTC', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'Pacific/Apia');
    const moment = fc.date({ min: new Date('2000-01-01T00:00:00Z'), max: new Date('2037-12-31T00:00:00Z'), noInvalidDate: true });
    fc.assert(
      fc.property(moment, zone, (at, name) => {
        const second = new Date(Math.floor(at.getTime() / 1000) * 1000);
        const read = instantOf(wallTimeOf(second, name), name);
        if (read?.reading === 'once') expect(read.at).toEqual(second);
        else expect(read?.reading).toBe('twice');
      }),
    );
  });

  test('knows which zones there are', () => {
    expect(['Asia/Jerusalem', 'UTC', 'Europe/London'].map(isZone)).toEqual([true, true, true]);
    expect(['Asia/Atlantis', '', 'Jerusalem time'].map(isZone)).toEqual([false, false, false]);
  });
});
