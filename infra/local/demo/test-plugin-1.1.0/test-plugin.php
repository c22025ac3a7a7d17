<?php
/**
 * Plugin Name:       Test Plugin
 * Plugin URI:        https://example.com/software/test-plugin
 * Description:       Shows how long a post takes to read.
 * Version:           1.1.0
 * Requires at least: 5.0
 * Requires PHP:      7.2
 * Author:            Demo Vendor
 * Author URI:        https://example.com
 * License:           GPL-2.0-or-later
 * Text Domain:       test-plugin
 */

if ( ! defined( 'ABSPATH' ) ) {
	exit;
}

define( 'TEST_PLUGIN_VERSION', '1.1.0' );

require_once __DIR__ . '/includes/class-test-plugin.php';

add_filter( 'the_content', array( 'Test_Plugin', 'prepend_reading_time' ) );
