<?php
/**
 * app/addons/my_licenses/func.php: an add-on of the vendor's own CS-Cart shop, in which customers buy another year.
 *
 * When an order is paid, the licence of each product with a code such as RENEW-12 is extended by a year: the customer's licence, by
 * e-mail address, for the product number 12. Copy class-marketplace-licenses.php into the add-on's folder. Its settings are
 * server, user and api_key. Not for customers' shops: the API key opens the whole account.
 */

use Tygh\Registry;

if (!defined('BOOTSTRAP')) {
    die('Access denied');
}

require_once __DIR__ . '/class-marketplace-licenses.php';

/**
 * The hook change_order_status.
 *
 * @param string $status_to          The order's new status.
 * @param string $status_from        The one that it had.
 * @param array  $order_info         The order.
 * @param array  $force_notification Who is told.
 * @param array  $order_statuses     All statuses.
 * @param bool   $place_order        Whether the order is being placed.
 */
function fn_my_licenses_change_order_status($status_to, $status_from, $order_info, $force_notification = array(), $order_statuses = array(), $place_order = false)
{
    // Processed or complete: it was paid.
    if (!in_array($status_to, array('P', 'C'), true)) {
        return;
    }
    $settings = Registry::get('addons.my_licenses');
    $licenses = new MarketplaceLicenses($settings['server'], $settings['user'], $settings['api_key']);
    foreach ($order_info['products'] as $item_id => $item) {
        if (!preg_match('/^RENEW-(\d+)$/', $item['product_code'], $found)) {
            continue;
        }
        // An order may be paid, shipped and complete, and is extended for once.
        $done = "my_licenses_{$order_info['order_id']}_{$item_id}";
        if (fn_get_storage_data($done)) {
            continue;
        }
        try {
            fn_my_licenses_extend($licenses, $order_info['email'], $found[1], $done);
        } catch (Exception $error) {
            // Not marked as done: setting the order's status once more tries again, and goes on where it stopped.
            fn_set_notification('W', __('warning'), 'Licenses: ' . $error->getMessage());
        }
    }
}

/**
 * Extends a customer's licence by a year. The new end is written down before it is set, so that doing it twice sets the same end.
 *
 * @param MarketplaceLicenses $licenses The vendor's licences.
 * @param string              $email    Whose.
 * @param int                 $product  For which product.
 * @param string              $done     Under what it is written down.
 *
 * @throws Exception Why not.
 */
function fn_my_licenses_extend($licenses, $email, $product, $done)
{
    foreach ($licenses->find(array('email' => $email, 'product_id' => $product)) as $license) {
        $end = (int) fn_get_storage_data("{$done}_end");
        if ($end === 0) {
            $end = max(time(), $license['expires_at']) + 365 * 86400;
            fn_set_storage_data("{$done}_end", (string) $end);
        }
        if ($license['expires_at'] !== 0) {
            $licenses->setEnd($license['purchase_id'], $end);
        }
        fn_set_storage_data($done, 'Y');
        return;
    }
    throw new MarketplaceRefusal("$email has no license for the product $product");
}
