# Ruby 2.7 or newer, no gem.
require "json"
require "openssl"
require "securerandom"

# The customer comes from your own session, never from what the browser sent.
def identification_token(customer_id, name)
  part = ->(data) { [data].pack("m0").tr("+/", "-_").delete("=") }
  now = Time.now.to_i
  header = { alg: "HS256", typ: "JWT", kid: "YOUR_KID" }
  claims = {
    aud: "YOUR_WIDGET_ID",
    sub: customer_id, # your own id of the customer
    name: name,
    iat: now,
    exp: now + 300,
    jti: SecureRandom.uuid # a token is good for one use
  }
  signed = "#{part.(header.to_json)}.#{part.(claims.to_json)}"
  key = ENV.fetch("COUNTERSIGN_WIDGET_SECRET")
  "#{signed}.#{part.(OpenSSL::HMAC.digest("SHA256", key, signed))}"
end

# ---- try it: COUNTERSIGN_WIDGET_SECRET=… ruby token.rb ann "Ann Example"
puts identification_token(ARGV[0], ARGV[1])
