<?php
// PHP 7.4 or newer, no library.
function countersign_part(string $data): string {
    return rtrim(strtr(base64_encode($data), '+/', '-_'), '=');
}

/** The customer comes from your own session, never from what the browser sent. */
function identification_token(string $customerId, string $name): string {
    $now = time();
    $header = ['alg' => 'HS256', 'typ' => 'JWT', 'kid' => 'YOUR_KID'];
    $claims = [
        'aud' => 'YOUR_WIDGET_ID',
        'sub' => $customerId, // your own id of the customer
        'name' => $name,
        'iat' => $now,
        'exp' => $now + 300,
        'jti' => bin2hex(random_bytes(16)), // a token is good for one use
    ];
    $signed = countersign_part(json_encode($header)) . '.' . countersign_part(json_encode($claims));
    $key = getenv('COUNTERSIGN_WIDGET_SECRET');
    return $signed . '.' . countersign_part(hash_hmac('sha256', $signed, $key, true));
}

// ---- try it: COUNTERSIGN_WIDGET_SECRET=… php token.php ann "Ann Example"
echo identification_token($argv[1], $argv[2]), "\n";
