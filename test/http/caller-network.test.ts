import { expect, test } from '@jest/globals';
import { callerNetwork } from '#src/http/caller-network';

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['::ffff:c000:201', '192.0.2.1'],
  ['2001:db8:1:ff12::1', '2001:db8:1:ff00:0:0:0:0/56'],
  ['2001:db8:1:ffaa:1:2:3:4', '2001:db8:1:ff00:0:0:0:0/56'],
  ['2001:db8:1:fe00::1', '2001:db8:1:fe00:0:0:0:0/56'],
  ['no address', 'unknown'],
  [undefined, 'unknown'],
])('%s is counted as %s', (ip, network) => {
  expect(callerNetwork(ip)).toBe(network);
});
