<?php
/**
 * php plugin.php FILE DOING [MORE]: lets a site with one plugin do something, and prints what became of it as JSON.
 *
 * FILE is the plugin below SITE_PLUGINS. SITE_STATE is the file of the site's state, SITE_HOME its address, SITE_SERVER the server.
 */

require __DIR__ . '/wordpress.php';

list( , $file, $doing, $more ) = $argv + array( 3 => '' );

Site::open();
add_filter(
	'my_plugin_license_server',
	function () {
		return getenv( 'SITE_SERVER' );
	}
);
require WP_PLUGIN_DIR . "/$file";

$result = null;
$slug   = dirname( $file );
switch ( $doing ) {
	case 'install':
		do_action( "activate_$file" );
		break;
	case 'switch-off':
		do_action( "deactivate_$file" );
		break;
	case 'delete':
		do_action( "uninstall_$file" );
		break;
	case 'page':
		do_action( 'admin_menu' );
		ob_start();
		call_user_func( Site::$pages[ $slug ] );
		$result = ob_get_clean();
		break;
	case 'save':
		$_POST = array( 'license_key' => addslashes( $more ), '_wpnonce' => md5( 'my_plugin_license' ) );
		try {
			do_action( 'admin_post_my_plugin_license' );
		} catch ( Ended $end ) {
			$result = $end->getMessage();
		}
		break;
	case 'event':
		foreach ( array_keys( Site::$stored['events'] ) as $hook ) {
			do_action( $hook );
		}
		break;
	case 'look':
		site_look_for_updates( $file );
		$result = get_site_transient( 'update_plugins' );
		break;
	case 'look-again':
		$_GET = array( 'force-check' => '1' );
		do_action( 'load-update-core.php' );
		site_look_for_updates( $file );
		$result = get_site_transient( 'update_plugins' );
		break;
	case 'shown':
		$result = get_site_transient( 'update_plugins' );
		break;
	case 'details':
		$result = apply_filters( 'plugins_api', false, 'plugin_information', (object) array( 'slug' => $slug ) );
		break;
	case 'update':
		$entry   = get_site_transient( 'update_plugins' )->response[ $file ];
		$package = site_fetch( $entry->package );
		$result  = is_wp_error( $package ) ? array( 'error' => $package->get_error_message() ) : array( 'package' => $package );
		break;
	case 'told':
		$request = json_decode( $more, true );
		$result  = site_dispatch( $request['method'], $request['path'], $request['headers'], $request['body'] );
		break;
	default:
		throw new LogicException( "no such thing: $doing" );
}
Site::close();

echo json_encode(
	array(
		'result'   => $result,
		'active'   => My_Plugin_License::is_active(),
		'state'    => My_Plugin_License::state(),
		'events'   => Site::$stored['events'],
		'options'  => count( Site::$stored['options'] ),
		'requests' => Site::$requests,
	)
);
