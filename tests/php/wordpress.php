<?php
/**
 * As much of WordPress as the examples use, with the same names and the same behaviour, and a site whose state is a file: each run of
 * PHP is a request to it. Requests go out for real.
 */

require __DIR__ . '/http.php';

define( 'ABSPATH', __DIR__ . '/' );
define( 'WP_PLUGIN_DIR', getenv( 'SITE_PLUGINS' ) );
define( 'MINUTE_IN_SECONDS', 60 );
define( 'HOUR_IN_SECONDS', 60 * MINUTE_IN_SECONDS );
define( 'DAY_IN_SECONDS', 24 * HOUR_IN_SECONDS );

// What is not WordPress's fault is a mistake in an example.
set_error_handler(
	function ( $level, $message, $file, $line ) {
		if ( 0 === ( error_reporting() & $level ) ) {
			return false;
		}
		throw new ErrorException( $message, 0, $level, $file, $line );
	}
);

/** The site: what is stored, and what of this request is of interest. */
final class Site {
	public static $stored = array(
		'options'    => array(),
		'transients' => array(),
		'events'     => array(),
		'users'      => array(),
	);
	public static $hooks    = array();
	public static $routes   = array();
	public static $pages    = array();
	public static $requests = array();
	public static $user     = 0;

	public static function open() {
		$file = getenv( 'SITE_STATE' );
		if ( is_file( $file ) ) {
			self::$stored = unserialize( file_get_contents( $file ) );
		}
	}

	public static function close() {
		file_put_contents( getenv( 'SITE_STATE' ), serialize( self::$stored ) );
	}

	/** The site's clock: it stands still, as much later than at the beginning as the test says. */
	public static function now() {
		return 1800000000 + (int) getenv( 'SITE_LATER' );
	}
}

/** A redirect or an end of the request: nothing runs after it. */
final class Ended extends Exception {}

// Hooks.

function add_filter( $hook, $callback, $priority = 10, $arguments = 1 ) {
	Site::$hooks[ $hook ][ $priority ][] = array( $callback, $arguments );
	ksort( Site::$hooks[ $hook ] );
	return true;
}

function add_action( $hook, $callback, $priority = 10, $arguments = 1 ) {
	return add_filter( $hook, $callback, $priority, $arguments );
}

function apply_filters( $hook, $value, ...$more ) {
	foreach ( Site::$hooks[ $hook ] ?? array() as $callbacks ) {
		foreach ( $callbacks as list( $callback, $arguments ) ) {
			$value = call_user_func_array( $callback, array_slice( array_merge( array( $value ), $more ), 0, $arguments ) );
		}
	}
	return $value;
}

function do_action( $hook, ...$more ) {
	foreach ( Site::$hooks[ $hook ] ?? array() as $callbacks ) {
		foreach ( $callbacks as list( $callback, $arguments ) ) {
			call_user_func_array( $callback, array_slice( $more, 0, $arguments ) );
		}
	}
}

// Plugins.

function plugin_basename( $file ) {
	return ltrim( substr( $file, strlen( WP_PLUGIN_DIR ) ), '/' );
}

function register_activation_hook( $file, $callback ) {
	add_action( 'activate_' . plugin_basename( $file ), $callback );
}

function register_deactivation_hook( $file, $callback ) {
	add_action( 'deactivate_' . plugin_basename( $file ), $callback );
}

function register_uninstall_hook( $file, $callback ) {
	if ( is_array( $callback ) && is_object( $callback[0] ) ) {
		throw new LogicException( 'Only a static class method or function can be used in an uninstall hook.' );
	}
	add_action( 'uninstall_' . plugin_basename( $file ), $callback );
}

// What is stored.

function get_option( $name, $default = false ) {
	return Site::$stored['options'][ $name ] ?? $default;
}

function update_option( $name, $value, $autoload = null ) {
	Site::$stored['options'][ $name ] = $value;
	return true;
}

function delete_option( $name ) {
	unset( Site::$stored['options'][ $name ] );
	return true;
}

function get_transient( $name ) {
	list( $value, $until ) = Site::$stored['transients'][ $name ] ?? array( false, 0 );
	return 0 !== $until && $until <= Site::now() ? false : $value;
}

