<?php
/**
 * The licence of My Plugin and its updates, over the Woosa License Manager API.
 *
 * To use it in a plugin of yours: copy this file, replace My_Plugin, my_plugin, my-plugin and My Plugin by the names of yours, set
 * SERVER, and call My_Plugin_License::start( __FILE__ ) in the plugin's main file. PACKAGE is the plugin's folder, and the product's slug.
 *
 * The one rule that everything here follows: a definite no of the server is remembered; a server that is down, slow, throttled or
 * hidden behind a broken proxy changes nothing.
 *
 * @package My_Plugin
 */

defined( 'ABSPATH' ) || exit;

/**
 * The licence of My Plugin.
 */
final class My_Plugin_License {

	const SERVER  = 'https://licenses.example.com';
	const PACKAGE = 'my-plugin';
	const NAME    = 'My Plugin';

	const OPTION  = 'my_plugin_license';         // What was last known for certain.
	const RELEASE = 'my_plugin_release';         // The current release, for as long as it is news.
	const PAUSE   = 'my_plugin_license_pause';   // There while the server is not to be asked.
	const NOTICE  = 'my_plugin_license_notice';  // What became of the form.
	const CHECK   = 'my_plugin_check_license';   // The daily event.

	/**
	 * The plugin, as WordPress knows it: my-plugin/my-plugin.php.
	 *
	 * @var string
	 */
	private static $plugin = '';

	/**
	 * Registers everything.
	 *
	 * @param string $file The plugin's main file.
	 */
	public static function start( $file ) {
		self::$plugin = plugin_basename( $file );
		register_activation_hook( $file, array( __CLASS__, 'schedule' ) );
		register_deactivation_hook( $file, array( __CLASS__, 'unschedule' ) );
		register_uninstall_hook( $file, array( __CLASS__, 'uninstall' ) );
		add_action( self::CHECK, array( __CLASS__, 'check' ) );
		add_filter( 'pre_set_site_transient_update_plugins', array( __CLASS__, 'add_update' ) );
		add_filter( 'plugins_api', array( __CLASS__, 'details' ), 10, 3 );
		add_filter( 'upgrader_pre_download', array( __CLASS__, 'download' ), 10, 2 );
		add_action( 'rest_api_init', array( __CLASS__, 'add_endpoint' ) );
		add_action( 'load-update-core.php', array( __CLASS__, 'forget_release' ) );
		add_action( 'admin_menu', array( __CLASS__, 'add_page' ) );
		add_action( 'admin_post_' . self::OPTION, array( __CLASS__, 'save' ) );
	}

	/**
	 * What was last known for certain.
	 *
	 * @return array key; status (none, active or refused); message, why it is refused; checked, when the server last said so.
	 */
	public static function state() {
		$none = array(
			'key'     => '',
			'status'  => 'none',
			'message' => '',
			'checked' => 0,
		);
		return array_merge( $none, (array) get_option( self::OPTION, array() ) );
	}

	/**
	 * Whether the licence may be used here, as far as is known.
	 *
	 * @return bool
	 */
	public static function is_active() {
		$state = self::state();
		return 'active' === $state['status'];
	}

	/**
	 * Activates a key for this site. The same key again takes no second seat.
	 *
	 * @param string $key The licence key.
	 * @return true|WP_Error Why not: the server's own words, or that it gave no answer. Then everything is as it was.
	 */
	public static function activate( $key ) {
		$before = self::state();
		$answer = self::ask( 'POST', 'license/activate', self::params( $key ), 'license' );
		if ( is_wp_error( $answer ) ) {
			return $answer;
		}
		if ( 200 !== $answer['status'] ) {
			return self::error( $answer );
		}
		if ( '' !== $before['key'] && $before['key'] !== $key ) {
			self::ask( 'POST', 'license/deactivate', self::params( $before['key'] ), 'license' );
		}
		self::remember( $key, 'active' );
		delete_transient( self::RELEASE );
		self::schedule();
		return true;
	}

	/**
	 * Gives this site's seat back.
	 *
	 * @return true|WP_Error That the server gave no answer; then the seat is still taken.
	 */
	public static function deactivate() {
		$state = self::state();
		if ( '' !== $state['key'] ) {
			$answer = self::ask( 'POST', 'license/deactivate', self::params( $state['key'] ), 'license' );
			if ( is_wp_error( $answer ) ) {
				return $answer;
			}
		}
		// Given back, or refused because there was none: either way this site holds no seat now.
		delete_option( self::OPTION );
		delete_transient( self::RELEASE );
		return true;
	}

