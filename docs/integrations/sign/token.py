# Python 3.8 or newer, no library.
import base64, hashlib, hmac, json, os, time, uuid


def _part(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def identification_token(customer_id: str, name: str) -> str:
    """The customer comes from your own session, never from what the browser sent."""
    now = int(time.time())
    header = {"alg": "HS256", "typ": "JWT", "kid": "YOUR_KID"}
    claims = {
        "aud": "YOUR_WIDGET_ID",
        "sub": customer_id,  # your own id of the customer
        "name": name,
        "iat": now,
        "exp": now + 300,
        "jti": str(uuid.uuid4()),  # a token is good for one use
    }
    signed = _part(json.dumps(header).encode()) + "." + _part(json.dumps(claims).encode())
    key = os.environ["COUNTERSIGN_WIDGET_SECRET"].encode()
    return signed + "." + _part(hmac.new(key, signed.encode(), hashlib.sha256).digest())


# ---- try it: COUNTERSIGN_WIDGET_SECRET=… python3 token.py ann "Ann Example"
if __name__ == "__main__":
    import sys

    print(identification_token(sys.argv[1], sys.argv[2]))
