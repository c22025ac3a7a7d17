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
	 * How many words are read in a minute; the filter is new in 1.1.0.
	 *
	 * @return int
	 */
	private static function words_per_minute() {
		return max( 1, (int) apply_filters( 'test_plugin_words_per_minute', self::WORDS_PER_MINUTE ) );
	}

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
		$minutes = max( 1, (int) ceil( $words / self::words_per_minute() ) );
		/* translators: %d: a number of minutes. */
		$text = sprintf( _n( '%d minute to read', '%d minutes to read', $minutes, 'test-plugin' ), $minutes );

		return '<p class="test-plugin-reading-time">' . esc_html( $text ) . '</p>' . $content;
	}
}