	/**
	 * Asks the server, once a day, how the licence stands and what the current release is: one request for both.
	 */
	public static function check() {
		$state = self::state();
		if ( '' === $state['key'] || get_transient( self::PAUSE ) ) {
			return;
		}
		$answer = self::ask( 'GET', 'software/info', self::params( $state['key'] ), 'version' );
		if ( is_wp_error( $answer ) ) {
			return;
		}
		if ( 403 === $answer['status'] ) {
			self::remember( $state['key'], 'refused', self::error( $answer )->get_error_message() );
			self::remember_release( array() );
			return;
		}
		self::remember( $state['key'], 'active' );
		self::remember_release( 200 === $answer['status'] ? $answer['body'] : array() );
	}

	/**
	 * Adds the update to what WordPress has found. The server is asked only where nothing is known.
	 *
	 * @param object|false $updates What WordPress is about to remember.
	 * @return object|false
	 */
	public static function add_update( $updates ) {
		if ( ! isset( $updates->checked[ self::$plugin ] ) ) {
			return $updates;
		}
		if ( false === get_transient( self::RELEASE ) ) {
			self::check();
		}
		$release = self::release();
		unset( $updates->response[ self::$plugin ], $updates->no_update[ self::$plugin ] );
		if ( $release ) {
			$is_newer = version_compare( $release['version'], $updates->checked[ self::$plugin ], '>' );
			$entry    = (object) array(
				'id'           => self::SERVER . '/' . self::PACKAGE,
				'slug'         => self::PACKAGE,
				'plugin'       => self::$plugin,
				'new_version'  => $release['version'],
				'url'          => $release['url'],
				'package'      => self::PACKAGE . '.zip',
				'requires'     => $release['wordpress'],
				'requires_php' => $release['php'],
			);
			// One that is current is listed too: without that WordPress offers no automatic updates for it.
			$updates->{ $is_newer ? 'response' : 'no_update' }[ self::$plugin ] = $entry;
		}
		return $updates;
	}

	/**
	 * What "View details" shows.
	 *
	 * @param false|object|array $result What is known so far.
	 * @param string             $action What is asked.
	 * @param object             $args   About which plugin.
	 * @return false|object|array
	 */
	public static function details( $result, $action, $args ) {
		$release = self::release();
		if ( 'plugin_information' !== $action || ! isset( $args->slug ) || self::PACKAGE !== $args->slug || ! $release ) {
			return $result;
		}
		return (object) array(
			'name'          => self::NAME,
			'slug'          => self::PACKAGE,
			'version'       => $release['version'],
			'author'        => esc_html( $release['author'] ),
			'homepage'      => $release['url'],
			'requires'      => $release['wordpress'],
			'requires_php'  => $release['php'],
			'last_updated'  => $release['last_release'],
			'download_link' => '',
			'sections'      => array_filter(
				array(
					'description' => $release['short_description'],
					'changelog'   => $release['changelog'],
				)
			),
		);
	}

	/**
	 * Fetches the package. The address is good for five minutes, so it is asked for here and not kept.
	 *
	 * @param bool|string|WP_Error $reply   What others have fetched.
	 * @param string               $package What is to be fetched.
	 * @return bool|string|WP_Error A file, or why there is none.
	 */
	public static function download( $reply, $package ) {
		if ( false !== $reply || self::PACKAGE . '.zip' !== $package ) {
			return $reply;
		}
		$state  = self::state();
		$answer = self::ask( 'POST', 'software/update/prepare', self::params( $state['key'] ), 'access_token' );
		if ( is_wp_error( $answer ) ) {
			return $answer;
		}
		if ( 201 !== $answer['status'] ) {
			return self::error( $answer );
		}
		$params = array(
			'access_token' => $answer['body']['access_token'],
			'key'          => $state['key'],
		);
		return download_url( self::url( 'software/update/download' ) . '?' . http_build_query( $params ), 300 );
	}

	/**
	 * Where the server tells of a release: https://this.site/wp-json/my-plugin/v1/software/update.
	 */
	public static function add_endpoint() {
		$route = array(
			'methods'             => 'POST',
			'callback'            => array( __CLASS__, 'notified' ),
			'permission_callback' => array( __CLASS__, 'is_server' ),
		);
		register_rest_route( self::PACKAGE . '/v1', '/software/update', $route );
	}

	/**
	 * Whether a notification is from who knows this site's key.
	 *
	 * @param WP_REST_Request $request The notification.
	 * @return true|WP_Error
	 */
	public static function is_server( $request ) {
		$state = self::state();
		if ( '' !== $state['key'] && hash_equals( $state['key'], (string) $request->get_header( 'x-license-key' ) ) ) {
			return true;
		}
		return new WP_Error( 'invalid_license_key', 'The license key is invalid.', array( 'status' => 403 ) );
	}

