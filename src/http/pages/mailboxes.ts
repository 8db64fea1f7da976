/** Where the inbox of a well-known mail host is: its root only, since deeper addresses break without notice. */
const mailboxes: readonly { name: string; href: string; domains: readonly string[] }[] = [
  { name: 'Gmail', href: 'https://mail.google.com/', domains: ['gmail.com', 'googlemail.com'] },
  {
    name: 'Outlook',
    href: 'https://outlook.live.com/mail/',
    domains: ['outlook.com', 'hotmail.com', 'live.com', 'msn.com', 'hotmail.co.il'],
  },
  { name: 'Yahoo Mail', href: 'https://mail.yahoo.com/', domains: ['yahoo.com', 'ymail.com', 'yahoo.co.uk', 'yahoo.fr', 'yahoo.de'] },
  { name: 'iCloud Mail', href: 'https://www.icloud.com/mail', domains: ['icloud.com', 'me.com', 'mac.com'] },
  { name: 'Proton Mail', href: 'https://mail.proton.me/', domains: ['proton.me', 'protonmail.com', 'pm.me'] },
  { name: 'Walla! Mail', href: 'https://mail.walla.co.il/', domains: ['walla.co.il', 'walla.com'] },
];

export function mailboxOf(address: string): { name: string; href: string } | undefined {
  const domain = address.slice(address.lastIndexOf('@') + 1);
  const mailbox = mailboxes.find(({ domains }) => domains.includes(domain));
  return mailbox && { name: mailbox.name, href: mailbox.href };
}