function set_transient( $name, $value, $seconds = 0 ) {
	Site::$stored['transients'][ $name ] = array( $value, 0 === $seconds ? 0 : Site::now() + $seconds );
	return true;
}

function delete_transient( $name ) {
	unset( Site::$stored['transients'][ $name ] );
	return true;
}

function get_site_transient( $name ) {
	return get_transient( "_site_$name" );
}

function set_site_transient( $name, $value, $seconds = 0 ) {
	return set_transient( "_site_$name", apply_filters( "pre_set_site_transient_$name", $value, $name ), $seconds );
}

function delete_site_transient( $name ) {
	return delete_transient( "_site_$name" );
}

// Events.

function wp_next_scheduled( $hook ) {
	return Site::$stored['events'][ $hook ][0] ?? false;
}

function wp_schedule_event( $when, $how_often, $hook ) {
	Site::$stored['events'][ $hook ] = array( $when, $how_often );
	return true;
}

function wp_clear_scheduled_hook( $hook ) {
	unset( Site::$stored['events'][ $hook ] );
	return 1;
}

function wp_rand( $least, $most ) {
	return random_int( $least, $most );
}

// Errors.

final class WP_Error {
	private $code;
	private $message;
	private $data;

	public function __construct( $code = '', $message = '', $data = '' ) {
		list( $this->code, $this->message, $this->data ) = array( $code, $message, $data );
	}

	public function get_error_code() {
		return $this->code;
	}

	public function get_error_message() {
		return $this->message;
	}

	public function get_error_data() {
		return $this->data;
	}
}

function is_wp_error( $thing ) {
	return $thing instanceof WP_Error;
}

// Requests that go out.

function wp_remote_request( $url, $args = array() ) {
	$args += array( 'method' => 'GET', 'timeout' => 5, 'redirection' => 5, 'headers' => array(), 'body' => '' );
	$body  = $args['body'];
	if ( is_array( $body ) ) {
		$body             = http_build_query( $body, '', '&' );
		$args['headers'] += array( 'Content-Type' => 'application/x-www-form-urlencoded; charset=UTF-8' );
	}
	$args['headers'] += array( 'User-Agent' => 'WordPress/6.8; ' . home_url() );
	Site::$requests[] = array( $args['method'], $url );
	$answer           = http_exchange( $args['method'], $url, $args['headers'], $body, $args['redirection'], $args['timeout'] );
	if ( 0 === $answer['status'] ) {
		return new WP_Error( 'http_request_failed', 'cURL error 7: Failed to connect' );
	}
	return array(
		'headers'  => $answer['headers'],
		'body'     => $answer['body'],
		'response' => array( 'code' => $answer['status'], 'message' => '' ),
	);
}

function wp_remote_get( $url, $args = array() ) {
	return wp_remote_request( $url, array( 'method' => 'GET' ) + $args );
}

function wp_remote_post( $url, $args = array() ) {
	return wp_remote_request( $url, array( 'method' => 'POST' ) + $args );
}

function wp_remote_retrieve_response_code( $response ) {
	return is_wp_error( $response ) ? '' : $response['response']['code'];
}

function wp_remote_retrieve_body( $response ) {
	return is_wp_error( $response ) ? '' : $response['body'];
}

function wp_remote_retrieve_header( $response, $name ) {
	return is_wp_error( $response ) ? '' : ( $response['headers'][ strtolower( $name ) ] ?? '' );
}

function download_url( $url, $timeout = 300 ) {
	$response = wp_remote_get( $url, array( 'timeout' => $timeout ) );
	if ( is_wp_error( $response ) ) {
		return $response;
	}
	if ( 200 !== $response['response']['code'] ) {
		return new WP_Error( 'http_404', trim( $response['body'] ) );
	}
	$md5 = $response['headers']['content-md5'] ?? null;
	if ( null !== $md5 && ! in_array( $md5, array( md5( $response['body'] ), base64_encode( md5( $response['body'], true ) ) ), true ) ) {
		return new WP_Error( 'md5_mismatch', 'The checksum of the file does not match.' );
	}
	$file = tempnam( sys_get_temp_dir(), 'site' );
	file_put_contents( $file, $response['body'] );
	return $file;
}

