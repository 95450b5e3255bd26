// Java 11 or newer, no library.
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

class Token {
    /** The customer comes from your own session, never from what the browser sent. */
    static String identificationToken(String customerId, String name) throws Exception {
        long now = System.currentTimeMillis() / 1000;
        String header = "{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"YOUR_KID\"}";
        String claims = "{\"aud\":\"YOUR_WIDGET_ID\""
            + ",\"sub\":" + json(customerId) // your own id of the customer
            + ",\"name\":" + json(name)
            + ",\"iat\":" + now + ",\"exp\":" + (now + 300)
            + ",\"jti\":\"" + UUID.randomUUID() + "\"}"; // a token is good for one use
        String signed = part(header.getBytes(StandardCharsets.UTF_8)) + "." + part(claims.getBytes(StandardCharsets.UTF_8));
        Mac mac = Mac.getInstance("HmacSHA256");
        byte[] key = System.getenv("COUNTERSIGN_WIDGET_SECRET").getBytes(StandardCharsets.UTF_8);
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return signed + "." + part(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
    }

    private static String part(byte[] data) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(data);
    }

    private static String json(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') out.append('\\').append(c);
            else if (c < ' ') out.append(String.format("\\u%04x", (int) c));
            else out.append(c);
        }
        return out.append('"').toString();
    }

    // ---- try it: COUNTERSIGN_WIDGET_SECRET=… java Token.java ann "Ann Example"
    public static void main(String[] args) throws Exception {
        System.out.println(identificationToken(args[0], args[1]));
    }
}
