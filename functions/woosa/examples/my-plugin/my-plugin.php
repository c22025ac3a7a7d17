<?php
/**
 * Plugin Name:       My Plugin
 * Plugin URI:        https://example.com/software/my-plugin
 * Description:       What your plugin does.
 * Version:           1.0.0
 * Requires at least: 5.8
 * Requires PHP:      7.4
 * Author:            Your Company
 * License:           GPL-2.0-or-later
 * Text Domain:       my-plugin
 *
 * @package My_Plugin
 */

defined( 'ABSPATH' ) || exit;

require_once __DIR__ . '/class-my-plugin-license.php';

My_Plugin_License::start( __FILE__ );