// Texts.

function __( $text, $domain = 'default' ) {
	return $text;
}

function esc_html( $text ) {
	return htmlspecialchars( (string) $text, ENT_QUOTES );
}

function esc_attr( $text ) {
	return esc_html( $text );
}

function esc_html__( $text, $domain = 'default' ) {
	return esc_html( $text );
}

function esc_html_e( $text, $domain = 'default' ) {
	echo esc_html( $text );
}

function esc_url( $url ) {
	return esc_html( esc_url_raw( $url ) );
}

function esc_url_raw( $url ) {
	return preg_match( '/^https?:\/\//i', (string) $url ) ? $url : '';
}

function sanitize_text_field( $text ) {
	return trim( preg_replace( '/[\r\n\t ]+/', ' ', strip_tags( (string) $text ) ) );
}

function sanitize_key( $text ) {
	return preg_replace( '/[^a-z0-9_\-]/', '', strtolower( (string) $text ) );
}

function sanitize_email( $text ) {
	return (string) filter_var( $text, FILTER_VALIDATE_EMAIL );
}

function wp_kses_post( $html ) {
	return preg_replace( '/<\/?(script|style|iframe|object)\b[^>]*>/i', '', (string) $html );
}

function wpautop( $text ) {
	return '' === trim( (string) $text ) ? '' : '<p>' . trim( $text ) . "</p>\n";
}

function wp_unslash( $value ) {
	return is_array( $value ) ? array_map( 'wp_unslash', $value ) : stripslashes( $value );
}

function wp_json_encode( $value ) {
	return json_encode( $value );
}

function wp_parse_url( $url, $component = -1 ) {
	return parse_url( $url, $component );
}

function untrailingslashit( $text ) {
	return rtrim( $text, '/\\' );
}

function home_url( $path = '' ) {
	return getenv( 'SITE_HOME' ) . $path;
}

function admin_url( $path = '' ) {
	return home_url( '/wp-admin/' . $path );
}

function remove_query_arg( $name ) {
	$parts = explode( '?', $_SERVER['REQUEST_URI'], 2 );
	parse_str( $parts[1] ?? '', $query );
	unset( $query[ $name ] );
	return $parts[0] . ( $query ? '?' . http_build_query( $query ) : '' );
}

// The administrator's pages.

function add_options_page( $title, $menu, $capability, $slug, $callback ) {
	Site::$pages[ $slug ] = $callback;
}

function current_user_can( $capability ) {
	return true;
}

function wp_nonce_field( $action ) {
	echo '<input type="hidden" name="_wpnonce" value="' . md5( $action ) . '">';
}

function check_admin_referer( $action ) {
	if ( md5( $action ) !== ( $_POST['_wpnonce'] ?? '' ) ) {
		throw new Ended( 'The link you followed has expired.' );
	}
	return 1;
}

function submit_button() {
	echo '<input type="submit" class="button button-primary" value="Save Changes">';
}

function wp_safe_redirect( $url, $status = 302 ) {
	throw new Ended( $url );
}

function wp_die( $message, $title = '', $args = array() ) {
	$status = is_int( $title ) ? $title : ( is_int( $args ) ? $args : ( $args['response'] ?? 500 ) );
	throw new Ended( "$status $message" );
}

function nocache_headers() {}

// Requests that come in.

final class WP_REST_Request {
	private $headers;
	private $body;

	public function __construct( array $headers, $body ) {
		list( $this->headers, $this->body ) = array( array_change_key_case( $headers ), $body );
	}

	public function get_header( $name ) {
		return $this->headers[ strtolower( $name ) ] ?? null;
	}

	public function get_json_params() {
		return json_decode( $this->body, true );
	}
}

final class WP_REST_Response {
	public $data;
	public $status;

	public function __construct( $data = null, $status = 200 ) {
		list( $this->data, $this->status ) = array( $data, $status );
	}
}

function register_rest_route( $namespace, $route, $args ) {
	if ( empty( $args['permission_callback'] ) ) {
		throw new LogicException( "$route has no permission_callback" );
	}
	Site::$routes[ $args['methods'] . " /wp-json/$namespace$route" ] = $args;
}

