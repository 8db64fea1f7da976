/** Domains that are nearly always a slip of the finger, and what was meant. Only a question to the visitor: they may know better. */
const meant: Record<string, readonly string[]> = {
  'gmail.com': [
    'gmial.com',
    'gamil.com',
    'gmai.com',
    'gmal.com',
    'gnail.com',
    'gmail.co',
    'gmail.con',
    'gmail.cm',
    'gmail.om',
    'gmaill.com',
    'gmil.com',
    'gmail.comm',
    'gmail.co.il',
  ],
  'hotmail.com': [
    'homtail.com',
    'hotmial.com',
    'hotmai.com',
    'hotmal.com',
    'hotmil.com',
    'hotmail.co',
    'hotmail.con',
    'hotmaill.com',
    'hormail.com',
  ],
  'outlook.com': ['outlok.com', 'outllok.com', 'outloook.com', 'outlook.con', 'outlook.co', 'oulook.com'],
  'yahoo.com': ['yaho.com', 'yahooo.com', 'yahoo.con', 'yhoo.com', 'yahoo.co'],
  'icloud.com': ['iclud.com', 'icoud.com', 'icloud.con', 'icloud.co'],
  'walla.co.il': ['wala.co.il', 'walla.co.li', 'walla.coil', 'walla.com'],
  'netvision.net.il': ['netvison.net.il', 'netvision.co.il'],
};

const slips = new Map(Object.entries(meant).flatMap(([domain, typed]) => typed.map((slip) => [slip, domain] as const)));

/** The address that was probably meant, or null. */
export function addressSlip(address: string): string | null {
  const at = address.lastIndexOf('@');
  const domain = slips.get(address.slice(at + 1).toLowerCase());
  return domain === undefined ? null : `${address.slice(0, at)}@${domain}`;
}
