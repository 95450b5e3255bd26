"""Twilio's own SDK on the other end: signs what it posts, and holds the documents to what its verbs may say.

Arguments: the server's address, the hook's path, the number's token. Plays the seed's call and prints what it heard.
"""

import inspect
import json
import re
import sys
import urllib.error
import urllib.parse
import urllib.request
import xml.etree.ElementTree as tree

from twilio.request_validator import RequestValidator
from twilio.twiml import voice_response

server, path, token = sys.argv[1:]
validator = RequestValidator(token)


def post(url, fields, signature=None):
    signed = signature if signature is not None else validator.compute_signature(url, fields)
    body = urllib.parse.urlencode(fields).encode()
    request = urllib.request.Request(url, body, {"X-Twilio-Signature": signed})
    request.add_header("Content-Type", "application/x-www-form-urlencoded")
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read().decode(), answer.headers.get("content-type")
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode(), None


def snake(name):
    return re.sub(r"(?<=[a-z])([A-Z])", r"_\1", name).lower()


def check(element, inside):
    """Every verb is one that the SDK can write here, with attributes that it knows."""
    method = getattr(inside, snake(element.tag), None)
    assert method is not None, f"<{element.tag}> may not stand in <{inside.__name__}>"
    known = inspect.signature(method).parameters
    for attribute in element.attrib:
        assert snake(attribute) in known, f"<{element.tag} {attribute}> is not known to the SDK"
    for child in element:
        check(child, getattr(voice_response, element.tag))


def document(answer):
    status, text, kind = answer
    assert status == 200 and kind.startswith(("text/xml", "application/xml")), (status, kind, text)
    root = tree.fromstring(text)
    assert root.tag == "Response"
    for element in root:
        check(element, voice_response.VoiceResponse)
    return root


call = {"CallSid": "CA" + "0123456789abcdef" * 2, "AccountSid": "AC1", "From": "+46706170786", "To": "+46771123456",
        "CallStatus": "ringing", "Direction": "inbound", "CallerName": "<Hangup/> & \u00e5\u00e4\u00f6"}
first = server + path

# What is off by one bit, or signed with another token, is refused without a word.
right = validator.compute_signature(first, call)
for wrong in [right[:-2] + ("A" if right[-2] != "A" else "B") + right[-1:],
              RequestValidator(token[:-1] + "x").compute_signature(first, call), ""]:
    assert post(first, call, wrong)[:2] == (403, ""), wrong
assert post(first, {**call, "From": "+46706170787"}, right)[0] == 403

heard, here = [], document(post(first, call))
for _ in range(30):
    heard += [said.text for said in here.iter("Say")]
    here_gather, redirect = here.find("Gather"), here.find("Redirect")
    if here_gather is not None:
        more = {"Digits": "1234567890", "FinishedOnKey": "#", "CallStatus": "in-progress"}
        here = document(post(here_gather.get("action"), {**call, **more}))
    elif here.find("Hangup") is not None:
        break
    else:
        here = document(post(redirect.text, {**call, "CallStatus": "in-progress"}))
else:
    raise AssertionError("the call does not end")
print(json.dumps(heard))
