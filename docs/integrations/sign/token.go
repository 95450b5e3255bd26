// Go 1.18 or newer, no module.
package main

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"time"
)

func part(value any) string {
	text, _ := json.Marshal(value)
	return base64.RawURLEncoding.EncodeToString(text)
}

// The customer comes from your own session, never from what the browser sent.
func identificationToken(customerID, name string) (string, error) {
	jti := make([]byte, 16)
	if _, err := rand.Read(jti); err != nil {
		return "", err
	}
	now := time.Now().Unix()
	signed := part(map[string]any{"alg": "HS256", "typ": "JWT", "kid": "YOUR_KID"}) + "." + part(map[string]any{
		"aud":  "YOUR_WIDGET_ID",
		"sub":  customerID, // your own id of the customer
		"name": name,
		"iat":  now,
		"exp":  now + 300,
		"jti":  hex.EncodeToString(jti), // a token is good for one use
	})
	mac := hmac.New(sha256.New, []byte(os.Getenv("COUNTERSIGN_WIDGET_SECRET")))
	mac.Write([]byte(signed))
	return signed + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil)), nil
}

// ---- try it: COUNTERSIGN_WIDGET_SECRET=… go run token.go ann "Ann Example"
func main() {
	token, err := identificationToken(os.Args[1], os.Args[2])
	if err != nil {
		panic(err)
	}
	fmt.Println(token)
}
