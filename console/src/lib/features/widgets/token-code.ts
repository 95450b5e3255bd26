import type { Algorithm } from '$lib/api';

/** Server code that signs the token, with the real ids of this widget. */
export const SERVER_LANGUAGES = ['Node.js', 'Python', 'PHP', 'Go'] as const;
export type ServerLanguage = (typeof SERVER_LANGUAGES)[number];

export function tokenCode(language: ServerLanguage, widget: string, kid: string, algorithm: Algorithm): string {
  const key = algorithm === 'HS256' ? 'COUNTERSIGN_WIDGET_SECRET' : 'COUNTERSIGN_PRIVATE_KEY';
  switch (language) {
    case 'Node.js':
      return nodeCode(widget, kid, algorithm, key);
    case 'Python':
      return `import os, time, uuid
import jwt  # PyJWT

def countersign_token(customer_id, name=None):
    now = int(time.time())
    claims = {"aud": "${widget}", "sub": customer_id, "iat": now, "exp": now + 300,
              "jti": str(uuid.uuid4())}
    if name:
        claims["name"] = name
    return jwt.encode(claims, os.environ["${key}"], algorithm="${algorithm}",
                      headers={"kid": "${kid}"})`;
    case 'PHP':
      return `use Firebase\\JWT\\JWT;

function countersign_token(string $customerId): string {
    $now = time();
    $claims = ['aud' => '${widget}', 'sub' => $customerId, 'iat' => $now, 'exp' => $now + 300,
               'jti' => bin2hex(random_bytes(16))];
    return JWT::encode($claims, getenv('${key}'), '${algorithm}', '${kid}');
}`;
    case 'Go':
      return goCode(widget, kid, algorithm, key);
  }
}

function nodeCode(widget: string, kid: string, algorithm: Algorithm, key: string): string {
  const load =
    algorithm === 'HS256'
      ? `new TextEncoder().encode(process.env.${key})`
      : `await importPKCS8(process.env.${key}, '${algorithm}')`;
  return `import { SignJWT${algorithm === 'HS256' ? '' : ', importPKCS8'} } from 'jose';
import { randomUUID } from 'node:crypto';

export async function countersignToken(customer) {
  const key = ${load};
  return new SignJWT({ name: customer.name })
    .setProtectedHeader({ alg: '${algorithm}', kid: '${kid}' })
    .setAudience('${widget}')
    .setSubject(customer.id)
    .setIssuedAt()
    .setExpirationTime('5m')
    .setJti(randomUUID())
    .sign(key);
}`;
}

function goCode(widget: string, kid: string, algorithm: Algorithm, key: string): string {
  const [method, load] = {
    HS256: ['SigningMethodHS256', `key := []byte(os.Getenv("${key}"))`],
    EdDSA: ['SigningMethodEdDSA', `key, err := jwt.ParseEdPrivateKeyFromPEM([]byte(os.Getenv("${key}")))`],
    ES256: ['SigningMethodES256', `key, err := jwt.ParseECPrivateKeyFromPEM([]byte(os.Getenv("${key}")))`]
  }[algorithm];
  const check = algorithm === 'HS256' ? '' : '\n\tif err != nil {\n\t\treturn "", err\n\t}';
  return `func countersignToken(customerID string) (string, error) {
	${load}${check}
	now := time.Now()
	token := jwt.NewWithClaims(jwt.${method}, jwt.MapClaims{
		"aud": "${widget}", "sub": customerID,
		"iat": now.Unix(), "exp": now.Add(5 * time.Minute).Unix(), "jti": uuid.NewString(),
	})
	token.Header["kid"] = "${kid}"
	return token.SignedString(key)
}`;
}
