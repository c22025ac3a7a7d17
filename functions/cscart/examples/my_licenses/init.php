<?php
/**
 * app/addons/my_licenses/init.php of the vendor's own shop.
 */

if (!defined('BOOTSTRAP')) {
    die('Access denied');
}

fn_register_hooks('change_order_status');
