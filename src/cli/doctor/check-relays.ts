import { type Finding, reasonOf } from '#src/cli/doctor/finding';
import type { Config } from '#src/config';
import { openConnection } from '#src/mail/open-connection';
import { parseRelays, type Relay } from '#src/mail/relay';

/** Opens a session with each relay, signed in, and hands nothing over. */
export async function checkRelays(config: Config): Promise<Finding[]> {
  try {
    return await Promise.all(parseRelays(config.smtpUrl).map(checkRelay));
  } catch (error) {
    return [{ part: 'relay', level: 'bad', detail: reasonOf(error) }];
  }
}

async function checkRelay(relay: Relay): Promise<Finding> {
  try {
    const connection = await openConnection(relay, AbortSignal.timeout(10_000));
    connection.close();
    const isOpenText = relay.encryption === 'none' || (relay.encryption === 'offered' && !connection.offers.has('STARTTLS'));
    return { part: 'relay', level: 'ok', detail: `${relay.name} answers${isOpenText ? ', in the clear' : ''}` };
  } catch (error) {
    return { part: 'relay', level: 'bad', detail: reasonOf(error) };
  }
}
