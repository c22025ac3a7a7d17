<?php
/**
 * Requests, with PHP's own streams: nothing but PHP is needed.
 */

/**
 * One request.
 *
 * @param string $method  The method.
 * @param string $url     The address.
 * @param array  $headers Name => value.
 * @param string $body    The body.
 * @param int    $hops    How many redirects are followed.
 * @param int    $timeout In seconds.
 * @return array status (0 where there was no answer), headers by lower-case name, body.
 */
function http_exchange( $method, $url, array $headers, $body, $hops, $timeout ) {
	$lines = array( 'Connection: close' );
	foreach ( $headers as $name => $value ) {
		$lines[] = "$name: $value";
	}
	$http   = array(
		'method'           => $method,
		'protocol_version' => 1.1,
		'header'           => $lines,
		'content'          => $body,
		'timeout'          => $timeout,
		'ignore_errors'    => true,
		'follow_location'  => $hops > 0 ? 1 : 0,
		'max_redirects'    => $hops + 1,
	);
	$stream = @fopen( $url, 'rb', false, stream_context_create( array( 'http' => $http ) ) );
	if ( false === $stream ) {
		return array( 'status' => 0, 'headers' => array(), 'body' => '' );
	}
	$answer = array( 'status' => 0, 'headers' => array(), 'body' => stream_get_contents( $stream ) );
	foreach ( stream_get_meta_data( $stream )['wrapper_data'] as $line ) {
		if ( preg_match( '/^HTTP\/\S+ (\d{3})/', $line, $found ) ) {
			// A redirect's headers stand before those of where it leads.
			$answer['status']  = (int) $found[1];
			$answer['headers'] = array();
		} elseif ( false !== strpos( $line, ':' ) ) {
			list( $name, $value ) = explode( ':', $line, 2 );
			$answer['headers'][ strtolower( trim( $name ) ) ] = trim( $value );
		}
	}
	fclose( $stream );
	return $answer;
}
