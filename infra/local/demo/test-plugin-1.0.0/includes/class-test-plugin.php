<?php
/**
 * The reading time of a post.
 */

if ( ! defined( 'ABSPATH' ) ) {
	exit;
}

class Test_Plugin {

	const WORDS_PER_MINUTE = 200;

	/**
	 * Puts the reading time before a post's text.
	 *
	 * @param string $content The text.
	 * @return string
	 */
	public static function prepend_reading_time( $content ) {
		if ( ! is_singular( 'post' ) ) {
			return $content;
		}
		$words   = str_word_count( wp_strip_all_tags( $content ) );
		$minutes = max( 1, (int) ceil( $words / self::WORDS_PER_MINUTE ) );
		/* translators: %d: a number of minutes. */
		$text = sprintf( _n( '%d minute to read', '%d minutes to read', $minutes, 'test-plugin' ), $minutes );

		return '<p class="test-plugin-reading-time">' . esc_html( $text ) . '</p>' . $content;
	}
}
