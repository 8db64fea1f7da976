#!/usr/bin/python3
"""verify-dkim.py MAILS: both signatures of each mail by python3-dkim, and what it says of a spoiled body, subject and sender."""

import glob
import json
import sys

import dkim

with open(f"{sys.argv[1]}/records.json") as file:
    RECORDS = json.load(file)


def txt(name, timeout=5):
    return RECORDS.get(name.decode().rstrip("."), "").encode() or None


def verdicts(message):
    found = []
    for index in range(2):
        try:
            found.append(dkim.DKIM(message).verify(idx=index, dnsfunc=txt))
        except dkim.DKIMException:
            found.append(False)
    return found


def flipped(message, at):
    return message[:at] + bytes([message[at] ^ 1]) + message[at + 1 :]


faults = 0
for path in sorted(glob.glob(f"{sys.argv[1]}/*.eml")):
    with open(path, "rb") as file:
        mail = file.read()
    spoiled = [
        flipped(mail, mail.index(b"\r\n\r\n") + 400),
        flipped(mail, mail.index(b"\r\nSubject: ") + 12),
        mail.replace(b"\r\nFrom: ", b"\r\nFrom: x@evil.example\r\nFrom: ", 1),
    ]
    sound = all(verdicts(mail)) and not any(any(verdicts(message)) for message in spoiled)
    faults += not sound
    print(f"python3-dkim  {'ok   ' if sound else 'FAULT'}  {path.split('/')[-1]}")
sys.exit(1 if faults else 0)
