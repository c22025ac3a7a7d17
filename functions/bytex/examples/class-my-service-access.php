<?php
/**
 * Access to a paid part of a WordPress site, over the BYTEX vendor API: customers come from the market with a one-time token, and use
 * the service for as long as they have a valid licence.
 *
 * To use it: copy this file, replace My_Service and my_service by the names of yours, set SERVER and SKU, put
 * define( 'MY_SERVICE_API_KEY', '...' ) into wp-config.php, call My_Service_Access::start(), give the market the address of a page as
 * the service's URL, and show what is paid for where My_Service_Access::is_allowed().
 *
 * @package My_Service
 */

defined( 'ABSPATH' ) || exit;

/**
 * Who may use the service.
 */
final class My_Service_Access {

	const SERVER = 'https://licenses.example.com';
	const SKU    = 'arpc3ydo0qbxbufuncdh';

	const CUSTOMER = 'my_service_customer'; // The market's identifier of a user.
	const ACCESS   = 'my_service_access';   // What was last known for certain of a user's licences.

	/**
	 * For how long an answer counts, and for how long it counts where no other is to be had.
	 */
	const FRESH = HOUR_IN_SECONDS;
	const GRACE = 3 * DAY_IN_SECONDS;

	/**
	 * Registers everything.
	 */
	public static function start() {
		add_action( 'template_redirect', array( __CLASS__, 'arrive' ) );
	}

	/**
	 * Logs in who comes along with a token. It counts once, so it is asked about once, and the address is shown without it.
	 */
	public static function arrive() {
		// phpcs:ignore WordPress.Security.NonceVerification.Recommended -- the token is what proves it.
		$token = isset( $_GET['token'] ) ? sanitize_text_field( wp_unslash( $_GET['token'] ) ) : '';
		if ( '' === $token ) {
			return;
		}
		nocache_headers();
		$params = array(
			'Token'      => $token,
			'ProductSku' => self::SKU,
		);
		$answer = self::ask( 'Authentication/r1/GetTokenValidity', $params );
		if ( is_wp_error( $answer ) ) {
			$is_refused = 'InvalidToken' === $answer->get_error_code();
			$message    = $is_refused
				? __( 'This link has been used or has expired. Please open the service from the market again.', 'my-service' )
				: __( 'We cannot log you in just now. Please reload the page in a minute.', 'my-service' );
			wp_die( esc_html( $message ), '', array( 'response' => $is_refused ? 403 : 503 ) );
		}
		$user = self::user( $answer['authenticatedIdentity'] );
		if ( is_wp_error( $user ) ) {
			wp_die( esc_html( $user->get_error_message() ), '', array( 'response' => 500 ) );
		}
		wp_set_current_user( $user );
		wp_set_auth_cookie( $user );
		wp_safe_redirect( remove_query_arg( 'token' ) );
		exit;
	}

	/**
	 * Whether the user who is logged in may use the service.
	 *
	 * @return bool
	 */
	public static function is_allowed() {
		$user     = get_current_user_id();
		$customer = $user ? get_user_meta( $user, self::CUSTOMER, true ) : '';
		if ( '' === $customer ) {
			return false;
		}
		$known = (array) get_user_meta( $user, self::ACCESS, true ) + array(
			'allowed' => false,
			'checked' => 0,
			'tried'   => 0,
		);
		if ( time() - max( $known['checked'], $known['tried'] ) < self::FRESH ) {
			return self::counts( $known );
		}
		$params         = array(
			'InternalUserIdentifier' => $customer,
			'ProductSku'             => self::SKU,
		);
		$answer         = self::ask( 'Accounts/r1/GetProductLicenses', $params );
		$known['tried'] = time();
		if ( ! is_wp_error( $answer ) ) {
			$known['allowed'] = in_array( true, array_column( $answer['licenses'], 'isActive' ), true );
			$known['checked'] = time();
		} elseif ( 'UserNotFound' === $answer->get_error_code() ) {
			$known['allowed'] = false;
			$known['checked'] = time();
		}
		update_user_meta( $user, self::ACCESS, $known );
		return self::counts( $known );
	}

	/**
	 * Whether somebody's key is one of ours and valid now: for a form that asks for it.
	 *
	 * @param string $key The licence key.
	 * @return bool|WP_Error An error where nothing is known.
	 */
	public static function is_valid_key( $key ) {
		$answer = self::ask( 'Licenses/r1/GetPublic', array( 'LicenseKey' => $key ) );
		if ( is_wp_error( $answer ) ) {
			return $answer;
		}
		return $answer['isValid'] && self::SKU === $answer['productSku'];
	}

	/**
	 * What is known, as long as it counts.
	 *
	 * @param array $known allowed, checked.
	 * @return bool
	 */
	private static function counts( array $known ) {
		return $known['allowed'] && time() - $known['checked'] < self::GRACE;
	}

	/**
	 * The user of a customer of the market: the one who came before, or a new one. Found by the market's identifier alone; an e-mail
	 * address would open the account of whoever has the same here.
	 *
	 * @param array $identity What the market says.
	 * @return int|WP_Error
	 */
	private static function user( array $identity ) {
		$found = get_users(
			array(
				'meta_key'   => self::CUSTOMER, // phpcs:ignore WordPress.DB.SlowDBQuery.slow_db_query_meta_key
				'meta_value' => $identity['identifier'], // phpcs:ignore WordPress.DB.SlowDBQuery.slow_db_query_meta_value
				'fields'     => 'ID',
			)
		);
		if ( $found ) {
			return (int) $found[0];
		}
		$user = wp_insert_user(
			array(
				'user_login'   => 'market-' . strtolower( $identity['identifier'] ),
				'user_pass'    => wp_generate_password( 40 ),
				'display_name' => sanitize_text_field( trim( $identity['firstName'] . ' ' . $identity['lastName'] ) ),
				'role'         => 'subscriber',
			)
		);
		if ( ! is_wp_error( $user ) ) {
			update_user_meta( $user, self::CUSTOMER, $identity['identifier'] );
		}
		return $user;
	}

	/**
	 * Asks the server. A refusal is an error with its code; the code my_service_no_answer means that nothing is known: no connection,
	 * 401 (the API key is to be looked at), 429, 5xx, or somebody else's page.
	 *
	 * @param string $endpoint Which.
	 * @param array  $params   What is asked.
	 * @return array|WP_Error The answer's response.
	 */
	private static function ask( $endpoint, array $params ) {
		$server   = untrailingslashit( apply_filters( 'my_service_server', self::SERVER ) );
		$args     = array(
			'timeout'     => 10,
			'redirection' => 0,
			'headers'     => array( 'Authorization' => MY_SERVICE_API_KEY ),
		);
		$response = wp_remote_get( $server . '/API/Public/v1/' . $endpoint . '?' . http_build_query( $params ), $args );
		$status   = (int) wp_remote_retrieve_response_code( $response );
		$body     = json_decode( wp_remote_retrieve_body( $response ), true );
		if ( 200 === $status && isset( $body['response'] ) ) {
			return $body['response'];
		}
		if ( in_array( $status, array( 400, 403, 404 ), true ) && isset( $body['errors'][0]['code'] ) ) {
			return new WP_Error( $body['errors'][0]['code'], $body['errors'][0]['message'] );
		}
		return new WP_Error( 'my_service_no_answer', __( 'The license server could not be asked.', 'my-service' ) );
	}
}
