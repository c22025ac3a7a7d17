<?php
/**
 * A vendor's licences from the command line.
 *
 *   export LATCHKEY_SERVER=https://licenses.example.com LATCHKEY_USER=vendor@example.com LATCHKEY_API_KEY=...
 *   php licenses.php list [email=ADDRESS] [product_id=NUMBER] [domain_name=DOMAIN]
 *   php licenses.php show LICENSE_NUMBER
 *   php licenses.php domains LICENSE_NUMBER [DOMAIN...]
 *   php licenses.php extend LICENSE_NUMBER DAYS
 *
 * Ends with 0; 1 where the answer is no; 75 where nothing is known and it is to be tried again.
 */

require_once __DIR__ . '/class-marketplace-licenses.php';

$licenses = new MarketplaceLicenses(getenv('LATCHKEY_SERVER'), getenv('LATCHKEY_USER'), getenv('LATCHKEY_API_KEY'));

$one = function ($number) use ($licenses) {
    $license = $licenses->byNumber($number, true);
    if ($license === null) {
        throw new MarketplaceRefusal('there is no such license');
    }
    return $license;
};
$print = function (array $license) {
    echo json_encode($license, JSON_UNESCAPED_SLASHES), "\n";
};

list(, $verb, $number) = $argv + array(1 => '', 2 => '');
$rest = array_slice($argv, 3);
try {
    switch ($verb) {
        case 'list':
            $search = array();
            foreach (array_slice($argv, 2) as $argument) {
                list($name, $value) = explode('=', $argument, 2) + array(1 => '');
                $search[$name] = $value;
            }
            foreach ($licenses->find($search) as $license) {
                $print($license);
            }
            break;
        case 'show':
            $print($one($number));
            break;
        case 'domains':
            $print($licenses->setDomains($one($number)['purchase_id'], $rest));
            break;
        case 'extend':
            $license = $one($number);
            // One that never ends stays so; one that has ended begins anew.
            $end = $license['expires_at'] === 0 ? 0 : max(time(), $license['expires_at']) + 86400 * (int) reset($rest);
            $print($licenses->setEnd($license['purchase_id'], $end));
            break;
        default:
            throw new MarketplaceRefusal('say list, show, domains or extend');
    }
} catch (MarketplaceRefusal $refusal) {
    fwrite(STDERR, $refusal->getMessage() . "\n");
    exit(1);
} catch (RuntimeException $fault) {
    fwrite(STDERR, $fault->getMessage() . ', try again in ' . $fault->getCode() . " seconds\n");
    exit(75);
}
