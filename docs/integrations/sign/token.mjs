// Node.js 18 or newer, no library.
import { createHmac, randomUUID } from "node:crypto";

const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** The customer comes from your own session, never from what the browser sent. */
export function identificationToken(customer) {
  const now = Math.floor(Date.now() / 1000);
  const header = { alg: "HS256", typ: "JWT", kid: "YOUR_KID" };
  const claims = {
    aud: "YOUR_WIDGET_ID",
    sub: customer.id, // your own id of the customer
    name: customer.name,
    iat: now,
    exp: now + 300,
    jti: randomUUID(), // a token is good for one use
  };
  const signed = `${part(header)}.${part(claims)}`;
  const mac = createHmac("sha256", process.env.COUNTERSIGN_WIDGET_SECRET).update(signed);
  return `${signed}.${mac.digest("base64url")}`;
}

// ---- try it: COUNTERSIGN_WIDGET_SECRET=… node token.mjs ann "Ann Example"
console.log(identificationToken({ id: process.argv[2], name: process.argv[3] }));
