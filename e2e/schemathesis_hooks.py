"""What schemathesis does not know by itself: how the body of a recording is made and sent."""

import io
import wave

import schemathesis
from hypothesis import strategies


def recording(samples, rate, channels):
    """A WAV file of 16 bits."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(channels)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes(samples)
    return file.getvalue()


# A true recording, one that breaks off, and anything at all.
RECORDINGS = strategies.builds(
    recording, strategies.binary(max_size=4000), strategies.sampled_from([8000, 11025, 16000, 44100]), strategies.integers(1, 2)
)
BROKEN_OFF = strategies.builds(lambda file, length: file[:length], RECORDINGS, strategies.integers(0, 60))

schemathesis.openapi.media_type("audio/wav", strategies.one_of(RECORDINGS, BROKEN_OFF, strategies.binary(max_size=200)))


@schemathesis.serializer("audio/wav")
def as_it_is(_context, value):
    return value if isinstance(value, bytes) else str(value).encode()
