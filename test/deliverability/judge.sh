#!/bin/sh
# judge.sh MAILS: asks OpenDKIM, python3-dkim, SpamAssassin and rspamd about captured mails, offline, with a name server of our own.
# See docs/deliverability.md.
set -eu
mails=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
chmod 755 "$work"
port=5391
/usr/bin/python3 "$here/write-zone.py" "$mails" > "$work/zone.json"
/usr/bin/python3 "$here/fake-dns.py" "$work/zone.json" "$port" > "$work/dns.log" 2>&1 &
dns=$!
rspamd=
trap 'kill $dns $rspamd 2>/dev/null || true; rm -rf "$work"' EXIT INT TERM

echo '# OpenDKIM: all, then each signature by itself, then a flipped byte, which must fail'
/usr/bin/python3 -c 'import json, sys; [print(name, record) for name, record in json.load(open(sys.argv[1])).items()]' "$mails/records.json" > "$work/keys.txt"
printf 'Mode v\nTestPublicKeys %s\nSocket local:%s\n' "$work/keys.txt" "$work/opendkim.sock" > "$work/opendkim.conf"
for mail in "$mails"/*.eml; do opendkim -x "$work/opendkim.conf" -t "$mail" 2>&1 | sed "s#$mails/##"; done
sed '0,/^DKIM-Signature: v=1; a=ed25519/{/^DKIM-Signature: v=1; a=ed25519/!d}' "$mails/digest.en.eml" > "$work/only-ed25519.eml"
sed 's/^To: d/To: e/' "$mails/digest.en.eml" > "$work/flipped.eml"
for mail in only-ed25519 flipped; do opendkim -x "$work/opendkim.conf" -t "$work/$mail.eml" 2>&1 | sed "s#$work/##" || true; done

echo '# python3-dkim'
/usr/bin/python3 "$here/verify-dkim.py" "$mails"

# The message as the receiver's server hands it on: from our relay, or straight from us.
received() {
  now=$(LC_ALL=C date -R)
  printf 'Return-Path: <briefing@news.example.org>\r\nReceived: from mail.news.example.org (mail.news.example.org [93.184.215.14])\r\n by mx.example.net (Postfix) with ESMTPS id 4XyZ12345 (version=TLSv1.3 cipher=TLS_AES_256_GCM_SHA384)\r\n for <reader@mail.example.net>; %s\r\n' "$now"
  [ "$2" = direct ] || printf 'Received: from briefing.news.example.org (briefing.news.example.org [10.1.2.3])\r\n by mail.news.example.org (Postfix) with ESMTPSA id 3AbC98765\r\n for <reader@mail.example.net>; %s\r\n' "$now"
  cat "$1"
}

echo '# SpamAssassin: points, and every rule that gives any'
settings="dns_server 127.0.0.1:$port
dns_available yes
use_bayes 0
internal_networks 93.184.220.0/24
trusted_networks 93.184.220.0/24"
export RES_NAMESERVERS=127.0.0.1 RES_OPTIONS="port:$port" # the DMARC plugin asks through its own resolver
for way in relayed direct; do
  for mail in "$mails"/*.eml; do
    received "$mail" "$way" | spamassassin -t --cf="$settings" 2>/dev/null > "$work/report"
    points=$(sed -n 's/^Content analysis details: *(\([-0-9.]*\) points.*/\1/p' "$work/report")
    given=$(grep -oE '^ ?[0-9]+\.[0-9] [A-Z_0-9]+' "$work/report" | grep -v '^ *0\.0' | tr -s ' \n' ' ')
    echo "$points  $way  $(basename "$mail")  $given"
  done
done

echo '# rspamd: score, and what it says of DKIM, SPF and DMARC'
cat > "$work/rspamd.conf" <<CONF
.include "/etc/rspamd/rspamd.conf"
options { dns { nameserver = ["127.0.0.1:$port:1"]; } }
logging { type = "file"; filename = "$work/rspamd.log"; }
CONF
install -d -o _rspamd /run/rspamd
touch "$work/rspamd.log" && chown -R _rspamd "$work"
rspamd -f -u _rspamd -g _rspamd -c "$work/rspamd.conf" > /dev/null 2>&1 &
rspamd=$!
for _ in $(seq 60); do rspamc -h 127.0.0.1:11334 stat > /dev/null 2>&1 && break || sleep 1; done
for mail in "$mails"/*.eml; do
  received "$mail" direct > "$work/received.eml"
  rspamc -h 127.0.0.1:11333 --ip 93.184.215.14 --helo mail.news.example.org --hostname mail.news.example.org \
    --from briefing@news.example.org --rcpt reader@mail.example.net "$work/received.eml" > "$work/report"
  score=$(sed -n 's/^Score: //p' "$work/report")
  said=$(grep -oE 'Symbol: (R_DKIM_[A-Z_]*|R_SPF_[A-Z_]*|DMARC_[A-Z_]*|[A-Z_]* \([1-9][0-9.]*\))' "$work/report" | sed 's/Symbol: //' | tr '\n' ' ')
  echo "$score  $(basename "$mail")  $said"
done
