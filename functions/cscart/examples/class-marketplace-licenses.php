<?php
/**
 * A vendor's licences, over the CS-Cart Marketplace licences API: PHP 7.4 and nothing else.
 *
 * The API key opens the vendor's whole account. So this belongs on a server of the vendor's own, and never into what customers install.
 */

/**
 * A definite no: the request cannot succeed as it is. Anything that may be over in a minute is a RuntimeException.
 */
final class MarketplaceRefusal extends Exception
{
}

/**
 * The licences of an account.
 */
final class MarketplaceLicenses
{
    /** @var string */
    private $server;

    /** @var string */
    private $authorization;

    /**
     * @param string $server Such as https://licenses.example.com.
     * @param string $email  The user whom the API key is for.
     * @param string $apiKey The API key.
     */
    public function __construct($server, $email, $apiKey)
    {
        $this->server = rtrim($server, '/');
        $this->authorization = 'Basic ' . base64_encode("$email:$apiKey");
    }

    /**
     * All licences that are like this, however many pages they are. What is empty would find everybody's, so it is refused.
     *
     * @param array $search user_id, product_id, order_id, license_number, email, domain_name; get_all_packages for their packages.
     *
     * @return Generator|array[]
     *
     * @throws MarketplaceRefusal Something to search for is empty.
     */
    public function find(array $search = array())
    {
        foreach ($search as $name => $value) {
            if (trim((string) $value) === '') {
                throw new MarketplaceRefusal("$name is empty");
            }
        }
        $size = 100;
        for ($page = 1;; $page++) {
            $licenses = $this->ask('GET', '', $search + array('page' => $page, 'items_per_page' => $size));
            foreach ($licenses as $license) {
                yield $license;
            }
            if (count($licenses) < $size) {
                return;
            }
        }
    }

    /**
     * The licence with this number, as its owner knows it; null where there is none.
     *
     * @param string $number Its license_number.
     * @param bool   $packages Whether its packages are wanted too.
     *
     * @return array|null
     */
    public function byNumber($number, $packages = false)
    {
        $search = array('license_number' => $number) + ($packages ? array('get_all_packages' => 1) : array());
        foreach ($this->find($search) as $license) {
            return $license;
        }
        return null;
    }

    /**
     * Sets the domains that a licence is used on; what is not among them is given up.
     *
     * @param int      $id      Its purchase_id.
     * @param string[] $domains The domains.
     *
     * @return array The licence.
     */
    public function setDomains($id, array $domains)
    {
        return $this->ask('PUT', '/' . (int) $id, array('domain_name' => array_values($domains)));
    }

    /**
     * Sets when a licence ends.
     *
     * @param int $id   Its purchase_id.
     * @param int $time In seconds since 1970; 0 is never.
     *
     * @return array The licence.
     */
    public function setEnd($id, $time)
    {
        return $this->ask('PUT', '/' . (int) $id, array('expires_at' => (string) $time));
    }

    /**
     * @param string $method GET or PUT.
     * @param string $path   What follows the licences' address.
     * @param array  $data   Parameters of a GET, the body of a PUT.
     *
     * @return array
     *
     * @throws MarketplaceRefusal A definite no.
     * @throws RuntimeException   Nothing is known: to be tried again, after as many seconds as the exception's code says.
     */
    private function ask($method, $path, array $data)
    {
        $url = $this->server . '/api/4.0/licenses' . $path . ($method === 'GET' && $data ? '?' . http_build_query($data) : '');
        $http = array(
            'method' => $method,
            'header' => array('Authorization: ' . $this->authorization, 'Content-Type: application/json', 'Accept: application/json'),
            'content' => $method === 'GET' ? '' : json_encode($data),
            'timeout' => 15,
            'ignore_errors' => true,
            'follow_location' => 0,
        );
        $stream = @fopen($url, 'rb', false, stream_context_create(array('http' => $http)));
        if ($stream === false) {
            throw new RuntimeException('the server cannot be reached', 60);
        }
        $headers = stream_get_meta_data($stream)['wrapper_data'];
        $body = json_decode((string) stream_get_contents($stream), true);
        fclose($stream);

        $status = (int) substr($headers[0], 9, 3);
        if ($status === 200 && is_array($body)) {
            return $body;
        }
        // An error has these two and nothing else; a proxy's own page has not.
        if ($status >= 400 && $status < 500 && $status !== 429 && isset($body['message'], $body['status'])) {
            throw new MarketplaceRefusal($body['message'], $status);
        }
        $after = preg_grep('/^retry-after:/i', $headers);
        throw new RuntimeException("the server answered $status", $after ? max(1, (int) substr(reset($after), 12)) : 60);
    }
}
