#!/usr/bin/python3
"""write-zone.py MAILS: prints the zone of the sender of the captured mails, as a careful operator would publish it."""

import json
import sys

DOMAIN, SENDER, SITE = "news.example.org", "93.184.215.14", "93.184.215.20"

zone = {
    DOMAIN: {"TXT": [f"v=spf1 ip4:{SENDER} -all"], "MX": [f"mail.{DOMAIN}"], "A": [SENDER]},
    f"_dmarc.{DOMAIN}": {"TXT": [f"v=DMARC1; p=reject; rua=mailto:dmarc@{DOMAIN}"]},
    f"mail.{DOMAIN}": {"A": [SENDER], "TXT": [f"v=spf1 a -all"]},
    f"briefing.{DOMAIN}": {"A": [SENDER]},
    "14.215.184.93.in-addr.arpa": {"PTR": [f"mail.{DOMAIN}"]},
    "mail.example.net": {"A": ["93.184.220.5"], "MX": ["mx.example.net"]},
    "mx.example.net": {"A": ["93.184.220.5"]},
    "coastline.example": {"A": [SITE]},
    "www.coastline.example": {"A": [SITE]},
}
with open(f"{sys.argv[1]}/records.json") as file:
    for name, record in json.load(file).items():
        zone[name] = {"TXT": [record]}
json.dump(zone, sys.stdout, indent=1)
