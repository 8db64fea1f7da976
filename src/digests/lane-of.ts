import type { Digest } from '#src/digests/digest';

/** Breaking news overtakes a digest that is under way. */
export function laneOf({ cadence }: Pick<Digest, 'cadence'>): 'breaking' | 'digest' {
  return cadence === 'breaking' ? 'breaking' : 'digest';
}
