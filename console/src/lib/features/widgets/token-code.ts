import type { Algorithm } from '$lib/api';
import csharp from '../../../../../docs/integrations/sign/Token.cs?raw';
import java from '../../../../../docs/integrations/sign/Token.java?raw';
import go from '../../../../../docs/integrations/sign/token.go?raw';
import node from '../../../../../docs/integrations/sign/token.mjs?raw';
import php from '../../../../../docs/integrations/sign/token.php?raw';
import python from '../../../../../docs/integrations/sign/token.py?raw';
import ruby from '../../../../../docs/integrations/sign/token.rb?raw';
import curl from '../../../../../docs/integrations/sign/token.sh?raw';

/** Server code that signs the token: the files of the documentation, which a test runs against a real server. */
const FILES = { 'Node.js': node, Python: python, PHP: php, Ruby: ruby, Go: go, Java: java, 'C#': csharp, curl };

export type ServerLanguage = keyof typeof FILES;
export const SERVER_LANGUAGES = Object.keys(FILES) as ServerLanguage[];

/** From this mark on a file only shows how to try it. */
const TRY = /\n[^\n]*---- try it[\s\S]*$/;

/** What a file does with another algorithm than HS256: a library's work. */
const PAIRS: Partial<Record<ServerLanguage, (algorithm: Algorithm) => string>> = {
  'Node.js': (algorithm) => `import { SignJWT, importPKCS8 } from 'jose';
import { randomUUID } from 'node:crypto';

export async function identificationToken(customer) {
  const key = await importPKCS8(process.env.COUNTERSIGN_PRIVATE_KEY, '${algorithm}');
  return new SignJWT({ name: customer.name })
    .setProtectedHeader({ alg: '${algorithm}', kid: 'YOUR_KID' })
    .setAudience('YOUR_WIDGET_ID')
    .setSubject(customer.id)
    .setIssuedAt()
    .setExpirationTime('5m')
    .setJti(randomUUID())
    .sign(key);
}`,
  Python: (algorithm) => `import os, time, uuid
import jwt  # PyJWT with cryptography


def identification_token(customer_id: str, name: str) -> str:
    now = int(time.time())
    claims = {"aud": "YOUR_WIDGET_ID", "sub": customer_id, "name": name, "iat": now, "exp": now + 300, "jti": str(uuid.uuid4())}
    return jwt.encode(claims, os.environ["COUNTERSIGN_PRIVATE_KEY"], algorithm="${algorithm}", headers={"kid": "YOUR_KID"})`
};

const rules = (algorithm: Algorithm) => `Any JWT library signs with ${algorithm}.

Header   {"alg": "${algorithm}", "typ": "JWT", "kid": "YOUR_KID"}
Claims   {"aud": "YOUR_WIDGET_ID", "sub": "<your own id of the customer>", "name": "…",
          "iat": <now>, "exp": <now + 300>, "jti": "<fresh each time>"}`;

/** The code for a server, with the real ids of this widget. */
export function tokenCode(language: ServerLanguage, widget: string, kid: string, algorithm: Algorithm): string {
  const code = algorithm === 'HS256' ? FILES[language].replace(TRY, '\n') : (PAIRS[language]?.(algorithm) ?? rules(algorithm));
  return code.replaceAll('YOUR_WIDGET_ID', widget).replaceAll('YOUR_KID', kid).trimEnd();
}
