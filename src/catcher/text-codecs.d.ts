import type { TextDecoder as Decoder, TextEncoder as Encoder } from 'node:util';

/** postal-mime's declarations take these two for types, as the DOM's library has them; Node declares only the values. */
declare global {
  interface TextEncoder extends Encoder {}
  interface TextDecoder extends Decoder {}
}
