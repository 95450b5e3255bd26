"""Twilio's own SDK on the other end: signs what it posts, and holds the documents to what its verbs may say.

Arguments: the server's address, the hook's path, the number's token, and which calls: `keys` plays the seed's and prints what
it heard; `people` plays those that reach colleagues, telephones and a recorder, and prints the verbs that came.
"""

import inspect
import json
import re
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import xml.etree.ElementTree as tree

from twilio.request_validator import RequestValidator
from twilio.twiml import voice_response

server, path, token, calls = sys.argv[1:]
validator = RequestValidator(token)
verbs = set()


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
        verbs.add(element.tag)
        verbs.update(f"{element.tag}/{child.tag}" for child in element)
    return root


call = {"CallSid": "CA" + "0123456789abcdef" * 2, "AccountSid": "AC1", "From": "+46706170786", "To": "+46771123456",
        "CallStatus": "ringing", "Direction": "inbound", "CallerName": "<Hangup/> & \u00e5\u00e4\u00f6"}
first = server + path


def keys():
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
    return heard


class Call:
    """One that presses a key at the menu."""

    def __init__(self, number, key):
        self.fields = {**call, "CallSid": f"CA{number:032}", "CallStatus": "in-progress"}
        asked = document(post(first, self.fields))
        self.here = self.tell(asked.find("Gather").get("action"), Digits=key, FinishedOnKey="")

    def tell(self, url, **more):
        self.here = document(post(url, {**self.fields, **more}))
        return self.here

    def leg(self, url, **more):
        """What is told by a telephone that the document has rung: a call of its own."""
        fields = {**self.fields, "CallSid": "CA" + "9" * 32, "ParentCallSid": self.fields["CallSid"]}
        return document(post(url, {**fields, **more}))

    def until(self, verb):
        """Asks what comes next, until there is this."""
        for _ in range(40):
            if self.here.find(verb) is not None:
                return self.here.find(verb)
            time.sleep(0.3)
            self.tell(self.here.find("Redirect").text)
        raise AssertionError(f"no <{verb}> comes")

    def ends(self):
        document(post(first, {**self.fields, "CallStatus": "completed"}))


def people():
    # A colleague's telephone rings, is picked up, and takes the call by a key.
    one = Call(1, "1")
    dial = one.until("Dial")
    assert dial.get("callerId") == call["To"], "the colleague sees the company's number"
    telephone = dial.find("Number")
    assert telephone.text == "+46706170001"
    asked = one.leg(telephone.get("url")).find("Gather")
    assert len(one.leg(asked.get("action"), Digits="1")) == 0, "the two are put through"
    # Who comes meanwhile holds; when both have parted, it rings for them, and nobody presses a key.
    two = Call(2, "1")
    assert [said.text for said in two.here.iter("Say")] == ["V\u00e4nta."] and two.here.find("Dial") is None
    one.tell(dial.get("action"), DialCallStatus="completed", DialCallDuration="7")
    assert one.here.find("Hangup") is not None
    dial = two.until("Dial")
    two.leg(dial.find("Number").get("url"))
    two.tell(dial.get("action"), DialCallStatus="completed", DialCallDuration="9")
    assert two.here.find("Dial") is None, "an answering machine took no call"
    two.ends()
    assert two.leg(dial.find("Number").get("url")).find("Hangup") is not None, "nobody waits any more"
    # A message is recorded.
    three = Call(3, "2")
    record = three.until("Record")
    three.tell(record.get("action"), RecordingSid="RE1", RecordingDuration="5", RecordingUrl="https://api.twilio.example/RE1")
    three.until("Hangup")
    # Another telephone system answers; a number that the call is passed on to.
    four = Call(4, "3")
    dial = four.until("Dial")
    sip = dial.find("Sip")
    assert sip.text == "sip:desk@pbx.example" and sip.get("statusCallbackEvent") == "answered"
    four.leg(sip.get("statusCallback"), CallStatus="in-progress")
    four.tell(dial.get("action"), DialCallStatus="completed", DialCallDuration="3")
    five = Call(5, "4")
    five.tell(five.until("Dial").get("action"), DialCallStatus="completed", DialCallDuration="3")
    return sorted(verbs)


print(json.dumps({"keys": keys, "people": people}[calls]()))
