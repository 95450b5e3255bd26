"""Presidio's pattern recognisers, without a language model: reads texts, tells how fast they are and what they find."""
import json
import sys
import time

import spacy
import tldextract
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine
from presidio_analyzer.predefined_recognizers import (
    CreditCardRecognizer, EmailRecognizer, IbanRecognizer, IpRecognizer, PhoneRecognizer, UsSsnRecognizer,
)

# The list of top levels that came with it, instead of asking for a newer one.
tldextract.extract = tldextract.TLDExtract(suffix_list_urls=())


class Blank(NlpEngine):
    """Words, and nothing about them: what the recognisers of patterns need for their context."""

    def load(self):
        self.nlp = spacy.blank("en")

    def is_loaded(self):
        return True

    def get_supported_languages(self):
        return ["en"]

    def get_supported_entities(self):
        return []

    def is_stopword(self, word, language):
        return False

    def is_punct(self, word, language):
        return False

    def process_batch(self, texts, language, **kwargs):
        return ((text, self.process_text(text, language)) for text in texts)

    def process_text(self, text, language):
        doc = self.nlp.make_doc(text)
        return NlpArtifacts(entities=[], tokens=doc, tokens_indices=[t.idx for t in doc],
                            lemmas=[t.lower_ for t in doc], nlp_engine=self, language=language)


def engine(recognizers):
    registry = RecognizerRegistry(recognizers=recognizers, supported_languages=["en"])
    nlp = Blank()
    nlp.load()
    return AnalyzerEngine(registry=registry, nlp_engine=nlp, supported_languages=["en"])


def resolved(results):
    """The surest first, the longest of those; what lies over one that was taken goes."""
    taken = []
    for r in sorted(results, key=lambda r: (-r.score, r.start - r.end)):
        if all(r.end <= t.start or r.start >= t.end for t in taken):
            taken.append(r)
    return sorted(taken, key=lambda r: r.start)


def masked(text, results):
    out, at = [], 0
    for r in results:
        out += [text[at:r.start], "<" + r.entity_type + ">"]
        at = r.end
    return "".join(out) + text[at:]


def main():
    data = json.load(open(sys.argv[1]))
    five = engine([EmailRecognizer(), PhoneRecognizer(), CreditCardRecognizer(), IbanRecognizer(), UsSsnRecognizer()])
    texts, rates = data["texts"][:data["few"]], []
    size = sum(len(text.encode()) for text in texts)
    for _ in range(3):
        begin = time.process_time()
        for text in texts:
            masked(text, resolved(five.analyze(text, language="en")))
        rates.append(size / (time.process_time() - begin) / 1e6)
    # For what it finds it gets every region of the texts, and addresses of machines.
    regions = ["US", "CA", "GB", "DE", "FR", "ES", "PL", "SE", "UA", "SA", "AE", "IT", "NL", "BR", "IN", "JP", "CN", "RU", "TR", "AU"]
    phones = PhoneRecognizer(supported_regions=regions)
    whole = engine([EmailRecognizer(), phones, CreditCardRecognizer(), IbanRecognizer(), UsSsnRecognizer(), IpRecognizer()])
    found = []
    for text in data["texts"][:data["judged"]]:
        at = [0]
        for c in text:
            at.append(at[-1] + len(c.encode()))
        results = whole.analyze(text, language="en")
        found.append([[at[r.start], at[r.end], r.entity_type, r.score] for r in resolved(results)])
    json.dump({"rate": max(rates), "found": found}, sys.stdout)


main()
