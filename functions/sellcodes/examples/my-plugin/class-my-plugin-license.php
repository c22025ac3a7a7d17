<?php
/**
 * The licence of My Plugin and its updates, over the Sellcodes Licensing API v2.
 *
 * To use it in a plugin of yours: copy this file, replace My_Plugin, my_plugin, my-plugin and My Plugin by the names of yours, set
 * SERVER and PRODUCT, give the plugin's main file the header "Update URI: https://licenses.example.com/my-plugin" with the server's
 * host, and call My_Plugin_License::start( __FILE__ ) there.
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
	const PRODUCT = 'jJPUX40f';
	const SLUG    = 'my-plugin';
	const NAME    = 'My Plugin';

	const OPTION = 'my_plugin_license';         // What was last known for certain.
	const OFFER  = 'my_plugin_offer';           // The current release, for half a day.
	const PAUSE  = 'my_plugin_license_pause';   // There while the server is not to be asked.
	const NOTICE = 'my_plugin_license_notice';  // What became of the form.
	const CHECK  = 'my_plugin_check_license';   // The daily event.

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
		add_filter( 'update_plugins_' . wp_parse_url( self::SERVER, PHP_URL_HOST ), array( __CLASS__, 'update' ), 10, 3 );
		add_filter( 'plugins_api', array( __CLASS__, 'details' ), 10, 3 );
		add_action( 'load-update-core.php', array( __CLASS__, 'forget_offer' ) );
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
		$answer = self::ask( 'activate_license', $key );
		if ( is_wp_error( $answer ) ) {
			return $answer;
		}
		if ( empty( $answer['success'] ) ) {
			return self::error( $answer );
		}
		if ( empty( $answer['License_key_valid'] ) ) {
			return new WP_Error( 'my_plugin_license_ended', __( 'The license has ended, or the seller has disabled it.', 'my-plugin' ) );
		}
		if ( empty( $answer['Activation_ok'] ) ) {
			/* translators: %s: a number of sites. */
			$message = sprintf( __( 'The license is used on %s sites already. Deactivate it on one of them first.', 'my-plugin' ), $answer['Activation_count'] );
			return new WP_Error( 'my_plugin_no_activations_left', $message );
		}
		if ( '' !== $before['key'] && $before['key'] !== $key ) {
			self::ask( 'deactivate_license', $before['key'] );
		}
		self::remember( $key, 'active' );
		delete_transient( self::OFFER );
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
			$answer = self::ask( 'deactivate_license', $state['key'] );
			if ( is_wp_error( $answer ) ) {
				return $answer;
			}
		}
		// Given back, or refused because there was none: either way this site holds no seat now.
		delete_option( self::OPTION );
		delete_transient( self::OFFER );
		return true;
	}

	/**
	 * Asks the server, once a day, how the licence stands.
	 */
	public static function check() {
		$state = self::state();
		if ( '' === $state['key'] || get_transient( self::PAUSE ) ) {
			return;
		}
		$answer = self::ask( 'check_license', $state['key'] );
		if ( is_wp_error( $answer ) || ! isset( $answer['license'] ) ) {
			return;
		}
		if ( 'valid' === $answer['license'] ) {
			self::remember( $state['key'], 'active' );
		} else {
			self::remember( $state['key'], 'refused', self::error( $answer )->get_error_message() );
		}
	}

	/**
	 * Tells WordPress of the current release, whenever it looks for updates; it compares the versions itself.
	 *
	 * @param array|false $update      What is known so far.
	 * @param array       $plugin_data The headers of a plugin whose "Update URI" has our server's host.
	 * @param string      $plugin_file That plugin.
	 * @return array|false
	 */
	public static function update( $update, $plugin_data, $plugin_file ) {
		$offer = self::$plugin === $plugin_file ? self::offer() : array();
		if ( ! $offer ) {
			return $update;
		}
		return array(
			'slug'           => self::SLUG,
			'version'        => $offer['new_version'],
			'url'            => $offer['homepage'],
			// Without a right to it there is none; WordPress then says that it cannot be installed, and upgrade_notice why.
			'package'        => $offer['package'],
			'upgrade_notice' => $offer['message'],
			'requires'       => $offer['requires'],
			'tested'         => $offer['tested'],
			'requires_php'   => $offer['requires_php'],
		);
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
		if ( 'plugin_information' !== $action || ! isset( $args->slug ) || self::SLUG !== $args->slug ) {
			return $result;
		}
		$offer = self::offer();
		if ( ! $offer ) {
			return $result;
		}
		return (object) array(
			'name'          => self::NAME,
			'slug'          => self::SLUG,
			'version'       => $offer['new_version'],
			'author'        => $offer['author'],
			'homepage'      => $offer['homepage'],
			'requires'      => $offer['requires'],
			'tested'        => $offer['tested'],
			'requires_php'  => $offer['requires_php'],
			'download_link' => $offer['package'],
			'sections'      => $offer['sections'],
		);
	}

	/**
	 * Has the release asked for again when somebody presses "Check again".
	 */
	public static function forget_offer() {
		// phpcs:ignore WordPress.Security.NonceVerification.Recommended -- WordPress's own parameter, which changes nothing.
		if ( isset( $_GET['force-check'] ) && current_user_can( 'update_plugins' ) ) {
			delete_transient( self::OFFER );
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
		foreach ( array( self::OFFER, self::PAUSE, self::NOTICE ) as $transient ) {
			delete_transient( $transient );
		}
	}

	/**
	 * Adds the page below "Settings".
	 */
	public static function add_page() {
		add_options_page( self::NAME, self::NAME, 'manage_options', self::SLUG, array( __CLASS__, 'page' ) );
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
		wp_safe_redirect( admin_url( 'options-general.php?page=' . self::SLUG ) );
		exit;
	}

	/**
	 * Asks the server. The key is in the body, never in an address.
	 *
	 * An answer has the status 200 or 400, and says "success", true or false; that there is a version needs no more words.
	 * Everything else is none: no connection, 429, 5xx, a firewall's page, a hotel's login page.
	 *
	 * @param string $verb Which endpoint.
	 * @param string $key  The licence key.
	 * @return array|WP_Error The answer; an error where there is none.
	 */
	private static function ask( $verb, $key ) {
		$server   = untrailingslashit( apply_filters( 'my_plugin_license_server', self::SERVER ) );
		$args     = array(
			'timeout'     => 10,
			'redirection' => 0,
			'body'        => array(
				'product_id'  => self::PRODUCT,
				'license_key' => $key,
				'baseurl'     => home_url(),
			),
		);
		$response = wp_remote_post( $server . '/v2/licenses/' . $verb, $args );
		$status   = (int) wp_remote_retrieve_response_code( $response );
		$body     = json_decode( wp_remote_retrieve_body( $response ), true );
		$is_ours  = is_array( $body ) && ( isset( $body['success'] ) || isset( $body['new_version'] ) );
		if ( $is_ours && in_array( $status, array( 200, 400 ), true ) ) {
			return $body;
		}
		// As long as the server says, but a quarter of an hour at least and a day at most.
		$after = (int) wp_remote_retrieve_header( $response, 'retry-after' );
		set_transient( self::PAUSE, 1, min( max( $after, 15 * MINUTE_IN_SECONDS ), DAY_IN_SECONDS ) );
		return new WP_Error( 'my_plugin_no_answer', __( 'The license server could not be asked. Nothing has changed; please try again later.', 'my-plugin' ) );
	}

	/**
	 * The current release, asked for every half a day; nothing where there is none, or no answer. Its link is good for two days.
	 *
	 * @return array
	 */
	private static function offer() {
		$state = self::state();
		$offer = get_transient( self::OFFER );
		if ( is_array( $offer ) || '' === $state['key'] || get_transient( self::PAUSE ) ) {
			return is_array( $offer ) ? $offer : array();
		}
		$answer = self::ask( 'get_version', $state['key'] );
		if ( is_wp_error( $answer ) ) {
			return array();
		}
		$offer = array();
		if ( ! empty( $answer['new_version'] ) ) {
			foreach ( array( 'new_version', 'message', 'requires', 'tested', 'requires_php', 'author' ) as $name ) {
				$offer[ $name ] = isset( $answer[ $name ] ) ? sanitize_text_field( $answer[ $name ] ) : '';
			}
			foreach ( array( 'homepage', 'package' ) as $name ) {
				$offer[ $name ] = isset( $answer[ $name ] ) ? esc_url_raw( $answer[ $name ] ) : '';
			}
			// The way PHP writes an array; no object may come of it.
			// phpcs:ignore WordPress.PHP.DiscouragedPHPFunctions.serialize_unserialize
			$sections          = unserialize( $answer['sections'], array( 'allowed_classes' => false ) );
			$offer['sections'] = array_map( 'wp_kses_post', is_array( $sections ) ? $sections : array() );
		}
		set_transient( self::OFFER, $offer, 12 * HOUR_IN_SECONDS );
		return $offer;
	}

	/**
	 * A refusal, in the server's words.
	 *
	 * @param array $answer The answer.
	 * @return WP_Error
	 */
	private static function error( array $answer ) {
		$message = isset( $answer['message'] ) ? trim( sanitize_text_field( $answer['message'] ), ' ,' ) : '';
		return new WP_Error( 'my_plugin_license_refused', $message );
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
}
