import { setTimeout as wait } from 'node:timers/promises';
import type { Direction, Link, Stroke, TcpProxy } from '../../support/tcp-proxy.js';
import { type Play, until } from '../play.js';
import { isUnderWay, type Stage } from '../stage.js';

/** What happens to the line between a worker and its relay. */
export const networkPlays = {
  'line reset': { network: true, strike: (stage) => disturb(stage, 6, () => 'reset') },
  'line cut in the body': { network: true, strike: (stage) => disturb(stage, 6, () => 'reset', ['body']) },
  'line cut at the dot': { network: true, strike: (stage) => disturb(stage, 8, () => 'reset', ['dot', 'answer']) },
  'line half-open': { network: true, strike: (stage) => disturb(stage, 4, () => 'hold') },
  'line slow': {
    network: true,
    strike: (stage) => disturb(stage, 20, ({ chance }) => ({ afterMs: 100 + chance.below(900) })),
  },
  'line cut, STARTTLS': { network: true, encryption: 'starttls', strike: cutBlindly },
  'line cut, TLS': { network: true, encryption: 'tls', strike: cutBlindly },
} satisfies Record<string, Play>;

/** Where in its talk a line is when a chunk comes by. */
type Place = 'command' | 'reply' | 'go-ahead' | 'body' | 'dot' | 'answer';

const everyPlace: readonly Place[] = ['command', 'reply', 'go-ahead', 'body', 'dot', 'answer'];
const patienceMs = 1_500; // then a half-open line is reset: nobody waits here for the ten minutes of RFC 5321

/** So many strokes, each at a place that the seed names, on the next line that comes there. */
async function disturb(stage: Stage, count: number, strokeOf: (stage: Stage) => Stroke, places = everyPlace): Promise<void> {
  const { chance, proxies } = stage;
  const plan = Array.from({ length: count }, () => ({ place: chance.pick(places), skip: chance.below(12), stroke: strokeOf(stage) }));
  for (const proxy of proxies) {
    listen(proxy, (place, link, mayBeMarked) => {
      const next = plan[0];
      if (next?.place !== place || (next.skip -= 1) >= 0) return 'pass';
      plan.shift();
      stage.struck += 1;
      if (mayBeMarked && typeof next.stroke === 'string') stage.mayBeUnknown += 1;
      if (next.stroke === 'hold') void wait(patienceMs).then(() => link.reset());
      return next.stroke;
    });
  }
  await until(async () => plan.length === 0 || !(await isUnderWay(stage)), 60_000);
}

/** Names the place of each chunk. From the go-ahead on the worker may have marked its dot, whatever has come here of its message. */
function listen(proxy: TcpProxy, decide: (place: Place, link: Link, mayBeMarked: boolean) => Stroke): void {
  const talks = new Map<Link, { inMessage: boolean; tail: string }>();
  proxy.decide = (link, direction, chunk) => {
    const talk = talks.get(link) ?? { inMessage: false, tail: '' };
    talks.set(link, talk);
    const place = placeOf(talk, direction, chunk.toString('latin1'));
    if (place === 'answer') talk.inMessage = false;
    if (place === 'go-ahead') talk.inMessage = true;
    return decide(place, link, place === 'body' || place === 'dot' || place === 'answer');
  };
}

function placeOf(talk: { inMessage: boolean; tail: string }, direction: Direction, text: string): Place {
  if (direction === 'up' && !talk.inMessage) return 'command';
  if (direction === 'down') {
    if (talk.inMessage) return 'answer';
    return /^354/m.test(text) ? 'go-ahead' : 'reply';
  }
  talk.tail = (talk.tail + text).slice(-5);
  return talk.tail === '\r\n.\r\n' ? 'dot' : 'body';
}

/** Inside TLS nobody can tell where a line is: each that is cut may have marked its dot. */
async function cutBlindly(stage: Stage): Promise<void> {
  const { chance, proxies } = stage;
  const cuts = Array.from({ length: 6 }, () => 10 + chance.below(60)); // chunks until the next one
  for (const proxy of proxies) {
    proxy.decide = () => {
      if (cuts[0] === undefined || (cuts[0] -= 1) > 0) return 'pass';
      cuts.shift();
      stage.struck += 1;
      stage.mayBeUnknown += 1;
      return 'reset';
    };
  }
  await until(async () => cuts.length === 0 || !(await isUnderWay(stage)), 60_000);
}