	/**
	 * Remembers the release that it was told of, and shows it: no request goes out.
	 *
	 * @param WP_REST_Request $request The notification.
	 * @return WP_REST_Response|WP_Error
	 */
	public static function notified( $request ) {
		$release = $request->get_json_params();
		if ( ! is_array( $release ) || empty( $release['version'] ) || ! is_string( $release['version'] ) ) {
			return new WP_Error( 'bad_request', 'There is no version.', array( 'status' => 400 ) );
		}
		self::remember_release( $release );
		$updates = get_site_transient( 'update_plugins' );
		if ( is_object( $updates ) ) {
			// Written back, it goes through add_update().
			set_site_transient( 'update_plugins', $updates );
		}
		return new WP_REST_Response( null, 204 );
	}

	/**
	 * Has the release asked for again when somebody presses "Check again".
	 */
	public static function forget_release() {
		// phpcs:ignore WordPress.Security.NonceVerification.Recommended -- WordPress's own parameter, which changes nothing.
		if ( isset( $_GET['force-check'] ) && current_user_can( 'update_plugins' ) ) {
			delete_transient( self::RELEASE );
		}
	}

	/**
	 * Has the licence checked daily, each site at a time of its own.
	 */
	public static function schedule() {
		if ( ! wp_next_scheduled( self::CHECK ) ) {
			wp_schedule_event( time() + wp_rand( 0, DAY_IN_SECONDS ), 'daily', self::CHECK );
		}
	}

	/**
	 * Ends that.
	 */
	public static function unschedule() {
		wp_clear_scheduled_hook( self::CHECK );
	}

	/**
	 * Gives the seat back when the plugin is deleted, and leaves nothing behind, whatever the server says.
	 */
	public static function uninstall() {
		self::deactivate();
		self::unschedule();
		delete_option( self::OPTION );
		foreach ( array( self::RELEASE, self::PAUSE, self::NOTICE ) as $transient ) {
			delete_transient( $transient );
		}
	}

	/**
	 * Adds the page below "Settings".
	 */
	public static function add_page() {
		add_options_page( self::NAME, self::NAME, 'manage_options', self::PACKAGE, array( __CLASS__, 'page' ) );
	}

	/**
	 * The page: how the licence stands, and the key.
	 */
	public static function page() {
		$state  = self::state();
		$notice = get_transient( self::NOTICE );
		delete_transient( self::NOTICE );
		$texts = array(
			'none'    => __( 'There is no license key yet, so there are no updates.', 'my-plugin' ),
			'active'  => __( 'The license is active.', 'my-plugin' ),
			'refused' => $state['message'],
		);
		?>
		<div class="wrap">
			<h1><?php echo esc_html( self::NAME ); ?></h1>
			<?php if ( $notice ) : ?>
				<div class="notice notice-error"><p><?php echo esc_html( $notice ); ?></p></div>
			<?php endif; ?>
			<p><?php echo esc_html( $texts[ $state['status'] ] ); ?></p>
			<form method="post" action="<?php echo esc_url( admin_url( 'admin-post.php' ) ); ?>">
				<input type="hidden" name="action" value="<?php echo esc_attr( self::OPTION ); ?>">
				<?php wp_nonce_field( self::OPTION ); ?>
				<label><?php esc_html_e( 'License key (empty to deactivate)', 'my-plugin' ); ?>
					<input type="text" class="regular-text" name="license_key" value="<?php echo esc_attr( $state['key'] ); ?>" autocomplete="off">
				</label>
				<?php submit_button(); ?>
			</form>
		</div>
		<?php
	}

	/**
	 * Takes the form.
	 */
	public static function save() {
		if ( ! current_user_can( 'manage_options' ) ) {
			wp_die( esc_html__( 'You are not allowed to do this.', 'my-plugin' ), 403 );
		}
		check_admin_referer( self::OPTION );
		$key  = isset( $_POST['license_key'] ) ? sanitize_text_field( wp_unslash( $_POST['license_key'] ) ) : '';
		$done = '' === $key ? self::deactivate() : self::activate( $key );
		set_transient( self::NOTICE, is_wp_error( $done ) ? $done->get_error_message() : '', MINUTE_IN_SECONDS );
		wp_safe_redirect( admin_url( 'options-general.php?page=' . self::PACKAGE ) );
		exit;
	}

