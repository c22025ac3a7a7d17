<?php
/**
 * php service.php DOING [MORE]: lets a WordPress site with the BYTEX example do something, and prints what became of it as JSON.
 *
 * SITE_STATE is the file of the site's state, SITE_HOME its address, SITE_SERVER the server, SITE_API_KEY the vendor's key.
 */

require __DIR__ . '/wordpress.php';

define( 'MY_SERVICE_API_KEY', getenv( 'SITE_API_KEY' ) );

list( , $doing, $more ) = $argv + array( 2 => '' );

Site::open();
add_filter(
	'my_service_server',
	function () {
		return getenv( 'SITE_SERVER' );
	}
);
require dirname( __DIR__, 2 ) . '/functions/bytex/examples/class-my-service-access.php';
My_Service_Access::start();

// An hour and more later is for the example what it remembers being as much older.
foreach ( Site::$stored['users'] as $id => $user ) {
	foreach ( array( 'checked', 'tried' ) as $moment ) {
		if ( isset( $user['meta'][ My_Service_Access::ACCESS ][ $moment ] ) ) {
			Site::$stored['users'][ $id ]['meta'][ My_Service_Access::ACCESS ][ $moment ] -= (int) getenv( 'SITE_LATER' );
		}
	}
}

$result = null;
switch ( $doing ) {
	case 'arrive':
		$_GET                   = array( 'token' => addslashes( $more ) );
		$_SERVER['REQUEST_URI'] = '/service?' . http_build_query( array( 'view' => 'all', 'token' => $more ) );
		try {
			do_action( 'template_redirect' );
		} catch ( Ended $end ) {
			$result = $end->getMessage();
		}
		break;
	case 'ask':
		wp_set_current_user( (int) $more );
		$result = My_Service_Access::is_allowed();
		break;
	case 'key':
		$answer = My_Service_Access::is_valid_key( $more );
		$result = is_wp_error( $answer ) ? $answer->get_error_code() : $answer;
		break;
	default:
		throw new LogicException( "no such thing: $doing" );
}
Site::close();

echo json_encode(
	array(
		'result'   => $result,
		'user'     => Site::$user,
		'users'    => array_column( Site::$stored['users'], 'display_name' ),
		'requests' => count( Site::$requests ),
	)
);
