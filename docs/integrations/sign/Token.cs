// .NET 6 or newer, no package.
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

static class Countersign
{
    /// <summary>The customer comes from your own session, never from what the browser sent.</summary>
    public static string IdentificationToken(string customerId, string name)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var signed = Part(JsonSerializer.SerializeToUtf8Bytes(new { alg = "HS256", typ = "JWT", kid = "YOUR_KID" })) + "."
            + Part(JsonSerializer.SerializeToUtf8Bytes(new
            {
                aud = "YOUR_WIDGET_ID",
                sub = customerId, // your own id of the customer
                name,
                iat = now,
                exp = now + 300,
                jti = Guid.NewGuid().ToString(), // a token is good for one use
            }));
        var key = Encoding.UTF8.GetBytes(Environment.GetEnvironmentVariable("COUNTERSIGN_WIDGET_SECRET")!);
        return signed + "." + Part(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(signed)));
    }

    private static string Part(byte[] data) =>
        Convert.ToBase64String(data).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}

// ---- try it: put the class below this line's statement in Program.cs, then COUNTERSIGN_WIDGET_SECRET=… dotnet run ann "Ann Example"
// Console.WriteLine(Countersign.IdentificationToken(args[0], args[1]));
