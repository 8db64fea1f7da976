#!/usr/bin/python3
"""fake-dns.py ZONE PORT: a name server that knows the zone (JSON, name -> {type: [values]}) and says NXDOMAIN to all else."""

import json
import sys

from dnslib import A, MX, PTR, QTYPE, RCODE, RR, TXT
from dnslib.server import BaseResolver, DNSServer

KINDS = {
    "A": A,
    "MX": lambda host: MX(host, 10),
    "PTR": PTR,
    "TXT": lambda text: TXT([text[at : at + 250] for at in range(0, len(text), 250)]),
}


class Zone(BaseResolver):
    def __init__(self, path):
        with open(path) as file:
            self.entries = json.load(file)

    def resolve(self, request, handler):
        reply = request.reply()
        entry = self.entries.get(str(request.q.qname).rstrip(".").lower())
        if entry is None:
            reply.header.rcode = RCODE.NXDOMAIN
            return reply
        kind = QTYPE[request.q.qtype]
        for value in entry.get(kind, []):
            reply.add_answer(RR(request.q.qname, request.q.qtype, rdata=KINDS[kind](value), ttl=60))
        return reply


zone, port = Zone(sys.argv[1]), int(sys.argv[2])
DNSServer(zone, address="127.0.0.1", port=port).start_thread()
DNSServer(zone, address="127.0.0.1", port=port, tcp=True).start()