/** What WordPress answers: status and body. */
function site_dispatch( $method, $path, array $headers, $body ) {
	do_action( 'rest_api_init' );
	$route = Site::$routes[ "$method $path" ] ?? null;
	if ( null === $route ) {
		$answer = new WP_Error( 'rest_no_route', 'No route was found matching the URL and request method.', array( 'status' => 404 ) );
	} else {
		$request = new WP_REST_Request( $headers, $body );
		$answer  = call_user_func( $route['permission_callback'], $request );
		$answer  = true === $answer ? call_user_func( $route['callback'], $request ) : $answer;
	}
	if ( ! is_wp_error( $answer ) ) {
		return array( $answer->status, $answer->data );
	}
	$data = $answer->get_error_data();
	return array( $data['status'], array( 'code' => $answer->get_error_code(), 'message' => $answer->get_error_message(), 'data' => $data ) );
}

// Users.

function get_users( $args ) {
	$found = array();
	foreach ( Site::$stored['users'] as $id => $user ) {
		if ( ( $user['meta'][ $args['meta_key'] ] ?? null ) === $args['meta_value'] ) {
			$found[] = $id;
		}
	}
	return $found;
}

function wp_insert_user( $user ) {
	foreach ( Site::$stored['users'] as $other ) {
		if ( $other['user_login'] === $user['user_login'] ) {
			return new WP_Error( 'existing_user_login', 'Sorry, that username already exists!' );
		}
	}
	$id                           = count( Site::$stored['users'] ) + 1;
	Site::$stored['users'][ $id ] = $user + array( 'meta' => array() );
	return $id;
}

function wp_generate_password( $length = 12 ) {
	return bin2hex( random_bytes( $length ) );
}

function get_user_meta( $id, $name, $single = false ) {
	return Site::$stored['users'][ $id ]['meta'][ $name ] ?? '';
}

function update_user_meta( $id, $name, $value ) {
	Site::$stored['users'][ $id ]['meta'][ $name ] = $value;
	return true;
}

function wp_set_current_user( $id ) {
	Site::$user = $id;
}

function wp_set_auth_cookie( $id ) {
	Site::$user = $id;
}

function get_current_user_id() {
	return Site::$user;
}

// What WordPress does of its own accord.

/** Looks for updates, as wp_update_plugins() does: `checked` first, then the hooks of "Update URI". */
function site_look_for_updates( $file ) {
	$headers = array();
	foreach ( array( 'Version', 'UpdateURI' => 'Update URI' ) as $name => $header ) {
		preg_match( '/^[ \t\/*#@]*' . preg_quote( $header, '/' ) . ':(.*)$/mi', file_get_contents( WP_PLUGIN_DIR . "/$file" ), $found );
		$headers[ is_int( $name ) ? $header : $name ] = trim( $found[1] ?? '' );
	}
	$updates = (object) array(
		'last_checked' => Site::now(),
		'checked'      => array( $file => $headers['Version'] ),
		'response'     => array(),
		'no_update'    => array(),
	);
	if ( '' !== $headers['UpdateURI'] ) {
		$hostname = wp_parse_url( $headers['UpdateURI'], PHP_URL_HOST );
		$update   = apply_filters( "update_plugins_$hostname", false, $headers, $file, array( 'en_US' ) );
		if ( $update && isset( ( (object) $update )->version ) ) {
			$update              = (object) $update;
			$update->id          = $headers['UpdateURI'];
			$update->plugin      = $file;
			$update->new_version = $update->new_version ?? $update->version;
			$is_newer            = version_compare( $update->new_version, $headers['Version'], '>' );
			$updates->{ $is_newer ? 'response' : 'no_update' }[ $file ] = $update;
		}
	}
	set_site_transient( 'update_plugins', $updates );
}

/** Fetches what is offered, as WP_Upgrader::download_package() does. */
function site_fetch( $package ) {
	$reply = apply_filters( 'upgrader_pre_download', false, $package, new stdClass(), array() );
	if ( false !== $reply ) {
		return $reply;
	}
	if ( '' === (string) $package ) {
		return new WP_Error( 'no_package', 'Update package not available.' );
	}
	return download_url( $package );
}