	/**
	 * Asks the server.
	 *
	 * An answer is a success with the member that it must have, a refusal (403 with a code), or that there is no release (404 with
	 * that code). Everything else is none: no connection, 429, 5xx, a firewall's page, a hotel's login page.
	 *
	 * @param string $method   GET or POST.
	 * @param string $endpoint Which endpoint.
	 * @param array  $params   What is asked.
	 * @param string $member   What a success must have.
	 * @return array|WP_Error The answer's status and body; an error where there is none.
	 */
	private static function ask( $method, $endpoint, array $params, $member ) {
		$url  = self::url( $endpoint );
		$args = array(
			'method'      => $method,
			'timeout'     => 10,
			'redirection' => 0,
		);
		if ( 'GET' === $method ) {
			$url .= '?' . http_build_query( $params );
		} else {
			$args['headers'] = array( 'Content-Type' => 'application/json' );
			$args['body']    = wp_json_encode( $params );
		}
		$response = wp_remote_request( $url, $args );
		$status   = (int) wp_remote_retrieve_response_code( $response );
		$body     = json_decode( wp_remote_retrieve_body( $response ), true );
		$code     = isset( $body['code'] ) ? $body['code'] : '';
		$is_done  = in_array( $status, array( 200, 201 ), true ) && isset( $body[ $member ] );
		if ( $is_done || ( 403 === $status && '' !== $code ) || ( 404 === $status && 'software_not_found' === $code ) ) {
			return array(
				'status' => $status,
				'body'   => $body,
			);
		}
		// As long as the server says, but a quarter of an hour at least and a day at most.
		$after = (int) wp_remote_retrieve_header( $response, 'retry-after' );
		set_transient( self::PAUSE, 1, min( max( $after, 15 * MINUTE_IN_SECONDS ), DAY_IN_SECONDS ) );
		return new WP_Error( 'my_plugin_no_answer', __( 'The license server could not be asked. Nothing has changed; please try again later.', 'my-plugin' ) );
	}

	/**
	 * An endpoint's address. A staging server is named by the filter.
	 *
	 * @param string $endpoint Which.
	 * @return string
	 */
	private static function url( $endpoint ) {
		return untrailingslashit( apply_filters( 'my_plugin_license_server', self::SERVER ) ) . '/wp-json/lmn/v1/' . $endpoint;
	}

	/**
	 * What every request says.
	 *
	 * @param string $key The licence key.
	 * @return array
	 */
	private static function params( $key ) {
		return array(
			'key'      => $key,
			'package'  => self::PACKAGE,
			'site_url' => home_url(),
		);
	}

	/**
	 * A refusal, in the server's words.
	 *
	 * @param array $answer The answer.
	 * @return WP_Error
	 */
	private static function error( array $answer ) {
		$message = isset( $answer['body']['message'] ) ? sanitize_text_field( $answer['body']['message'] ) : '';
		return new WP_Error( sanitize_key( $answer['body']['code'] ), $message );
	}

	/**
	 * Remembers what is certain.
	 *
	 * @param string $key     The licence key.
	 * @param string $status  How it stands.
	 * @param string $message Why.
	 */
	private static function remember( $key, $status, $message = '' ) {
		$state = array(
			'key'     => $key,
			'status'  => $status,
			'message' => $message,
			'checked' => time(),
		);
		update_option( self::OPTION, $state, false );
	}

	/**
	 * Remembers the release, or that there is none for this site, for two days: each day's check renews it, and one that fails leaves it.
	 *
	 * @param array $said What the server said of it.
	 */
	private static function remember_release( array $said ) {
		$release = array();
		if ( isset( $said['version'] ) ) {
			$needs = isset( $said['requirements'] ) ? (array) $said['requirements'] : array();
			$said  = array_merge( $said, array_intersect_key( $needs, array_flip( array( 'php', 'wordpress' ) ) ) );
			foreach ( array( 'version', 'author', 'last_release', 'php', 'wordpress' ) as $name ) {
				$release[ $name ] = isset( $said[ $name ] ) ? sanitize_text_field( $said[ $name ] ) : '';
			}
			foreach ( array( 'short_description', 'changelog' ) as $name ) {
				$release[ $name ] = isset( $said[ $name ] ) ? wp_kses_post( wpautop( $said[ $name ] ) ) : '';
			}
			$release['url'] = isset( $said['url'] ) ? esc_url_raw( $said['url'] ) : '';
		}
		set_transient( self::RELEASE, $release, 2 * DAY_IN_SECONDS );
	}

	/**
	 * The release that is remembered; nothing where there is none.
	 *
	 * @return array
	 */
	private static function release() {
		$release = get_transient( self::RELEASE );
		return is_array( $release ) ? $release : array();
	}
}
