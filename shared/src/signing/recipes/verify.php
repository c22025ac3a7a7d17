<?php
// php verify.php LICENSE PUBLIC_KEY: prints what a licence file says and ends with 0, if it is signed with that key (PEM).
[, $license, $key] = $argv;
$file = json_decode(file_get_contents($license), true);
$der = base64_decode(preg_replace('/-----[^-]+-----|\s/', '', file_get_contents($key)), true);
$payload = base64_decode($file['payload'] ?? '', true);
$signature = base64_decode($file['signature'] ?? '', true);
// The last 32 bytes of the key's DER form are the key itself.
$valid = ($file['algorithm'] ?? '') === 'Ed25519' && strlen($signature) === 64
    && sodium_crypto_sign_verify_detached($signature, $payload, substr($der, -32));
echo $valid ? $payload : 'not signed with this key', "\n";
exit($valid ? 0 : 1);
