<?php
/**
 * php shop.php DOING [MORE]: lets a CS-Cart shop with the example add-on do something, and prints what became of it as JSON.
 *
 * As much of CS-Cart as the add-on uses. SITE_STATE is the file of its storage, SITE_ADDON the add-on's folder.
 */

namespace Tygh {
	/** The settings. */
	final class Registry {
		public static function get( $name ) {
			return 'addons.my_licenses' === $name ? json_decode( getenv( 'SITE_SETTINGS' ), true ) : null;
		}
	}
}

namespace {
	define( 'BOOTSTRAP', true );

	$stored        = is_file( getenv( 'SITE_STATE' ) ) ? unserialize( file_get_contents( getenv( 'SITE_STATE' ) ) ) : array();
	$hooks         = array();
	$notifications = array();

	function fn_register_hooks( ...$names ) {
		$GLOBALS['hooks'] = array_merge( $GLOBALS['hooks'], $names );
	}

	function fn_get_storage_data( $key ) {
		return $GLOBALS['stored'][ $key ] ?? '';
	}

	function fn_set_storage_data( $key, $data = '' ) {
		$GLOBALS['stored'][ $key ] = $data;
	}

	function fn_set_notification( $type, $title, $message ) {
		$GLOBALS['notifications'][] = $message;
	}

	function __( $name ) {
		return $name;
	}

	require getenv( 'SITE_ADDON' ) . '/init.php';
	require getenv( 'SITE_ADDON' ) . '/func.php';

	// As fn_change_order_status() of CS-Cart 4 calls it: with six arguments.
	$order = json_decode( $argv[2], true );
	foreach ( $hooks as $hook ) {
		call_user_func( "fn_my_licenses_$hook", $argv[1], 'O', $order, array(), array(), false );
	}
	file_put_contents( getenv( 'SITE_STATE' ), serialize( $stored ) );
	echo json_encode( array( 'notifications' => $notifications, 'stored' => $stored ) );
}
