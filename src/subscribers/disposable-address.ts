/** Well-known hosts of mailboxes that last for minutes. Only a word of warning hangs on it: a list is never complete, and people have their reasons. */
const domains = new Set(
  `10minutemail.com 20minutemail.com 33mail.com anonbox.net armyspy.com burnermail.io byom.de cuvox.de dayrep.com discard.email dispostable.com
   dropmail.me einrot.com emailfake.com emailondeck.com fakeinbox.com fakemailgenerator.com fleckens.hu getairmail.com getnada.com grr.la
   guerrillamail.biz guerrillamail.com guerrillamail.de guerrillamail.info guerrillamail.net guerrillamail.org guerrillamailblock.com gustr.com
   harakirimail.com inboxkitten.com incognitomail.com jetable.org jourrapide.com mailcatch.com maildrop.cc mailexpire.com mailinator.com
   mailinator.net mailnesia.com mailnull.com mailsac.com mintemail.com moakt.com mohmal.com mytemp.email mytrashmail.com nada.email
   owlymail.com pokemail.net rhyta.com sharklasers.com spam4.me spambog.com spamex.com spamgourmet.com superrito.com teleworm.us temp-mail.io
   temp-mail.org tempail.com tempinbox.com tempmail.dev tempmail.net tempmailo.com tempr.email throwaway.email throwawaymail.com
   trash-mail.com trashmail.com trashmail.de trashmail.net wegwerfmail.de yopmail.com yopmail.fr yopmail.net`.split(/\s+/),
);

/** The domain itself or one below it. */
export function isDisposable(address: string): boolean {
  const labels = address
    .slice(address.lastIndexOf('@') + 1)
    .toLowerCase()
    .split('.');
  return labels.some((_label, from) => domains.has(labels.slice(from).join('.')));
}
